"""Whether a certificate and a key make a pair, in the words of Go's crypto/tls (X509KeyPair)."""

import re
from bisect import bisect

_MARK = re.compile(rb"-----(BEGIN|END) ([A-Z0-9 ]+)-----")


def complaint(certificate: bytes, key: bytes) -> str:
    """What is wrong, or nothing."""
    return _certificates(certificate) or _key(key) or _pair(certificate, key)


def _kinds(content: bytes) -> list[str]:
    """The kind of each PEM block: from a beginning to the next end of the same kind."""
    marks = list(_MARK.finditer(content))
    ends: dict[bytes, list[int]] = {}
    for mark in marks:
        if mark[1] == b"END":
            ends.setdefault(mark[2], []).append(mark.start())
    kinds, reached = [], 0
    for mark in marks:
        if mark[1] == b"BEGIN" and mark.start() >= reached:
            there = ends.get(mark[2], [])
            after = bisect(there, mark.start())
            if after < len(there):
                kinds.append(mark[2].decode())
                reached = there[after]
    return kinds


def _certificates(content: bytes) -> str:
    kinds = _kinds(content)
    if not kinds:
        return "tls: failed to find any PEM data in certificate input"
    if "CERTIFICATE" in kinds:
        return ""
    if len(kinds) == 1 and kinds[0].endswith("PRIVATE KEY"):
        return (
            "tls: failed to find certificate PEM data in certificate input, but did find a private key; "
            "PEM inputs may have been switched"
        )
    skipped = " ".join(kinds)
    return (
        'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of '
        f"the following types: [{skipped}]"
    )


def _key(content: bytes) -> str:
    kinds = _kinds(content)
    if not kinds:
        return "tls: failed to find any PEM data in key input"
    if any(kind == "PRIVATE KEY" or kind.endswith(" PRIVATE KEY") for kind in kinds):
        return ""
    if kinds == ["CERTIFICATE"]:
        return "tls: found a certificate rather than a key in the PEM for the private key"
    skipped = " ".join(kinds)
    return (
        'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of '
        f"the following types: [{skipped}]"
    )


def _pair(certificate: bytes, key: bytes) -> str:
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization

    try:
        public = x509.load_pem_x509_certificate(certificate).public_key()
    except ValueError:
        return "x509: malformed certificate"
    try:
        private = serialization.load_pem_private_key(key, None)
    except (ValueError, TypeError):
        return "tls: failed to parse private key"
    if type(public).__name__.removesuffix("PublicKey") != type(private).__name__.removesuffix("PrivateKey"):
        return "tls: private key type does not match public key type"
    return "" if public == private.public_key() else "tls: private key does not match public key"
