"""Messages as the JSON objects that they stand for."""

from typing import Any

from loopkube.api.protobuf.fields import Field, fields
from loopkube.api.protobuf.values import SCALARS, form_of
from loopkube.api.protobuf.wire import BYTES, VARINT, NotProtobuf, packed, parts

_DEEPEST = 100


def read(data: bytes, message: str, depth: int = 0) -> dict:
    """The fields of a message by their JSON names; unknown numbers are passed over."""
    if depth > _DEEPEST:
        raise NotProtobuf("proto: message nested too deep")
    known = fields(message)
    decoded: dict = {}
    for number, wire, value in parts(data, message.partition(".")[2]):
        field = known.get(number)
        if field is not None:
            _put(decoded, field, wire, value, depth)
    return decoded


def _put(decoded: dict, field: Field, wire: int, value: Any, depth: int) -> None:
    if field.how == "{}":
        key, of_key = _entry(field, wire, value, depth)
        decoded.setdefault(field.name, {})[key] = of_key
    elif field.how == "[]":
        decoded.setdefault(field.name, []).extend(_items(field, wire, value, depth))
    elif field.how == "*":
        decoded.update(_value(field, wire, value, depth))
    elif (one := _value(field, wire, value, depth)) is not None:
        decoded[field.name] = one


def _items(field: Field, wire: int, value: Any, depth: int) -> list:
    """One item; or several numbers at once, which decoders must accept for every repeated number."""
    scalar = SCALARS.get(field.type)
    if scalar and scalar[0] == VARINT and wire == BYTES:
        return [scalar[1](number) for number in packed(value)]
    return [_value(field, wire, value, depth)]


def _entry(field: Field, wire: int, value: Any, depth: int) -> tuple[str, Any]:
    """The key and value of a map's entry, a message of two fields; what is missing is zero."""
    key, of_key = "", _zero(field.type)
    for number, inner_wire, inner in parts(_bytes(field, wire, value), "MapEntry"):
        if number == 1:
            key = _bytes(field, inner_wire, inner).decode(errors="replace")
        elif number == 2:
            of_key = _value(field, inner_wire, inner, depth)
    return key, of_key


def _zero(type: str) -> Any:
    """Of a map's value; maps hold text, base64 or messages."""
    form = form_of(type)
    if form:
        return form({})
    return "" if type in SCALARS else {}


def _value(field: Field, wire: int, value: Any, depth: int) -> Any:
    scalar = SCALARS.get(field.type)
    if scalar is None:
        inner = read(_bytes(field, wire, value), field.type, depth + 1)
        form = form_of(field.type)
        return form(inner) if form else inner
    if wire != scalar[0]:
        raise _wrong(field, wire)
    return scalar[1](value)


def _bytes(field: Field, wire: int, value: Any) -> bytes:
    if wire != BYTES:
        raise _wrong(field, wire)
    return value


def _wrong(field: Field, wire: int) -> NotProtobuf:
    name = field.name[:1].upper() + field.name[1:]
    return NotProtobuf(f"proto: wrong wireType = {wire} for field {name or field.type.rpartition('.')[2]}")
