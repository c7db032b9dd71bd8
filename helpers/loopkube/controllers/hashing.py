"""The short hashes in names and labels, in the alphabet of Kubernetes (no vowels, no letters that look alike).

After ComputeHash in kubernetes/pkg/controller/controller_utils.go; `tests/loopkube/test_hashing.py` has recorded ones.
"""

from functools import lru_cache

import orjson

from loopkube.controllers.go_text import template_text

ALPHABET = "bcdfghjklmnpqrstvwxz2456789"


def safe(text: str) -> str:
    """Each character mapped into the alphabet, as apimachinery's rand.SafeEncodeString does."""
    return "".join(ALPHABET[ord(character) % len(ALPHABET)] for character in text)


def template_hash(template: dict, collisions: int = 0) -> str:
    """The `pod-template-hash` that Kubernetes gives the template; another one for each collision met."""
    return _hash(orjson.dumps(template), collisions)


# Controllers ask for the same few templates at every turn; printing and hashing one takes most of a millisecond.
@lru_cache(maxsize=1024)
def _hash(template: bytes, collisions: int) -> str:
    text = template_text(orjson.loads(template)).encode()
    return safe(str(fnv1a(text + (collisions.to_bytes(8, "little") if collisions else b""))))


def fnv1(data: bytes) -> int:
    """FNV-1 of 32 bits, which names the revisions of StatefulSets."""
    found = 2166136261
    for byte in data:
        found = found * 16777619 & 0xFFFFFFFF ^ byte
    return found


def fnv1a(data: bytes) -> int:
    """FNV-1a of 32 bits. Four bytes go in before the number is cut to size, which takes two thirds of the time."""
    found, prime, mask = 2166136261, 16777619, 0xFFFFFFFF
    even = len(data) // 4 * 4
    for a, b, c, d in zip(data[0:even:4], data[1:even:4], data[2:even:4], data[3:even:4], strict=True):
        found = ((((found ^ a) * prime ^ b) * prime ^ c) * prime ^ d) * prime & mask
    for byte in data[even:]:
        found = (found ^ byte) * prime & mask
    return found
