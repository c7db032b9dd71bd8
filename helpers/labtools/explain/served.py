"""The certificate of an https:// URL: which one was shown, of which Secret, and why not the one that is meant."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from ingress_lab.http.answers import Answer
from ingress_lab.ingress.rules import host_and_path
from ingress_lab.lessons.certificates.certificate import Certificate, of_answer, of_secret
from ingress_lab.lessons.certificates.checking import fits
from labcore.errors import BadArgument
from labcore.language.messages import filled, phrase

from labtools.explain.certificate_problems import (
    EXPIRED,
    NO_PAIR,
    NOT_NAMED,
    NOT_SHOWN,
    NOT_THERE,
    OTHER_KEY,
    OTHER_NAMES,
    PROBLEMS,
    TOO_EARLY,
    UNREADABLE,
)
from labtools.explain.chain import BROKEN, OK, Link
from labtools.explain.fault import Fault
from labtools.explain.secrets import near
from labtools.traefik.objects import Key, Objects

LINK = "Certificate"


@dataclass(frozen=True)
class Served:
    """The certificate that was shown, the Secret that it is of (None: of no Secret that was read), and what is wrong.

    `problem` is "" when a client may take it for its host; else one of the words above, about `secret`.
    """

    shown: Certificate
    host: str
    problem: str = ""
    secret: Key | None = None
    ingress: str = ""
    own: Certificate | None = field(default=None, repr=False)

    @property
    def link(self) -> Link:
        """The certificate as a link of the chain; broken where a client would refuse it."""
        detail = phrase("Secret {secret}", secret="/".join(self.secret)) if self.secret and not self.problem else ""
        if self.problem:
            detail = filled(PROBLEMS[self.problem].short, secret=self.secret[1] if self.secret else "", host=self.host)
        return Link(LINK, self.shown.subject, BROKEN if self.problem else OK, detail)


def served(seen: Answer | None, objects: Objects, url: str) -> Served | None:
    """None where no certificate was shown."""
    if seen is None or not isinstance(seen.layers.get("certificate"), bytes):
        return None
    shown, (host, _) = of_answer(seen), host_and_path(url)
    named = _named(objects, url)
    if covers(shown, host):
        return Served(shown, host, _dates(shown), _of(shown, objects))
    reasons = [(_reason(objects.secrets[key], host), key, ingress) for key, ingress in named if key in objects.secrets]
    if not reasons:
        unknown = named[0] if named else (None, "")
        return Served(shown, host, NOT_SHOWN if named else NOT_NAMED, *unknown)
    problem, key, ingress = reasons[0]
    return Served(shown, host, problem, key, ingress, _own(objects.secrets[key]))


def covers(certificate: Certificate, host: str) -> bool:
    """Whether one of the certificate's names fits the host, wildcards as in RFC 6125."""
    return any(fits(name, host) for name in certificate.names)


def _named(objects: Objects, url: str) -> list[tuple[Key, str]]:
    """(Secret, Ingress) for every TLS entry of the Ingresses near the URL."""
    return [
        ((ingress["metadata"].get("namespace", ""), tls["secretName"]), ingress["metadata"]["name"])
        for ingress in near(objects.ingresses, url)
        for tls in ingress["spec"].get("tls") or []
        if tls.get("secretName")
    ]


def _reason(secret: dict | None, host: str) -> str:
    """Why Traefik shows another certificate than this Secret's."""
    if secret is None:
        return NOT_THERE
    data = secret.get("data") or {}
    if not data.get("tls.crt") or not data.get("tls.key"):
        return NO_PAIR
    own = _own(secret)
    if own is None:
        return UNREADABLE
    if _public(own.content.public_key()) != _public_of_key(data["tls.key"]):
        return OTHER_KEY
    if not covers(own, host):
        return OTHER_NAMES
    return _dates(own) or NOT_SHOWN


def _public_of_key(written: str) -> bytes:
    try:
        return _public(serialization.load_pem_private_key(base64.b64decode(written), None).public_key())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return b""


def _public(key: object) -> bytes:
    return key.public_bytes(  # type: ignore[attr-defined]
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _own(secret: dict | None) -> Certificate | None:
    try:
        return of_secret(secret) if secret else None
    except (ValueError, BadArgument):
        return None


def _of(shown: Certificate, objects: Objects) -> Key | None:
    """The Secret that holds the certificate."""
    known = ((key, _own(secret)) for key, secret in objects.secrets.items())
    return next((key for key, own in known if own is not None and own.content == shown.content), None)


def _dates(certificate: Certificate) -> str:
    now = datetime.now(UTC)
    return EXPIRED if now > certificate.ends else TOO_EARLY if now < certificate.begins else ""


def fault_of(checked: Served | None, elsewhere: Callable[[str], list[str]]) -> Fault | None:
    """`elsewhere`: the namespaces that have a Secret of a name."""
    if checked is None or not checked.problem:
        return None
    namespace, name = checked.secret or ("", "")
    about = checked.own or checked.shown
    values = {
        "host": checked.host,
        "shown": checked.shown.subject,
        "secret": name,
        "namespace": namespace,
        "ingress": checked.ingress,
        "names": ", ".join(about.names) or phrase("none"),
        "ends": f"{about.ends:%Y-%m-%d}",
        "begins": f"{about.begins:%Y-%m-%d}",
    }
    problem = PROBLEMS[checked.problem]
    fix = filled(problem.fix, **values)
    if checked.problem == NOT_THERE and (places := [p for p in elsewhere(name) if p != namespace]):
        fix = phrase(
            "an Ingress reads Secrets of its own namespace only, and {secret} is in {place}: copy it to {namespace}",
            place=", ".join(places),
            **values,
        )
    return Fault(LINK, filled(problem.why, **values), fix)
