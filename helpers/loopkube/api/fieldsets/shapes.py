"""What the schema says about owning a place of an object: as a whole, or field by field.

A `Shape` is made from a schema node when it is first met and kept; definitions share theirs.
"""

from enum import Enum
from functools import cache

from loopkube.kinds import Kind
from loopkube.schema import Node, node

_OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"

# Fields that Go's types always write, even when empty, so that an object without them has them all the same.
_ALWAYS_THERE = frozenset(
    [
        "metadata",
        "spec",
        "status",
        "template",
        "strategy",
        "updateStrategy",
        "loadBalancer",
        "containers",
        "rules",
        "endpoints",
        "backend",
    ]
)


class How(Enum):
    """How ownership of a place works."""

    LEAF = "as one"
    MAP = "field by field"
    KEYED = "item by item, told apart by keys"
    SET = "item by item, told apart by value"
    DEDUCED = "by the value: maps field by field, the rest as one"


class Shape:
    __slots__ = ("_children", "_items", "_node", "how", "key_defaults", "keys")

    def __init__(self, schema: Node | None) -> None:
        self._node = schema
        self._children: dict[str, Shape] = {}
        self._items: Shape | None = None
        self.how = _how(schema)
        self.keys = sorted(schema.list_map_keys) if schema and self.how is How.KEYED else []
        self.key_defaults = _key_defaults(schema, self.keys)

    def child(self, name: str) -> "Shape":
        """The shape of a field."""
        found = self._children.get(name)
        if found is None:
            below = self._node.child(name) if self._node and self.how is How.MAP else None
            found = self._children[name] = _shape(below)
        return found

    @property
    def items(self) -> "Shape":
        if self._items is None:
            self._items = _shape(self._node.items if self._node else None)
        return self._items

    def declares(self, name: str) -> bool:
        """Whether `name` is a field of a type, as opposed to a key of a map or an unknown field."""
        return self._node is not None and name in self._node.properties

    def allows(self, name: str) -> bool:
        """Whether an object may have a field of this name at all."""
        return self.how is not How.MAP or self._node.child(name) is not None or _is_open(self._node)

    def always_there(self, name: str) -> bool:
        return name in _ALWAYS_THERE and self.declares(name)

    @property
    def type(self) -> str:
        """The schema's type: object, array, string, integer, number, boolean, or `` for any."""
        return self._node.type if self._node and not _is_int_or_string(self._node) else ""


def root(kind: Kind) -> Shape:
    """The shape of the objects of a kind."""
    return _named(kind.schema) if kind.custom is None else _custom_root(kind)


def _how(schema: Node | None) -> How:
    if schema is None:
        return How.DEDUCED
    if schema.type == "array":
        return {"map": How.KEYED, "set": How.SET}.get(schema.list_type, How.LEAF)
    if schema.type == "object":
        if schema.map_type == "atomic":
            return How.LEAF
        return How.MAP if schema.properties or schema.target.get("additionalProperties") else How.DEDUCED
    if not schema.type and not _is_int_or_string(schema) and "oneOf" not in schema.target:
        return How.DEDUCED
    return How.LEAF


def _is_int_or_string(schema: Node) -> bool:
    return bool(schema.field.get("x-kubernetes-int-or-string"))


def _is_open(schema: Node) -> bool:
    return bool(schema.field.get("x-kubernetes-preserve-unknown-fields"))


def _key_defaults(schema: Node | None, keys: list[str]) -> dict[str, object]:
    """Values of keys that an item may leave out. Upstream's schema has lost its one such default."""
    items = schema.items if schema and keys else None
    if items is None:
        return {}
    found = {key: items.properties[key]["default"] for key in keys if "default" in items.properties.get(key, {})}
    return {"protocol": "TCP"} if items.name and "protocol" in keys else found


def _shape(schema: Node | None) -> Shape:
    if schema is not None and schema.name and schema.field.keys() <= {"$ref", "description"}:
        return _named(schema.name)
    return Shape(schema)


@cache
def _named(definition: str) -> Shape:
    return Shape(node(definition))


_custom_roots: dict[int, tuple[dict, Shape]] = {}


def _custom_root(kind: Kind) -> Shape:
    """Kept by the identity of the version entry, which changes whenever the definition does."""
    kept = _custom_roots.get(id(kind.custom))
    if kept is None:
        if len(_custom_roots) > 100:
            _custom_roots.clear()
        kept = _custom_roots[id(kind.custom)] = (kind.custom, Shape(Node(_with_object_meta(kind.custom))))
    return kept[1]


def _with_object_meta(version: dict) -> dict:
    declared = version.get("schema", {}).get("openAPIV3Schema", {})
    own = {
        "apiVersion": {"type": "string"},
        "kind": {"type": "string"},
        "metadata": {"$ref": f"#/$defs/{_OBJECT_META}"},
    }
    return declared | {"type": "object", "properties": declared.get("properties", {}) | own}
