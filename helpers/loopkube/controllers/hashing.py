"""The short hashes in names and labels, in the alphabet of Kubernetes (no vowels, no letters that look alike).

As ComputeHash in kubernetes/pkg/controller/controller_utils.go, but for what is hashed: the template as canonical
JSON. Kubernetes hashes its Go value as Go prints it: the same template has another hash there. Rely on neither.
"""

from functools import lru_cache

import orjson

ALPHABET = "bcdfghjklmnpqrstvwxz2456789"


def safe(text: str) -> str:
    """Each character mapped into the alphabet, as apimachinery's rand.SafeEncodeString does."""
    return "".join(ALPHABET[ord(character) % len(ALPHABET)] for character in text)


def template_hash(template: dict, collisions: int = 0) -> str:
    """The `pod-template-hash` of the template; another one for each collision met."""
    return _hash(orjson.dumps(template, option=orjson.OPT_SORT_KEYS), collisions)


# Controllers ask for the same few templates at every turn.
@lru_cache(maxsize=1024)
def _hash(template: bytes, collisions: int) -> str:
    return safe(str(fnv1a(template + (collisions.to_bytes(8, "little") if collisions else b""))))


def fnv1(data: bytes) -> int:
    """FNV-1 of 32 bits, which names the revisions of StatefulSets."""
    digest = 2166136261
    for byte in data:
        digest = digest * 16777619 & 0xFFFFFFFF ^ byte
    return digest


def fnv1a(data: bytes) -> int:
    """FNV-1a of 32 bits."""
    digest = 2166136261
    for byte in data:
        digest = (digest ^ byte) * 16777619 & 0xFFFFFFFF
    return digest
