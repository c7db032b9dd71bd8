"""The short hashes in names and labels, in the alphabet of Kubernetes (no vowels, no letters that look alike)."""

from functools import lru_cache

from loopkube.controllers.go_text import template_text

ALPHABET = "bcdfghjklmnpqrstvwxz2456789"


def safe(text: str) -> str:
    """Each character mapped into the alphabet, as apimachinery's rand.SafeEncodeString does."""
    return "".join(ALPHABET[ord(character) % len(ALPHABET)] for character in text)


def template_hash(template: dict, collisions: int = 0) -> str:
    """The `pod-template-hash` that Kubernetes gives the template; another one for each collision met."""
    return _hash(template_text(template), collisions)


@lru_cache(maxsize=256)
def _hash(text: str, collisions: int) -> str:
    """FNV-1a of 32 bits, in decimal digits, in the safe alphabet."""
    found = 2166136261
    for byte in text.encode() + (collisions.to_bytes(8, "little") if collisions else b""):
        found = (found ^ byte) * 16777619 & 0xFFFFFFFF
    return safe(str(found))
