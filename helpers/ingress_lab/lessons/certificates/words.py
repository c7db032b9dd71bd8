"""Every sentence about certificates, in one place."""

from labcore.language.messages import Phrase

ENGLISH = {
    "title": "certificates",
    "names_title": "names",
    "chain_title": "The certificate of {subject}",
    "subject": "subject",
    "names": "names (SAN)",
    "issuer": "issuer",
    "state": "state",
    "lasts": "lasts",
    "begins": "begins",
    "ends": "ends",
    "host": "host",
    "good": "good?",
    "by": "by the name",
    "yes": "yes",
    "no": "no",
    "none": "none",
    "days": "{days} days",
    "state_valid": "valid",
    "state_expired": "expired",
    "state_early": "not valid yet",
    "good_for": "good for {names}",
    "signs_below": "signs the one above",
    "trusted": "trusted by this client",
    "trusted_other": "trusted by this client, but did not sign this",
    "wrong_name": "not for {host}, but for {names}",
    "too_early": "not valid yet",
    "expired": "expired {days} days ago",
    "broken_chain": "{lower} is not signed by {upper}",
    "nobody_trusted": "signed by {issuer}, which this client does not know",
    "not_trusted": "signed by {issuer}; this client trusts {trusted}",
}


def words(key: str, **values: object) -> str:
    """The words for `key`, with the values filled in."""
    return Phrase(ENGLISH[key], values)
