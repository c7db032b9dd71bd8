"""The certificate authority, the API server's certificate, and the key of service accounts: PEM texts by file."""

import ipaddress
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

NAMES = (
    "localhost",
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
)
YEARS = 10


def authority(now: datetime) -> dict[str, str]:
    """ca.key and ca.crt."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    key, name = _new_key(), _named("loopkube-ca")
    certificate = (
        _builder(name, name, key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(sign_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return {"ca.key": _private(key), "ca.crt": _pem(certificate)}


def server(ca: dict[str, str], addresses: Iterable[str], now: datetime) -> dict[str, str]:
    """server.key and server.crt, signed by that authority."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    signing: Any = load_pem_private_key(ca["ca.key"].encode(), None)
    issuer = x509.load_pem_x509_certificate(ca["ca.crt"].encode()).subject
    key = _new_key()
    alternatives: list[x509.GeneralName] = [x509.DNSName(name) for name in NAMES]
    alternatives += [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
    certificate = (
        _builder(_named("kube-apiserver"), issuer, key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
        .sign(signing, hashes.SHA256())
    )
    return {"server.key": _private(key), "server.crt": _pem(certificate)}


def account_key() -> dict[str, str]:
    """sa.key, which signs the tokens of service accounts."""
    return {"sa.key": _private(_new_key())}


def _new_key():
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1())


def _named(name: str):
    from cryptography import x509

    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


def _builder(subject, issuer, key, now: datetime):
    from cryptography import x509

    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        # A clock that is set back, or was wrong when the cluster was made, must not make it unreachable.
        .not_valid_before(now - timedelta(days=365 * YEARS))
        .not_valid_after(now + timedelta(days=365 * YEARS))
    )


def _usage(*, sign_certificates: bool):
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _private(key) -> str:
    from cryptography.hazmat.primitives import serialization as s

    return key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()).decode()


def _pem(certificate) -> str:
    from cryptography.hazmat.primitives import serialization

    return certificate.public_bytes(serialization.Encoding.PEM).decode()
