"""Certificates as tables and as a picture; the same on every run unless dates are asked for."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from labcore.language.messages import joined

from ingress_lab.lessons.certificates.certificate import Certificate, common_name
from ingress_lab.lessons.certificates.checking import fits, problems, signed_by
from ingress_lab.lessons.certificates.issuing import Authority
from ingress_lab.lessons.certificates.words import words

if TYPE_CHECKING:
    from ingress_lab.display.tables import Table
    from ingress_lab.pictures import Picture

One = Certificate | Authority


def table(certificates: One | Iterable[One], *, dates: bool = False, now: datetime | None = None) -> "Table":
    """Subject, names, issuer and state of each; `dates=True` adds when each begins and ends."""
    from ingress_lab.display.tables import plain_table

    moment = now or datetime.now(UTC)
    headings = ["subject", "names", "issuer", "state", "lasts", *(["begins", "ends"] if dates else [])]
    rows = []
    for one in _each(certificates):
        row = [one.subject, ", ".join(one.names) or None, one.issuer, state(one, moment), lasts(one)]
        rows.append(row + ([f"{t:%Y-%m-%d %H:%M}" for t in (one.begins, one.ends)] if dates else []))
    return plain_table(rows, [words(heading) for heading in headings], words("title"))


def names(certificate: One, hosts: Iterable[str]) -> "Table":
    """For which of these hosts is it good, and by which of its names?"""
    from ingress_lab.display.tables import plain_table

    (one,) = _each(certificate)
    rows = []
    for host in hosts:
        by = next((name for name in one.names if fits(name, host)), None)
        rows.append([host, words("yes" if by else "no"), by])
    return plain_table(rows, [words(heading) for heading in ("host", "good", "by")], words("names_title"))


def chain(
    certificate: Certificate, host: str = "", trusted: One | None = None, *, now: datetime | None = None
) -> "Picture":
    """A picture: the certificate, those above it, and the root; what a client of `host` would turn down is marked."""
    from ingress_lab.pictures import certificate_chain

    moment = now or datetime.now(UTC)
    wrong = problems(certificate, host or (certificate.names or [""])[0], trusted, now=moment)
    said = joined("; ", wrong) if wrong else words("good_for", names=", ".join(certificate.names))
    links = [(certificate.subject, said, not wrong)]
    links += [(common_name(c.subject), words("signs_below"), True) for c in certificate.above]
    for root in _each(trusted) if trusted else []:
        last = certificate.above[-1] if certificate.above else certificate.content
        holds = signed_by(last, root.content)
        links.append((root.subject, words("trusted" if holds else "trusted_other"), holds))
    return certificate_chain(words("chain_title", subject=certificate.subject), links)


def state(certificate: Certificate, now: datetime) -> str:
    if now < certificate.begins:
        return words("state_early")
    return words("state_expired" if now > certificate.ends else "state_valid")


def lasts(certificate: Certificate) -> str:
    return words("days", days=round((certificate.ends - certificate.begins).total_seconds() / 86400))


def _each(certificates: One | Iterable[One]) -> list[Certificate]:
    found = [certificates] if isinstance(certificates, Certificate | Authority) else certificates
    return [one.certificate if isinstance(one, Authority) else one for one in found]
