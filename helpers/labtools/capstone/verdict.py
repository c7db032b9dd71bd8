"""One thing that was looked at: what is expected of it, and what was seen. Why is for the reader to find."""

from dataclasses import dataclass

from labcore.language.messages import phrase

ASPECTS = {
    "manifests": phrase("hosts of refused manifests"),
    "routes": phrase("routes and paths"),
    "certificates": phrase("certificates"),
    "redirects": phrase("redirects to HTTPS"),
    "affinity": phrase("session affinity"),
    "canary": phrase("canary share"),
    "closed": phrase("what is closed"),
    "requests": phrase("requests of the clients"),
    "move": phrase("answers without nginx"),
    "closing": phrase("old controller and leftovers"),
}
"""In the order in which they are looked at and shown."""
PARTS = {
    "manifests": ("manifests", "closed"),
    "move": tuple(aspect for aspect in ASPECTS if aspect != "closing"),
    "closing": tuple(ASPECTS),
}
"""The three parts of the capstone, which are the exercises 18.1 to 18.3."""


@dataclass(frozen=True)
class Verdict:
    """`got` is "" where it is as expected."""

    aspect: str
    subject: str
    expected: str
    got: str = ""

    @property
    def right(self) -> bool:
        return not self.got

    @property
    def sentence(self) -> str:
        return phrase(
            "{subject}: expected {expected}; got {got}", subject=self.subject, expected=self.expected, got=self.got
        )
