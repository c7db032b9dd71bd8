"""The files of `credentials/`: checked at every start, and made anew where one is missing, damaged or out of date.

What is good is kept, and no object is touched. What follows from a new file comes by itself: every start writes the
administrator's kubeconfig, and gives each Pod a token and the authority's certificate.
"""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from loopkube.api import certificates
from loopkube.shared import private

NAMES = ("ca.crt", "ca.key", "server.crt", "server.key", "sa.key", "admin.token")
SPARE = timedelta(days=30)
"""A certificate that ends sooner is renewed."""
_TOKEN = re.compile(r"[\w-]{43}")

Files = dict[str, str]
Faults = dict[str, str]
"""{file: what is the matter with it}."""


def complete(folder: Path, addresses: Iterable[str], now: datetime) -> list[str]:
    """Make all files whole; returns what was the matter, in sentences (nothing for a new cluster). Raises OSError."""
    private.folder(folder)
    files = {name: text for name in NAMES if (text := _read(folder / name)) is not None}
    problems = faults(files, addresses, now)
    for name, text in _renewed(files, problems, addresses, now).items():
        private.write(folder / name, text, durable=True)
    for name in NAMES:
        (folder / name).chmod(0o600)
    return [f"{folder / name} {why}; it was made anew." for name, why in problems.items()] if files else []


def faults(files: Files, addresses: Iterable[str], now: datetime) -> Faults:
    """What is wrong with the cluster's credential files: name of the file → why; {} when all of them can be used."""
    ca = _pair(files, "ca", now)
    server = _pair(files, "server", now) or ({} if ca else _server(files, addresses))
    token = {} if _TOKEN.fullmatch(files.get("admin.token", "")) else {"admin.token": _damage(files, "admin.token")}
    return ca | server | _key(files, "sa.key") | token


def _renewed(files: Files, problems: Faults, addresses: Iterable[str], now: datetime) -> Files:
    """The new content of what has a fault, and of what depends on it."""
    new: Files = {}
    if problems.keys() & {"ca.crt", "ca.key"}:
        new |= certificates.authority(now)
    if new or problems.keys() & {"server.crt", "server.key"}:
        new |= certificates.server(files | new, addresses, now)
    if "sa.key" in problems:
        new |= certificates.account_key()
    if "admin.token" in problems:
        new["admin.token"] = secrets.token_urlsafe(32)
    return new


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None


def _damage(files: Files, name: str) -> str:
    return "is damaged" if files.get(name) else "is empty" if name in files else "is missing"


def _key(files: Files, name: str) -> Faults:
    return {} if _loaded_key(files, name) else {name: _damage(files, name)}


def _loaded_key(files: Files, name: str):
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(files[name].encode(), None)
    except (KeyError, ValueError, TypeError):
        return None
    return key if isinstance(key, EllipticCurvePrivateKey) else None


def _loaded_certificate(files: Files, name: str):
    from cryptography.x509 import load_pem_x509_certificate

    try:
        return load_pem_x509_certificate(files[name].encode())
    except (KeyError, ValueError):
        return None


def _pair(files: Files, name: str, now: datetime) -> Faults:
    """A certificate and its key: readable, of each other, and valid for some time to come."""
    certificate, key = _loaded_certificate(files, f"{name}.crt"), _loaded_key(files, f"{name}.key")
    if certificate is None or key is None:
        broken = [f"{name}.crt"] * (certificate is None) + [f"{name}.key"] * (key is None)
        return {file: _damage(files, file) for file in broken}
    if certificate.public_key() != key.public_key():
        return {f"{name}.key": f"is not the key of {name}.crt"}
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not begin <= now <= end - SPARE:
        return {f"{name}.crt": f"is valid from {begin:%Y-%m-%d} to {end:%Y-%m-%d} only"}
    return {}


def _server(files: Files, addresses: Iterable[str]) -> Faults:
    """The server's certificate is of the authority, and for all addresses of the API."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.x509 import ExtensionNotFound, IPAddress, SubjectAlternativeName

    authority, server = _loaded_certificate(files, "ca.crt"), _loaded_certificate(files, "server.crt")
    assert authority and server
    try:
        server.verify_directly_issued_by(authority)
        names = server.extensions.get_extension_for_class(SubjectAlternativeName).value
    except (InvalidSignature, ExtensionNotFound, ValueError, TypeError):
        return {"server.crt": "was not signed by ca.crt"}
    if not {ip_address(a) for a in addresses} <= set(names.get_values_for_type(IPAddress)):
        return {"server.crt": "does not name all addresses of the API"}
    return {}
