"""Bodies in Kubernetes' protobuf form, as Go's typed clients send them: Traefik publishes an Ingress' address so.

The envelope is `k8s\\0` and `runtime.Unknown`; field numbers are those of generated.proto in k8s.io/api/networking/v1
and k8s.io/apimachinery/pkg/apis/meta/v1. Only the kinds in `MESSAGES` are read; other kinds are not (415, as for any
type that a server does not take). A field that is not listed here is passed over: no client of 1.36 sends one.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

MAGIC = b"k8s\x00"
MEDIA_TYPE = "application/vnd.kubernetes.protobuf"
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class NotProtobuf(ValueError):
    """The bytes are not an object in protobuf form."""


class Field(NamedTuple):
    """A field's JSON name and how its value is read; `inline` puts a message's fields beside it (Go embedding)."""

    name: str
    read: Callable[[bytes | int], object]
    repeated: bool = False
    inline: bool = False
    mapped: bool = False


def _text(value: bytes | int) -> object:
    if isinstance(value, int):
        raise NotProtobuf("a number where a string should be")
    return value.decode()


def _number(value: bytes | int) -> object:
    if not isinstance(value, int):
        raise NotProtobuf("bytes where a number should be")
    return value - (1 << 64) if value >> 63 else value


def _truth(value: bytes | int) -> object:
    return bool(value)


def _message(fields: dict[int, Field]) -> Callable[[bytes | int], object]:
    return lambda value: _object(value, fields)


def _object(value: bytes | int, fields: dict[int, Field]) -> dict:
    """One message as a JSON object."""
    if isinstance(value, int):
        raise NotProtobuf("a number where a message should be")
    found: dict = {}
    for number, content in _pairs(value):
        field = fields.get(number)
        if field is None:
            continue
        read = field.read(content)
        if field.inline:
            found |= read  # type: ignore[arg-type]
        elif field.mapped:
            found.setdefault(field.name, {})[read["key"]] = read.get("value", "")  # type: ignore[index]
        elif field.repeated:
            found.setdefault(field.name, []).append(read)
        elif read not in ("", None):
            found[field.name] = read
    return found


def _pairs(data: bytes) -> Iterator[tuple[int, bytes | int]]:
    """Field numbers and raw values of a message."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        wire = tag & 7
        if wire == _VARINT:
            value, at = _varint(data, at)
            yield tag >> 3, value
            continue
        size = {_FIXED64: 8, _FIXED32: 4}.get(wire)
        if size is None:
            if wire != _BYTES:
                raise NotProtobuf(f"wire type {wire}")
            size, at = _varint(data, at)
        if at + size > len(data):
            raise NotProtobuf("the message ends early")
        yield tag >> 3, data[at : at + size]
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 70:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
    raise NotProtobuf("a number ends early")


def _time(value: bytes | int) -> object:
    seconds = _object(value, {1: Field("seconds", _number)}).get("seconds")
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_ENTRY = _message({1: Field("key", _text), 2: Field("value", _text)})
_OWNER = {
    1: Field("kind", _text),
    3: Field("name", _text),
    4: Field("uid", _text),
    5: Field("apiVersion", _text),
    6: Field("controller", _truth),
    7: Field("blockOwnerDeletion", _truth),
}
# managedFields (17) are the server's own and are left out: a status update keeps those that are stored.
_META = {
    1: Field("name", _text),
    2: Field("generateName", _text),
    3: Field("namespace", _text),
    5: Field("uid", _text),
    6: Field("resourceVersion", _text),
    7: Field("generation", _number),
    8: Field("creationTimestamp", _time),
    9: Field("deletionTimestamp", _time),
    10: Field("deletionGracePeriodSeconds", _number),
    11: Field("labels", _ENTRY, mapped=True),
    12: Field("annotations", _ENTRY, mapped=True),
    13: Field("ownerReferences", _message(_OWNER), repeated=True),
    14: Field("finalizers", _text, repeated=True),
}
_RESOURCE = {1: Field("apiGroup", _text), 2: Field("kind", _text), 3: Field("name", _text)}


def _port_number(value: bytes | int) -> object:
    return _number(value) or None  # Go writes an unset int32 as 0


_PORT = {1: Field("name", _text), 2: Field("number", _port_number)}
_SERVICE = {1: Field("name", _text), 2: Field("port", _message(_PORT))}
_BACKEND = _message({4: Field("service", _message(_SERVICE)), 3: Field("resource", _message(_RESOURCE))})
_PATH = {1: Field("path", _text), 3: Field("pathType", _text), 2: Field("backend", _BACKEND)}
_HTTP = _message({1: Field("paths", _message(_PATH), repeated=True)})
_RULE = {1: Field("host", _text), 2: Field("", _message({1: Field("http", _HTTP)}), inline=True)}
_TLS = {1: Field("hosts", _text, repeated=True), 2: Field("secretName", _text)}
_SPEC = {
    1: Field("defaultBackend", _BACKEND),
    2: Field("tls", _message(_TLS), repeated=True),
    3: Field("rules", _message(_RULE), repeated=True),
    4: Field("ingressClassName", _text),
}
_PORT_STATUS = {1: Field("port", _number), 2: Field("protocol", _text), 3: Field("error", _text)}
_ADDRESS = {
    1: Field("ip", _text),
    2: Field("hostname", _text),
    4: Field("ports", _message(_PORT_STATUS), repeated=True),
}
_BALANCER = _message({1: Field("ingress", _message(_ADDRESS), repeated=True)})
_INGRESS = {
    1: Field("metadata", _message(_META)),
    2: Field("spec", _message(_SPEC)),
    3: Field("status", _message({1: Field("loadBalancer", _BALANCER)})),
}
MESSAGES = {("networking.k8s.io/v1", "Ingress"): _INGRESS}
_TYPE = {1: Field("apiVersion", _text), 2: Field("kind", _text)}
_UNKNOWN = {1: Field("", _message(_TYPE), inline=True), 2: Field("raw", lambda value: value)}


def reads(api_version: str, kind: str) -> bool:
    """Whether bodies of this kind are understood."""
    return (api_version, kind) in MESSAGES


def decode(body: bytes) -> dict:
    """The object in a protobuf body, as its JSON would be. Raises NotProtobuf."""
    if not body.startswith(MAGIC):
        raise NotProtobuf("the envelope is missing")
    try:
        envelope = _object(body[len(MAGIC) :], _UNKNOWN)
        header = {"apiVersion": envelope.get("apiVersion", ""), "kind": envelope.get("kind", "")}
        fields = MESSAGES.get((header["apiVersion"], header["kind"]))
        if fields is None:
            raise NotProtobuf(f"no protobuf form of {header['kind']} in {header['apiVersion']}")
        return header | _object(envelope.get("raw", b""), fields)
    except UnicodeDecodeError as error:
        raise NotProtobuf(str(error)) from error
