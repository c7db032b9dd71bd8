"""Certificates that the cluster's authority signs for others, as kube-controller-manager's signers do it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography import x509

LONGEST, SHORTEST = timedelta(days=365), timedelta(minutes=10)
"""How long a certificate lasts that asks for nothing or for more, and the least that it lasts."""
BACKDATED, SHORT = timedelta(minutes=5), timedelta(hours=8)
"""Clocks differ: it begins before now. Of a short one that is not taken off its end."""
_USAGES = {
    "signing": "digital_signature",
    "digital signature": "digital_signature",
    "content commitment": "content_commitment",
    "key encipherment": "key_encipherment",
    "key agreement": "key_agreement",
    "data encipherment": "data_encipherment",
    "cert sign": "key_cert_sign",
    "crl sign": "crl_sign",
    "encipher only": "encipher_only",
    "decipher only": "decipher_only",
}
_PURPOSES = {
    "any": "2.5.29.37.0",
    "server auth": "1.3.6.1.5.5.7.3.1",
    "client auth": "1.3.6.1.5.5.7.3.2",
    "code signing": "1.3.6.1.5.5.7.3.3",
    "email protection": "1.3.6.1.5.5.7.3.4",
    "s/mime": "1.3.6.1.5.5.7.3.4",
    "ipsec end system": "1.3.6.1.5.5.7.3.5",
    "ipsec tunnel": "1.3.6.1.5.5.7.3.6",
    "ipsec user": "1.3.6.1.5.5.7.3.7",
    "timestamping": "1.3.6.1.5.5.7.3.8",
    "ocsp signing": "1.3.6.1.5.5.7.3.9",
    "microsoft sgc": "1.3.6.1.4.1.311.10.3.3",
    "netscape sgc": "2.16.840.1.113730.4.1",
}


def signed(
    ca: dict[str, str],
    request: "x509.CertificateSigningRequest",
    usages: Sequence[str],
    seconds: int | None,
    now: datetime,
) -> str:
    """The certificate for a request as PEM; `seconds` is how long it asks to last. Raises ValueError."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

    key: Any = load_pem_private_key(ca["ca.key"].encode(), None)
    authority = x509.load_pem_x509_certificate(ca["ca.crt"].encode())
    lasts = LONGEST if seconds is None else max(SHORTEST, min(timedelta(seconds=seconds), LONGEST))
    begin = now - BACKDATED
    end = (now if lasts < SHORT else begin) + lasts
    builder = (
        x509.CertificateBuilder()
        .subject_name(request.subject)
        .issuer_name(authority.subject)
        .public_key(request.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(min(end, authority.not_valid_after_utc))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    )
    for extension, critical in _extensions(request, usages):
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def _extensions(
    request: "x509.CertificateSigningRequest", usages: Sequence[str]
) -> list[tuple["x509.ExtensionType", bool]]:
    """What the certificate is good for, and the other names that were asked for; each with whether it is critical."""
    from cryptography import x509

    extensions: list[tuple[x509.ExtensionType, bool]] = []
    key_usages = {_USAGES[usage] for usage in usages if usage in _USAGES}
    if key_usages:
        extensions.append((x509.KeyUsage(**{word: word in key_usages for word in set(_USAGES.values())}), True))
    purposes = sorted({_PURPOSES[usage] for usage in usages if usage in _PURPOSES})
    if purposes:
        extensions.append((x509.ExtendedKeyUsage([x509.ObjectIdentifier(purpose) for purpose in purposes]), False))
    try:
        names = request.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        extensions.append((names.value, False))
    except x509.ExtensionNotFound:
        pass
    return extensions
