"""Certificates that a seed decides, and the names that one is for."""

import hashlib
from datetime import UTC, datetime
from fnmatch import fnmatch


def secret(name: str, host: str, *, namespace: str = "") -> dict:
    """A Secret of type kubernetes.io/tls with a self-signed certificate; the same for the same name and host."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"{name} {host}".encode()).digest())
    written = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    data = {"tls.crt": _certificate(key, host).public_bytes(Encoding.PEM).decode(), "tls.key": written}
    meta = {"name": name} | ({"namespace": namespace} if namespace else {})
    return {"apiVersion": "v1", "kind": "Secret", "metadata": meta, "type": "kubernetes.io/tls", "stringData": data}


def _certificate(key, host: str):  # type: ignore[no-untyped-def]
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    begin = datetime.now(UTC).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(hashlib.sha256(host.encode()).digest()[:8]) | 1)
        .not_valid_before(begin)
        .not_valid_after(begin.replace(year=begin.year + 2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, None)
    )


def is_for(certificate: object, host: str) -> bool:
    """Whether this certificate (DER, as a connection has it) names the host; a wildcard stands for one label."""
    if not isinstance(certificate, bytes):
        return False
    from cryptography import x509

    alternatives = x509.SubjectAlternativeName
    try:
        found = x509.load_der_x509_certificate(certificate).extensions.get_extension_for_class(alternatives)
    except x509.ExtensionNotFound:
        return False
    names = found.value.get_values_for_type(x509.DNSName)
    return any(fnmatch(host, name) and host.count(".") == name.count(".") for name in names)
