"""What the schema says about owning a place of an object: as a whole, or field by field.

A `Shape` is made from a schema node when it is first met and kept; definitions share theirs.
"""

from enum import Enum
from functools import cache

from loopkube.kinds import Kind
from loopkube.upstream import go_types
from loopkube.upstream.schema import Node, node

_OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
_OPEN = "x-kubernetes-preserve-unknown-fields"
_INT_OR_STRING = "x-kubernetes-int-or-string"
_MOST_CUSTOM_ROOTS = 100
_ANY = "*"  # stands for all keys of a map, which have one schema


class How(Enum):
    """How ownership of a place works."""

    LEAF = "as one"
    MAP = "field by field"
    KEYED = "item by item, told apart by keys"
    SET = "item by item, told apart by value"
    DEDUCED = "by the value: maps field by field, the rest as one"


class Shape:
    """One place of the schema. `keys` tell the items of a keyed list apart, `key_defaults` what they may leave out.

    `always` are the fields that Go's types write even when nobody set them, so that every object has them.
    """

    __slots__ = ("_children", "_items", "_node", "always", "how", "key_defaults", "keys", "type")

    def __init__(self, schema: Node | None) -> None:
        self._node = schema
        self._children: dict[str, Shape] = {}
        self._items: Shape | None = None
        self.how = _how(schema)
        self.keys = sorted(schema.list_map_keys) if schema and self.how is How.KEYED else []
        self.key_defaults = _key_defaults(schema, self.keys)
        self.always = _always(schema)
        self.type = schema.type if schema and not schema.field.get(_INT_OR_STRING) else ""
        """object, array, string, integer, number, boolean, or `` for any."""

    def child(self, name: str) -> "Shape":
        """The shape of a field."""
        shape = self._children.get(name) or (None if self.declares(name) else self._children.get(_ANY))
        if shape is None:
            below = self._node.child(name) if self._node else None
            shape = _shape(below)
            self._children[name if self.declares(name) else _ANY] = shape
        return shape

    @property
    def items(self) -> "Shape":
        """The shape of a list's items; found at the first use, as shapes may contain themselves (JSONSchemaProps)."""
        if self._items is None:
            self._items = _shape(self._node.items if self._node else None)
        return self._items

    def declares(self, name: str) -> bool:
        """Whether `name` is a field of a type, as opposed to a key of a map or an unknown field."""
        return self._node is not None and name in self._node.properties

    def allows(self, name: str) -> bool:
        """Whether an object may have a field of this name at all."""
        if self._node is None or self.how is How.DEDUCED:
            return True
        return self._node.child(name) is not None or bool(self._node.field.get(_OPEN))


def root(kind: Kind) -> Shape:
    """The shape of the objects of a kind."""
    return _named(kind.schema) if kind.custom is None else _custom_root(kind.custom)


def _how(schema: Node | None) -> How:
    if schema is None:
        return How.DEDUCED
    if schema.type == "array":
        return {"map": How.KEYED, "set": How.SET}.get(schema.list_type, How.LEAF)
    if schema.type == "object":
        if schema.map_type == "atomic":
            return How.LEAF
        return How.MAP if schema.properties or schema.target.get("additionalProperties") else How.DEDUCED
    if not schema.type and not schema.field.get(_INT_OR_STRING) and "oneOf" not in schema.target:
        return How.DEDUCED
    return How.LEAF


def _key_defaults(schema: Node | None, keys: list[str]) -> dict[str, object]:
    items = schema.items if schema and keys else None
    if items is None:
        return {}
    if items.name:
        return {"protocol": "TCP"} if "protocol" in keys else {}  # upstream's one such default, lost in its schema
    return {key: items.properties[key]["default"] for key in keys if "default" in items.properties.get(key, {})}


def _always(schema: Node | None) -> dict[str, object]:
    return go_types.always(go_types.struct_of(schema.name)) if schema and schema.name and schema.properties else {}


def _shape(schema: Node | None) -> Shape:
    if schema is None:
        return _anything()
    if schema.name and schema.field.keys() <= {"$ref", "description"}:
        return _named(schema.name)
    return Shape(schema)


@cache
def _anything() -> Shape:
    return Shape(None)


@cache
def _named(definition: str) -> Shape:
    return Shape(node(definition))


_custom_roots: dict[int, tuple[dict, Shape]] = {}


def _custom_root(version: dict) -> Shape:
    """Kept by the identity of the version entry, which changes whenever the definition does."""
    kept = _custom_roots.get(id(version))
    if kept is None:
        if len(_custom_roots) >= _MOST_CUSTOM_ROOTS:
            _custom_roots.clear()
        kept = _custom_roots[id(version)] = (version, Shape(Node(_with_object_meta(version))))
    return kept[1]


def _with_object_meta(version: dict) -> dict:
    declared = version.get("schema", {}).get("openAPIV3Schema", {})
    metadata = {"$ref": f"#/$defs/{_OBJECT_META}"}
    own = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": metadata}
    return declared | {"type": "object", "properties": declared.get("properties", {}) | own}
