"""Certificates of Secrets: which names they are for, and whether key and certificate belong together."""

import base64
import binascii
import functools
import ssl
import tempfile
from pathlib import Path

from objects import Cluster


def bundle(cluster: Cluster, namespace: str, name: str) -> bytes | None:
    """Certificate and key of a Secret as one PEM text, or None where they cannot be used."""
    data = cluster.secret(namespace, name) or {}
    try:
        made = b"\n".join(base64.b64decode(data[each], validate=True).strip() for each in ("tls.crt", "tls.key"))
    except (KeyError, binascii.Error):
        return None
    return made + b"\n" if names(made) is not None else None


@functools.lru_cache(maxsize=4096)
def names(pem: bytes) -> tuple[str, ...] | None:
    """DNS names of the certificate, or its common name where it has none; None for what is no pair."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pair.pem"
        file.write_bytes(pem)
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(file)
            decoded = ssl._ssl._test_decode_cert(str(file))  # type: ignore[attr-defined]
        except (ssl.SSLError, OSError, ValueError):
            return None
    found = [value for kind, value in decoded.get("subjectAltName", ()) if kind == "DNS"]
    subject = [value for part in decoded.get("subject", ()) for kind, value in part if kind == "commonName"]
    return tuple(found or subject)


@functools.lru_cache(maxsize=1024)
def is_authority(pem: bytes) -> bool:
    """Whether nginx can take it as a list of authorities."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_verify_locations(cadata=pem.decode())
    except (ssl.SSLError, ValueError):
        return False
    return bool(pem)


def fits(host: str, known: tuple[str, ...]) -> bool:
    """VerifyHostname: a wildcard stands for one label, also where the host itself is a wildcard."""
    host = host.lower()
    parent = "*." + host.partition(".")[2]
    return any(name.lower() in (host, parent) for name in known)


def secret_for(host: str, ingress: dict, cluster: Cluster) -> tuple[bool, str]:
    """extractTLSSecretName: (whether there is a `tls`, the Secret's name); "" is the default certificate."""
    entries = ingress["spec"].get("tls") or []
    for entry in entries:
        if host.lower() in (each.lower() for each in entry.get("hosts") or []):
            return True, entry.get("secretName", "")
    namespace = ingress["metadata"].get("namespace", "default")
    for entry in entries:
        pem = bundle(cluster, namespace, entry["secretName"]) if entry.get("secretName") else None
        if pem and fits(host, names(pem) or ()):
            return True, entry["secretName"]
    return bool(entries), ""
