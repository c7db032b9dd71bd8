"""The upstream OpenAPI schema of Kubernetes: in loopkube's own wheel a file beside this one, in a clone of the
repository that of the package kubernetes-validate.

`definition("io.k8s.api.core.v1.Pod")` is the raw definition; `Node` walks along fields and knows what the
API's list types, merge keys and patch strategies are (used by decoding, patches and server-side apply).
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import orjson

from loopkube.upstream.version import SCHEMA

_REF = "#/$defs/"
_BUILT_IN = Path(__file__).with_name("definitions.json")


@cache
def definitions() -> dict[str, dict]:
    """All definitions by name, read once per process (about 10 ms)."""
    path = _BUILT_IN if _BUILT_IN.exists() else _of_kubernetes_validate()
    return orjson.loads(path.read_bytes())["$defs"]


def _of_kubernetes_validate() -> Path:
    # The package itself is not imported: that takes more than a second, for its own dependencies.
    spec = find_spec("kubernetes_validate")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError(
            "the package kubernetes-validate is not installed; `pip install kubernetes-validate` installs it"
        )
    package = Path(spec.submodule_search_locations[0])
    return package / "kubernetes-json-schema" / f"{SCHEMA}-local" / "_definitions.json"


def definition(name: str) -> dict:
    """Of the published OpenAPI. Raises KeyError."""
    return definitions()[name]


class Node:
    """A place in the schema: the field as declared (`field`) and the definition behind it (`target`)."""

    __slots__ = ("field", "name", "target")

    def __init__(self, field: dict) -> None:
        reference = field.get("$ref", "")
        self.field = field
        self.name = reference.removeprefix(_REF)
        self.target = definition(self.name) if reference else field

    @property
    def type(self) -> str:
        """`object`, `array`, `string`, `integer`, `number`, `boolean`, or `` where any of several is allowed."""
        declared = self.target.get("type", "")
        return next((t for t in declared if t != "null"), "") if isinstance(declared, list) else declared

    @property
    def properties(self) -> dict[str, dict]:
        return self.target.get("properties", {})

    @property
    def is_map(self) -> bool:
        """Keys of any name, as labels have."""
        return "additionalProperties" in self.target and not self.properties

    def child(self, name: str) -> "Node | None":
        """The schema of a field, of a map's value, or None where nothing is known."""
        if name in self.properties:
            return node(self.name, name) if self.name else Node(self.properties[name])
        more = self.target.get("additionalProperties")
        return Node(more) if isinstance(more, dict) else None

    @property
    def items(self) -> "Node | None":
        """The schema of a list's items; None where it is no list."""
        inner = self.target.get("items")
        return Node(inner) if isinstance(inner, dict) else None

    @property
    def list_type(self) -> str:
        """`map`, `set`, `atomic`, or `` (atomic for server-side apply)."""
        return self.field.get("x-kubernetes-list-type", "")

    @property
    def list_map_keys(self) -> list[str]:
        """The fields by which items of the list are told apart (x-kubernetes-list-map-keys); [] for other lists."""
        return self.field.get("x-kubernetes-list-map-keys", [])

    @property
    def map_type(self) -> str:
        """`atomic` for a map that is always written as a whole."""
        return self.field.get("x-kubernetes-map-type") or self.target.get("x-kubernetes-map-type", "")

    @property
    def merge_key(self) -> str:
        """The key by which a strategic merge patch matches the items of this list, or ``."""
        return self.field.get("x-kubernetes-patch-merge-key", "")

    @property
    def patch_strategies(self) -> set[str]:
        """`merge`, `retainKeys`, or both, for strategic merge patches."""
        return set(self.field.get("x-kubernetes-patch-strategy", "").split(",")) - {""}


@cache
def node(name: str, field: str = "") -> Node:
    """The schema node of a definition, or of one of its fields."""
    if field:
        return Node(definition(name)["properties"][field])
    return Node({"$ref": _REF + name})
