"""The Go structs below `v1.PodTemplateSpec`, read from `go_structs.json` on first use.

Facts of k8s.io/api/core/v1 and k8s.io/apimachinery/pkg/apis/meta/v1 (types.go of v0.35, and `schedulingGroup` of
v0.36, which took the place of `workloadRef`): per struct, in order, each field's Go name with its name in the API and
its Go type. `.` instead of a name: the fields of an embedded struct
stand among those around it. Kubernetes hashes a template by its printed Go value, so all of this decides over the hash.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import orjson

EMBEDDED = "."


class Field(NamedTuple):
    go: str
    name: str
    kind: str


@cache
def structs() -> dict[str, list[Field]]:
    """By Go type, as `v1.Container`."""
    table = orjson.loads(Path(__file__).with_suffix(".json").read_bytes())
    return {
        f"v1.{struct}": [Field(go, *text.split()) for go, text in fields.items()] for struct, fields in table.items()
    }
