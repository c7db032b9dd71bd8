"""auth-tls-*: who has no certificate of a known authority does not come in (annotations/authtls/main.go)."""

import base64
from dataclasses import dataclass

import certificates
import values
from annotations import HIGH, MEDIUM, Denied, Reader, Rule
from objects import Cluster
from words import quoted

_PAGE = r"(@[A-Za-z0-9_-]+|((https?://)?[A-Za-z0-9\-.]+(:\d+)?)?(/[A-Za-z0-9\-_.]+)*/?)"
RULES = {
    "auth-tls-secret": Rule(values.shaped(values.BASIC_CHARS, spaces_count=False), MEDIUM),
    "auth-tls-verify-client": Rule(values.shaped(r"on|off|optional|optional_no_ca", spaces_count=False), MEDIUM),
    "auth-tls-verify-depth": Rule(values.integer),
    "auth-tls-error-page": Rule(values.shaped(_PAGE, spaces_count=False), HIGH),
    "auth-tls-pass-certificate-to-upstream": Rule(values.boolean),
    "auth-tls-match-cn": Rule(
        lambda value: value.startswith("CN=") and values.is_expression(value[3:]) and "\n" not in value, HIGH
    ),
}


@dataclass(frozen=True)
class ClientCertificates:
    """`fault` is why the whole host answers 403 (AuthTLSError)."""

    file: str = ""
    authority: bytes = b""
    verify: str = "on"
    depth: int = 1
    error_page: str = ""
    passed: bool = False
    match: str = ""
    fault: str = ""


def read(reader: Reader, cluster: Cluster) -> ClientCertificates:
    wanted = reader.text("auth-tls-secret")
    if not wanted:
        return ClientCertificates()
    namespace, _, name = wanted.rpartition("/")
    if namespace != reader.namespace:
        raise Denied("cross namespace secrets are not supported")
    pem = base64.b64decode((cluster.secret(namespace, name) or {}).get("ca.crt", ""))
    if not certificates.is_authority(pem):
        return ClientCertificates(fault=f"error obtaining certificate: no ca.crt in secret {wanted}")
    return ClientCertificates(
        file=f"client-authorities/{namespace}-{name}.pem",
        authority=pem,
        verify=reader.text("auth-tls-verify-client", "on").strip(),
        depth=reader.number("auth-tls-verify-depth") or 1,
        error_page=reader.text("auth-tls-error-page", strict=True),
        passed=reader.flag("auth-tls-pass-certificate-to-upstream", strict=True),
        match=reader.text("auth-tls-match-cn", strict=True),
    )


def server_lines(wanted: ClientCertificates) -> list[str]:
    """Template lines 915 to 948. nginx itself answers 400 to who has none."""
    if wanted.fault:
        return ["return 403;"]
    if not wanted.file:
        return []
    made = [
        f"ssl_client_certificate {wanted.file};",
        f"ssl_verify_client {wanted.verify};",
        f"ssl_verify_depth {wanted.depth};",
    ]
    if wanted.match:
        made += [f"if ($ssl_client_s_dn !~ {quoted(wanted.match)}) {{"]
        made += ['    return 403 "client certificate unauthorized";', "}"]
    return made + ([f"error_page 495 496 = {quoted(wanted.error_page)};"] if wanted.error_page else [])


def lines(wanted: ClientCertificates, set_header: str) -> list[str]:
    """Template line 1285: what the application is told of the client."""
    if not wanted.file:
        return []
    made = [f"{set_header} ssl-client-cert $ssl_client_escaped_cert;"] if wanted.passed else []
    return [
        *made,
        f"{set_header} ssl-client-verify $ssl_client_verify;",
        f"{set_header} ssl-client-subject-dn $ssl_client_s_dn;",
        f"{set_header} ssl-client-issuer-dn $ssl_client_i_dn;",
    ]
