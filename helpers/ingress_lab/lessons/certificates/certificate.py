"""One certificate with its chain and, where it is ours, its key."""

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from labcore.errors import BadArgument
from labcore.language.messages import joined, phrase
from labcore.language.untrusted import file_name
from labcore.machine import paths
from loopkube.cluster import private

from ingress_lab.http.answers import Answer

TLS_SECRET = "kubernetes.io/tls"  # noqa: S105 - a type, not a password


@dataclass(frozen=True)
class Certificate:
    """A certificate; `above` are those that sign it, up to but without the root, and `root` the root if it is known."""

    content: x509.Certificate
    key: ec.EllipticCurvePrivateKey | None = field(default=None, repr=False)
    above: Sequence[x509.Certificate] = ()
    root: x509.Certificate | None = None

    @property
    def subject(self) -> str:
        """Its common name; clients look at the alternative names instead."""
        return common_name(self.content.subject)

    @property
    def issuer(self) -> str:
        """The common name of whoever signed it; its own for one that signed itself."""
        return common_name(self.content.issuer)

    @property
    def names(self) -> list[str]:
        """The names and addresses that it is for (SAN); the subject does not count."""
        try:
            alternatives = self.content.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        except x509.ExtensionNotFound:
            return []
        return [str(name.value) for name in alternatives]

    @property
    def begins(self) -> datetime:
        """Not valid before this time (UTC)."""
        return self.content.not_valid_before_utc

    @property
    def ends(self) -> datetime:
        """Not valid after this time (UTC)."""
        return self.content.not_valid_after_utc

    def days_left(self, now: datetime | None = None) -> int:
        """Whole days until it expires; negative when it has."""
        return (self.ends - (now or datetime.now(UTC))).days

    @property
    def pem(self) -> bytes:
        """The certificate and those above it, as a server shows them."""
        return b"".join(c.public_bytes(serialization.Encoding.PEM) for c in (self.content, *self.above))

    @property
    def key_pem(self) -> bytes:
        """The private key as PEM, not encrypted. Raises BadArgument for a certificate that was only received."""
        if self.key is None:
            raise BadArgument(phrase("the key of the certificate for {subject} is not here", subject=self.subject))
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def secret(self, name: str, namespace: str | None = None) -> dict:
        """A Secret of type kubernetes.io/tls, to apply."""
        meta = {"name": name} | ({"namespace": namespace} if namespace else {})
        data = {"tls.crt": self.pem, "tls.key": self.key_pem}
        return {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": meta,
            "type": TLS_SECRET,
            "data": {key: base64.b64encode(value).decode() for key, value in data.items()},
        }

    def save(self, folder: Path | str | None = None, name: str = "") -> Path:
        """Write NAME.crt and, readable by you alone, NAME.key; returns the path of the first.

        `folder` is `certificates` in the lab's state folder, unless another is given.
        """
        target = Path(folder) if folder else paths.state() / "certificates"
        if not target.is_dir():
            private.folder(target)
        stem = file_name(name or self.subject.replace("*", "wildcard").lower())
        if self.key is not None:
            _write(target / f"{stem}.key", self.key_pem, 0o600)
        _write(target / f"{stem}.crt", self.pem, 0o644)
        return target / f"{stem}.crt"


def _write(path: Path, content: bytes, mode: int) -> None:
    """A key is never readable by others, not even while it is being written."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)


def common_name(name: x509.Name) -> str:
    """The CN of a subject or issuer; all of the name (RFC 4514) where there is none."""
    common_names = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(common_names[0].value) if common_names else name.rfc4514_string()


def of_secret(secret: dict) -> Certificate:
    """The certificate in a Secret (as `lab.object("secret/NAME")` gives it), without its key."""
    content = (secret.get("data") or {}).get("tls.crt")
    if not content:
        name = secret.get("metadata", {}).get("name", "")
        raise BadArgument(
            phrase("Secret {name} holds no tls.crt; its type is {type}", name=name, type=secret.get("type", "Opaque"))
        )
    chain = x509.load_pem_x509_certificates(base64.b64decode(content))
    return Certificate(chain[0], None, tuple(chain[1:]))


def of_answer(answer: Answer) -> Certificate:
    """The certificate that the entry showed for an https:// URL."""
    content = answer.layers.get("certificate")
    if not isinstance(content, bytes):
        message = phrase("{url} was answered without a certificate", url=answer.url)
        raise BadArgument(joined(": ", filter(None, [message, answer.error])))
    return Certificate(x509.load_der_x509_certificate(content))
