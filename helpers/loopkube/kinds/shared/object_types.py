"""What the objects of a kind are to the type checker of expressions, by the upstream schema or by their definition."""

from loopkube.kinds.kind import Kind
from loopkube.kinds.shared.structural.expression_types import type_of
from loopkube.kinds.shared.structural.schema import schema_of
from loopkube.shared.cel.escaping import escaped
from loopkube.shared.cel.messages import DYN, Types
from loopkube.upstream.schema import Node, node

_STRINGS = {"byte": "bytes", "date-time": "timestamp"}
_PLAIN = {"boolean": "bool", "number": "double", "integer": "int", "string": "string"}


def object_type(kind: Kind, types: Types) -> str:
    """The type, whose messages are added to `types`; `dyn` where nothing is known of it."""
    if kind.custom is not None:
        return type_of(schema_of(kind.custom), types, resource=True) or DYN
    return _Walk(types).type(node(kind.schema)) if kind.schema else DYN


class _Walk:
    """Along the schema; a definition that contains itself is known as far as its first repetition."""

    def __init__(self, types: Types) -> None:
        self._types = types
        self._known: dict[str, str] = {}

    def type(self, schema: Node) -> str:
        if schema.name in self._known:
            return self._known[schema.name]
        if schema.target.get("oneOf") or schema.target.get("x-kubernetes-int-or-string"):
            return DYN
        match schema.type:
            case "array":
                return f"list<{self.type(schema.items)}>" if schema.items else DYN
            case "object":
                return self._object(schema)
            case "string":
                form = schema.target.get("format", "")
                return DYN if form == "int-or-string" else _STRINGS.get(form, "string")
        return _PLAIN.get(schema.type, DYN)

    def _object(self, schema: Node) -> str:
        if schema.is_map:
            inner = schema.child("*")
            return f"map<string,{self.type(inner)}>" if inner else DYN
        if not schema.properties:
            return DYN
        if schema.name:
            self._known[schema.name] = DYN
        fields = {}
        for name in schema.properties:
            below, spelled = schema.child(name), escaped(name)
            if below and spelled:
                fields[spelled] = self.type(below)
        type_name = self._types.message("Object", fields)
        if schema.name:
            self._known[schema.name] = type_name
        return type_name
