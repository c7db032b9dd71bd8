"""Which number means which field: `fields.json`, one line a message, read at the first body.

A line lists `number name type`. `name[]` is repeated, `name{}` a map from strings, `*` a struct whose fields stand in
its parent's JSON. The type is one of `values.SCALARS` (text where none is named) or a message, of the same package
unless it names another. Numbers are those of the generated.proto files of Kubernetes v1.36 (k8s.io/api, apimachinery
and apiextensions-apiserver v0.36), names those of the JSON tags beside them in types.go. Numbers are never used twice,
so bodies of older and newer clients are read too. A test holds the names against the OpenAPI schema and says what a
new version adds.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import orjson

PACKAGES = {
    "v1": "core",
    "apiextensions.k8s.io/v1": "apiextensions",
    "apiregistration.k8s.io/v1": "apiregistration",
    "apps/v1": "apps",
    "authentication.k8s.io/v1": "authentication",
    "authorization.k8s.io/v1": "authorization",
    "autoscaling/v1": "autoscaling",
    "batch/v1": "batch",
    "certificates.k8s.io/v1": "certificates",
    "coordination.k8s.io/v1": "coordination",
    "discovery.k8s.io/v1": "discovery",
    "events.k8s.io/v1": "events",
    "networking.k8s.io/v1": "networking",
    "policy/v1": "policy",
    "rbac.authorization.k8s.io/v1": "rbac",
    "storage.k8s.io/v1": "storage",
}
_OF_EVERY_GROUP = ("DeleteOptions", "Status")


class Field(NamedTuple):
    """`how` is empty, `[]`, `{}` or `*`; `type` is a scalar or a message with its package."""

    name: str
    how: str
    type: str


@cache
def table() -> dict[str, str]:
    """{message: its fields as text}."""
    return orjson.loads(Path(__file__).with_name("fields.json").read_bytes())


def message_of(api_version: str, kind: str) -> str | None:
    """The message of a kind, where there is one."""
    package = "meta" if kind in _OF_EVERY_GROUP else PACKAGES.get(api_version)
    message = f"{package}.{kind}"
    return message if message in table() else None


@cache
def fields(message: str) -> dict[int, Field]:
    package = message.partition(".")[0]
    found = {}
    for entry in filter(None, table()[message].split(", ")):
        number, name, *rest = entry.split(" ")
        how = name if name == "*" else name[-2:] if name.endswith(("[]", "{}")) else ""
        kind = rest[0] if rest else "string"
        found[int(number)] = Field(name.removesuffix(how), how, f"{package}.{kind}" if kind[0].isupper() else kind)
    return found
