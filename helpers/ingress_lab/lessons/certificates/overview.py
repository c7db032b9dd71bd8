"""Certificates as tables and as a picture; the same on every run unless dates are asked for."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from labcore.language.messages import joined, phrase, plural

from ingress_lab.lessons.certificates.certificate import Certificate, common_name
from ingress_lab.lessons.certificates.checking import fits, problems, signed_by
from ingress_lab.lessons.certificates.issuing import Authority

if TYPE_CHECKING:
    from ingress_lab.display.tables import Table
    from ingress_lab.pictures import Picture

One = Certificate | Authority
HEADINGS = {
    "subject": phrase("subject"),
    "names": phrase("names (SAN)"),
    "issuer": phrase("issuer"),
    "state": phrase("state"),
    "lasts": phrase("lasts"),
    "begins": phrase("begins"),
    "ends": phrase("ends"),
    "host": phrase("host"),
    "good": phrase("good?"),
    "by": phrase("by the name"),
}


def table(certificates: One | Iterable[One], *, dates: bool = False, now: datetime | None = None) -> "Table":
    """Subject, names, issuer and state of each; `dates=True` adds when each begins and ends."""
    from ingress_lab.display.tables import plain_table

    moment = now or datetime.now(UTC)
    headings = ["subject", "names", "issuer", "state", "lasts", *(["begins", "ends"] if dates else [])]
    rows = []
    for one in _each(certificates):
        row = [one.subject, ", ".join(one.names) or None, one.issuer, state(one, moment), lasts(one)]
        rows.append(row + ([f"{t:%Y-%m-%d %H:%M}" for t in (one.begins, one.ends)] if dates else []))
    return plain_table(rows, [HEADINGS[heading] for heading in headings], phrase("certificates"))


def names(certificate: One, hosts: Iterable[str]) -> "Table":
    """For which of these hosts is it good, and by which of its names?"""
    from ingress_lab.display.tables import plain_table

    (one,) = _each(certificate)
    rows = []
    for host in hosts:
        by = next((name for name in one.names if fits(name, host)), None)
        rows.append([host, phrase("yes") if by else phrase("no"), by])
    return plain_table(rows, [HEADINGS[heading] for heading in ("host", "good", "by")], phrase("names"))


def chain(
    certificate: Certificate, host: str = "", trusted: One | None = None, *, now: datetime | None = None
) -> "Picture":
    """A picture: the certificate, those above it, and the root; what a client of `host` would turn down is marked."""
    from ingress_lab.pictures import certificate_chain

    moment = now or datetime.now(UTC)
    wrong = problems(certificate, host or (certificate.names or [""])[0], trusted, now=moment)
    said = joined("; ", wrong) if wrong else phrase("good for {names}", names=", ".join(certificate.names))
    links = [(certificate.subject, said, not wrong)]
    links += [(common_name(c.subject), phrase("signs the one above"), True) for c in certificate.above]
    for root in _each(trusted) if trusted else []:
        last = certificate.above[-1] if certificate.above else certificate.content
        holds = signed_by(last, root.content)
        links.append(
            (
                root.subject,
                phrase("trusted by this client") if holds else phrase("trusted by this client, but did not sign this"),
                holds,
            )
        )
    return certificate_chain(phrase("The certificate of {subject}", subject=certificate.subject), links)


def state(certificate: Certificate, now: datetime) -> str:
    if now < certificate.begins:
        return phrase("not valid yet")
    return phrase("expired") if now > certificate.ends else phrase("valid")


def lasts(certificate: Certificate) -> str:
    """For how many days it was issued, not how many are left."""
    days = round((certificate.ends - certificate.begins).total_seconds() / 86400)
    return plural("{number} day", "{number} days", days)


def _each(certificates: One | Iterable[One]) -> list[Certificate]:
    several = [certificates] if isinstance(certificates, Certificate | Authority) else certificates
    return [one.certificate if isinstance(one, Authority) else one for one in several]
