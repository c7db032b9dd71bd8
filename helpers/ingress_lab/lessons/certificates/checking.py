"""Would a client accept this certificate for this host? The questions a TLS library asks, one by one (RFC 9525)."""

from datetime import UTC, datetime
from ipaddress import ip_address
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from labcore.language.messages import phrase, plural

from ingress_lab.lessons.certificates.certificate import Certificate, common_name
from ingress_lab.lessons.certificates.issuing import Authority


def problems(
    certificate: Certificate, host: str, trusted: Authority | Certificate | None = None, *, now: datetime | None = None
) -> list[str]:
    """Why a client that trusts `trusted` would turn it down for `host`; nothing when it would not."""
    moment = now or datetime.now(UTC)
    sentences = []
    if not any(fits(name, host) for name in certificate.names):
        sentences.append(
            phrase("not for {host}, but for {names}", host=host, names=", ".join(certificate.names) or phrase("none"))
        )
    if moment < certificate.begins:
        sentences.append(phrase("not valid yet"))
    if moment > certificate.ends:
        sentences.append(
            plural("expired {number} day ago", "expired {number} days ago", -certificate.days_left(moment) - 1)
        )
    return sentences + _trust(certificate, trusted)


def fits(name: str, host: str) -> bool:
    """A wildcard is the first label, whole, and stands for one label; case does not count."""
    name, host = name.lower(), host.lower().removesuffix(".")
    try:
        return ip_address(name) == ip_address(host)
    except ValueError:
        pass
    if name.startswith("*."):
        return host.partition(".")[2] == name[2:] and bool(host.partition(".")[0])
    return name == host


def _trust(certificate: Certificate, trusted: Authority | Certificate | None) -> list[str]:
    """Each certificate is signed by the next, and the last by one that is trusted."""
    anchor = trusted.certificate if isinstance(trusted, Authority) else trusted
    chain = [certificate.content, *certificate.above]
    for lower, upper in pairwise(chain):
        if not signed_by(lower, upper):
            return [
                phrase(
                    "{lower} is not signed by {upper}",
                    lower=common_name(lower.subject),
                    upper=common_name(upper.subject),
                )
            ]
    if anchor is None:
        return [phrase("signed by {issuer}, which this client does not know", issuer=common_name(chain[-1].issuer))]
    if chain[-1] == anchor.content or signed_by(chain[-1], anchor.content):
        return []
    return [
        phrase(
            "signed by {issuer}; this client trusts {trusted}",
            issuer=common_name(chain[-1].issuer),
            trusted=anchor.subject,
        )
    ]


def signed_by(lower: x509.Certificate, upper: x509.Certificate) -> bool:
    """Whether `upper` signed `lower`; names and signature are compared, not the dates."""
    try:
        lower.verify_directly_issued_by(upper)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
