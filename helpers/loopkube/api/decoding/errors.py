"""What can go wrong between a body and an object, before an HTTP answer is made of it."""

import json

_NAMES = {dict: "object", list: "array", str: "string", bool: "bool", int: "number", float: "number"}


class BodyError(Exception):
    """The body is not a JSON object (or not YAML); `str()` is what Go's parser says."""


class ValueProblem(Exception):
    """A value that a type's own parser refuses (Quantity, base64, Time); `str()` is the whole message."""


class TypeMismatch(Exception):
    """A JSON value of another type than the field's: Go's UnmarshalTypeError."""

    def __init__(self, value: object, go_type: str) -> None:
        super().__init__(go_type)
        self.value, self.go_type = value, go_type
        self.struct = ""
        self.path: list[str] = []

    def within(self, struct: str, field: str) -> None:
        """Called by each struct on the way out, innermost first; `field` may carry an embedded struct's name."""
        self.struct = self.struct or struct
        self.path.insert(0, field)

    def __str__(self) -> str:
        json_type = _NAMES.get(type(self.value), "number")
        if json_type == "number" and self.go_type.startswith(("int", "uint")):
            json_type += f" {json.dumps(self.value)}"
        where = f"struct field {self.struct}.{'.'.join(self.path)}" if self.struct else "value"
        return f"json: cannot unmarshal {json_type} into Go {where} of type {self.go_type}"
