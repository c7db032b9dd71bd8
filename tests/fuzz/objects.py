"""Random bodies: objects made from the schemas of our own OpenAPI documents, bent, cut, and never valid at all."""

import json
from random import Random

from expressions import expression

NAMES = ("a", "web", "default", "kube-system", "lab-worker", "x" * 63, "a.b", "kubernetes")
HOSTILE = (
    "", " ", "..", "../../etc/passwd", "/etc/shadow", "a/b", "a\nb", "a\r\nX: y", "\0", "é", "\u202e", "😀" * 20,
    "%2e%2e", "$(id)", "`id`", "'; exit 1; '", "-rf", "--help", "$(POD_IP)", "$$(x)", "a" * 5000, "{{.}}", "<script>",
    "10m", "1Gi", "-1", "9" * 40, "1e400", "1e99999999", "1e" + "9" * 5000, "0001-01-01T00:00:00+23:00",
    "0x10", "2001-01-01T00:00:00Z", "127.0.0.1", "::1", "256.1.1.1", "*.a.b",
    "True", "\ud800",
)  # fmt: skip
NUMBERS = (0, 1, -1, 80, 65535, 65536, 2**31, 2**63 - 1, 2**63, 2**70, -(2**63), 1.5, 1e308)
JUNK = (None, True, False, [], {}, [None], [[]], [{}], {"": ""}, {"a": None}, "x", 7, {"$patch": "delete"}, [[[[[]]]]])
DEEPEST = 9
EXPRESSIONS = ("expression", "rule", "messageExpression")
"""Fields that are CEL."""


class Maker:
    """Makes values for schemas; `schemas` are the components of one OpenAPI document."""

    def __init__(self, schemas: dict[str, dict], random: Random) -> None:
        self._schemas, self._random = schemas, random

    def value(self, schema: dict, depth: int = 0) -> object:
        chance = self._random.random
        if chance() < 0.02:
            return self._random.choice(JUNK)
        if "allOf" in schema:
            return self.value(schema["allOf"][0], depth)
        if "$ref" in schema:
            return self.value(self._schemas.get(schema["$ref"].rpartition("/")[2], {}), depth)
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = kind[0]
        if "properties" in schema:
            return self._object(schema, depth)
        if kind == "array":
            return [self.value(schema.get("items", {}), depth + 1) for _ in range(self._few(depth))]
        if kind == "object" or "additionalProperties" in schema:
            inner = schema.get("additionalProperties")
            inner = inner if isinstance(inner, dict) else {"type": "string"}
            return {self._text(): self.value(inner, depth + 1) for _ in range(self._few(depth))}
        return self._leaf(schema, kind)

    def _object(self, schema: dict, depth: int) -> dict:
        properties, needed = schema["properties"], schema.get("required", [])
        more = [name for name in properties if name not in needed]
        chosen = [*needed, *self._random.sample(more, min(len(more), self._few(depth) + (depth < 2)))]
        made = {name: self._field(name, properties[name], depth + 1) for name in chosen if name in properties}
        if self._random.random() < 0.03:
            made[self._text()] = self._random.choice(JUNK)
        return made

    def _field(self, name: str, schema: dict, depth: int) -> object:
        is_expression = name in EXPRESSIONS and schema.get("type") == "string"
        return expression(self._random) if is_expression else self.value(schema, depth)

    def _few(self, depth: int) -> int:
        return 0 if depth > DEEPEST else self._random.choice((0, 1, 1, 2, 3))

    def _leaf(self, schema: dict, kind: str | None) -> object:
        if schema.get("enum") and self._random.random() < 0.9:
            return self._random.choice(schema["enum"])
        if kind == "boolean":
            return self._random.random() < 0.5
        if kind in ("integer", "number") or (kind is None and self._random.random() < 0.5):
            return self._random.choice(NUMBERS)
        return self._text()

    def _text(self) -> str:
        return self._random.choice(NAMES if self._random.random() < 0.7 else HOSTILE)


def spoilt(body: bytes, random: Random) -> bytes:
    """What is no longer, or never was, an object."""
    way = random.randrange(11)
    if way == 0:
        return body[: random.randrange(len(body) + 1)]
    if way == 1:
        return random.randbytes(random.choice((1, 50, 5000)))
    if way == 2:
        return b"[" * random.choice((10, 2000, 200_000))
    if way == 3:
        return b'{"a":' * 50_000 + b"1" + b"}" * 50_000
    if way == 4:
        return json.dumps(random.choice(JUNK)).encode()
    if way == 5:
        return b'{"metadata":{"name":"a","name":"b"},"x":NaN,"y":1e999}'
    if way == 6:
        return b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
            f"{n}: &{n} [{','.join([f'*{p}'] * 9)}]\n".encode() for p, n in zip("abcdefg", "bcdefgh", strict=True)
        )
    if way == 7:
        values = (
            "9" * 5000,
            "0x_",
            "!!int x",
            "!!float x",
            "!!bool x",
            "!!binary x",
            "!!timestamp x",
            "!!set {b: c}",
            "!!omap [b: 1]",
            "!!map x",
            "!!seq x",
            "!foo x",
            "1e999",
            ".inf",
            "!!python/tuple [1]",
            "{? [b] : 2}",
        )
        place = random.choice(("data: {a: %s}", "metadata: {name: %s}", "spec: %s", "%s: a", "kind: %s"))
        return ("apiVersion: v1\n" + place % random.choice(values)).encode()
    if way == 8:
        depth = random.choice((200, 300, 900, 5000))
        return b'{"metadata":{"annotations":' + b'{"a":' * depth + b"1" + b"}" * depth + b"}}"
    if way == 9:
        return b'{"gracePeriodSeconds":%s,"spec":{"replicas":%s}}' % ((b"9" * random.choice((18, 19, 20, 5000)),) * 2)
    if way == 10:
        return b"k8s\x00" + random.randbytes(200)
    return b'{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"big"},"data":{"a":"' + b"x" * 4_000_000 + b'"}}'
