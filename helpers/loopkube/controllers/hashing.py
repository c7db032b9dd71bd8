"""The short hashes in names and labels, in the alphabet of Kubernetes (no vowels, no letters that look alike)."""

import hashlib

import orjson

ALPHABET = "bcdfghjklmnpqrstvwxz2456789"


def safe(text: str) -> str:
    """Each character mapped into the alphabet, as apimachinery's rand.SafeEncodeString does."""
    return "".join(ALPHABET[ord(character) % len(ALPHABET)] for character in text)


def template_hash(template: dict, collisions: int = 0) -> str:
    """The `pod-template-hash` of a template: ten characters, another one for each collision met."""
    plain = orjson.dumps(template, option=orjson.OPT_SORT_KEYS)
    digest = hashlib.sha256(plain + (str(collisions).encode() if collisions else b"")).digest()
    return safe(str(10**9 + int.from_bytes(digest[:8]) % (2**32 - 10**9)))
