"""The types of a schema for the type checker, which knows them as messages of protocol buffers.

`Types` collects them; a type is written as the checker writes it: `int`, `list<string>`, `map<string,k8s.Self1>`.
"""

from collections.abc import Mapping

DYN = "dyn"
_PACKAGE = "k8s"
_SCALARS = {"int": 3, "string": 9, "bool": 8, "double": 1, "bytes": 12, "uint": 4}
_KNOWN = {
    "timestamp": ".google.protobuf.Timestamp",
    "duration": ".google.protobuf.Duration",
    DYN: ".google.protobuf.Value",
}
_LIST, _MAP = ".google.protobuf.ListValue", ".google.protobuf.Struct"
_IMPORTS = ("google/protobuf/struct.proto", "google/protobuf/timestamp.proto", "google/protobuf/duration.proto")
_MESSAGE, _OPTIONAL, _REPEATED = 11, 1, 3
_RESERVED_NUMBERS = range(19_000, 20_000)


def _varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes | str) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return _varint(field << 3 | 2) + _varint(len(data)) + data


class Types:
    """Messages under way; once complete, it is the pool in which the checker looks them up."""

    def __init__(self, package: str = _PACKAGE, *, numbered: bool = True) -> None:
        """`numbered` makes the names of messages unique."""
        self._numbered = numbered and bool(package)
        self._package, self._file = package, f"{package or 'made'}.proto"
        self._messages: dict[str, bytes] = {}
        self.serialized_pb = b""

    def message(self, name: str, fields: Mapping[str, str]) -> str:
        """The type of an object with these fields, given by name and type; the name is made unique."""
        unique = f"{name}{len(self._messages)}" if self._numbered else name
        full = f"{self._package}.{unique}" if self._package else unique
        body, taken = _bytes(1, unique), set()
        for index, (field, type) in enumerate(fields.items(), 1):
            number = index if index < _RESERVED_NUMBERS.start else index + len(_RESERVED_NUMBERS)
            entry = f"{_camel(field)}Entry"
            repeated, kind, message, nested = _shape(type, f".{full}", "" if entry in taken else entry)
            if nested:
                taken.add(entry)
                body += _bytes(3, nested)
            body += _bytes(2, _field(field, number, repeated, kind, message))
        self._messages[full] = body
        return full

    def number(self) -> None:
        """The names of later messages are made unique."""
        self._numbered = True

    def complete(self) -> "Types":
        """Serialises what was declared, as a FileDescriptorProto; what is added later is not in it."""
        head = _bytes(1, self._file) + (_bytes(2, self._package) if self._package else b"")
        imports = b"".join(_bytes(3, name) for name in _IMPORTS)
        self.serialized_pb = head + imports + b"".join(_bytes(4, body) for body in self._messages.values())
        return self

    def __bool__(self) -> bool:
        return bool(self._messages)

    def FindFileByName(self, name: str) -> "Types":
        if name == self._file:
            return self
        raise KeyError(name)

    def FindFileContainingSymbol(self, name: str) -> "Types":
        if name in self._messages:
            return self
        raise KeyError(name)


def _field(name: str, number: int, repeated: bool, kind: int, message: str) -> bytes:
    label = _number(4, _REPEATED if repeated else _OPTIONAL)
    body = _bytes(1, name) + _number(3, number) + label + _number(5, kind)
    return body + (_bytes(6, message) if message else b"") + _bytes(10, f"f{number}")


def _plain(type: str) -> tuple[int, str]:
    """(kind, message) of a value that is no list and no map."""
    if type in _SCALARS:
        return _SCALARS[type], ""
    if "<" in type:
        return _MESSAGE, _LIST if type.startswith("list<") else _MAP if type.startswith("map<") else _KNOWN[DYN]
    return _MESSAGE, _KNOWN.get(type, f".{type}")


def _shape(type: str, within: str, entry: str) -> tuple[bool, int, str, bytes]:
    """(repeated, kind, message, the message of a map's entries)."""
    inner = type[5:-1]
    if type.startswith("list<") and "<" not in inner:
        kind, message = _plain(inner)
        if message not in (_KNOWN[DYN],):
            return True, kind, message, b""
    if type.startswith("map<string,") and "<" not in type[11:-1] and entry:
        kind, message = _plain(type[11:-1])
        if message != _KNOWN[DYN]:
            fields = _field("key", 1, False, 9, "") + b""
            nested = _bytes(1, entry) + _bytes(2, fields) + _bytes(2, _field("value", 2, False, kind, message))
            return True, _MESSAGE, f"{within}.{entry}", nested + _bytes(7, _number(7, 1))
    return False, *_plain(type), b""


def _camel(name: str) -> str:
    """As protocol buffers name the entries of a map field."""
    out, upper = "", True
    for char in name:
        if char == "_":
            upper = True
            continue
        out, upper = out + (char.upper() if upper else char), False
    return out
