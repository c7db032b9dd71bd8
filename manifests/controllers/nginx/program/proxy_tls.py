"""proxy-ssl-*: TLS towards the application (internal/ingress/annotations/proxyssl/main.go, template line 1431)."""

import base64
from dataclasses import dataclass

import certificates
import values
from annotations import HIGH, MEDIUM, Denied, Reader, Rule
from objects import Cluster
from words import quoted

_ON_OFF = values.shaped(r"on|off", spaces_count=False)
RULES = {
    "proxy-ssl-secret": Rule(values.shaped(values.BASIC_CHARS, spaces_count=False), MEDIUM),
    "proxy-ssl-ciphers": Rule(values.shaped(r"[A-Za-z0-9\+:\_\-!]*", spaces_count=False), MEDIUM),
    "proxy-ssl-protocols": Rule(values.shaped(r"(TLSv1\.2|TLSv1\.3| )*", spaces_count=False)),
    "proxy-ssl-name": Rule(values.server_name, HIGH),
    "proxy-ssl-verify": Rule(_ON_OFF),
    "proxy-ssl-verify-depth": Rule(values.integer),
    "proxy-ssl-server-name": Rule(_ON_OFF),
}


@dataclass(frozen=True)
class ProxyTls:
    settings: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()


def read(reader: Reader, cluster: Cluster) -> ProxyTls:
    """Without a Secret the other annotations count for nothing, as upstream."""
    wanted = reader.text("proxy-ssl-secret", strict=True)
    if not wanted:
        return ProxyTls()
    namespace, _, name = wanted.rpartition("/")
    if namespace != reader.namespace:
        raise Denied("cross namespace secrets are not supported")
    data = cluster.secret(namespace, name)
    if data is None or not {"ca.crt", "tls.crt"} & data.keys():
        raise Denied(f"error obtaining certificate: no object matching key {wanted!r} in local store")
    content = {each: base64.b64decode(data[each]) for each in ("ca.crt", "tls.crt", "tls.key") if each in data}
    if "ca.crt" in content and not certificates.is_authority(content["ca.crt"]):
        raise Denied(f"error obtaining certificate: no valid ca.crt in secret {wanted}")
    pair = content.get("tls.crt", b"") + b"\n" + content.get("tls.key", b"")
    path = f"proxy-tls/{namespace}-{name}"
    settings, files = [], []
    if "ca.crt" in content:
        files.append((f"{path}-ca.pem", content["ca.crt"]))
        settings += _trust(reader, f"{path}-ca.pem")
    if reader.text("proxy-ssl-name"):
        settings.append(("proxy_ssl_name", quoted(reader.text("proxy-ssl-name"))))
    settings.append(("proxy_ssl_server_name", reader.text("proxy-ssl-server-name", "off").strip()))
    if certificates.names(pair) is not None:
        files.append((f"{path}.pem", pair))
        settings += [("proxy_ssl_certificate", f"{path}.pem"), ("proxy_ssl_certificate_key", f"{path}.pem")]
    return ProxyTls(tuple(settings), tuple(files))


def lines(tls: ProxyTls) -> list[str]:
    return [f"{name} {value};" for name, value in tls.settings]


def _trust(reader: Reader, path: str) -> list[tuple[str, str]]:
    protocols = sorted(reader.text("proxy-ssl-protocols", "TLSv1.2").split()) or ["TLSv1.2"]
    return [
        ("proxy_ssl_trusted_certificate", path),
        ("proxy_ssl_ciphers", quoted(reader.text("proxy-ssl-ciphers", "DEFAULT"))),
        ("proxy_ssl_protocols", " ".join(protocols)),
        ("proxy_ssl_verify", reader.text("proxy-ssl-verify", "off").strip()),
        ("proxy_ssl_verify_depth", str(reader.number("proxy-ssl-verify-depth") or 1)),
    ]
