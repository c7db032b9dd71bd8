"""Makes `fields.json`: `python -m loopkube.api.protobuf.generate KUBECTL`, any kubectl for Linux up to v1.32.

The program carries the descriptors of all API messages, compressed. Field numbers never change and are never used
again, so a table of one version is right for all; fields that came later are reported to the client when they are
sent (see `messages.decode`).
"""

import re
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import orjson

from loopkube import schema
from loopkube.api.discovery import VIRTUAL
from loopkube.api.protobuf.messages import TABLE
from loopkube.api.protobuf.wire import content, pairs, signed
from loopkube.api.scale import SCALE
from loopkube.api.subresources import BINDING, EVICTION, TOKEN_REQUEST
from loopkube.kinds import BUILT_IN, Kind

_GZIP = re.compile(rb"\x1f\x8b\x08\x00\x00\x00\x00\x00")
_SCALARS = {1: "d", 3: "i", 5: "i", 8: "b", 9: "s", 12: "y"}
_MESSAGE, _REPEATED = 11, 3
_META = "io.k8s.apimachinery.pkg.apis.meta.v1"


def main(program: str) -> None:
    TABLE.write_bytes(make(Path(program)) + b"\n")


def make(program: Path) -> bytes:
    """The table for the kinds that are served."""
    all_messages: dict[str, dict] = {}
    for descriptor in descriptors(program.read_bytes()):
        all_messages |= _messages(descriptor)
    roots = {f"{kind.api_version}/{kind.kind}": kind.schema for kind in _kinds()}
    roots["v1/DeleteOptions"] = f"{_META}.DeleteOptions"
    roots = {name: found for name, found in sorted(roots.items()) if found in all_messages}
    needed: dict[str, dict] = {}
    for root in roots.values():
        _collect(root, all_messages, needed)
    document = {"kinds": roots, "messages": dict(sorted(needed.items()))}
    return orjson.dumps(document).replace(b'},"io.', b'},\n"io.')


def _kinds() -> Iterator[Kind]:
    yield from BUILT_IN
    yield from VIRTUAL
    yield from (SCALE, BINDING, EVICTION, TOKEN_REQUEST)


def descriptors(program: bytes) -> Iterator[bytes]:
    """Every FileDescriptorProto of Kubernetes inside a Go program."""
    for found in _GZIP.finditer(program):
        try:
            data = zlib.decompressobj(31).decompress(program[found.start() :], 1_000_000)
        except zlib.error:
            continue
        if b"k8s.io/" in data[:80]:
            yield data


def _messages(descriptor: bytes) -> dict[str, dict]:
    """{definition: {number: [name, type, how]}} of one file."""
    package = next(content(value).decode() for number, value in pairs(descriptor) if number == 2)
    found = {}
    for number, value in pairs(descriptor):
        if number == 4:
            name, fields = _message(content(value))
            found[f"{_definition(package)}.{name}"] = fields
    return found


def _definition(name: str) -> str:
    """`k8s.io.api.core.v1` as the OpenAPI schema calls it."""
    return "io.k8s." + name.removeprefix(".").removeprefix("k8s.io.")


def _message(data: bytes) -> tuple[str, dict]:
    name, fields, maps = "", {}, {}
    for number, value in pairs(data):
        if number == 1:
            name = content(value).decode()
        elif number == 3:
            entry, entry_fields = _message(content(value))
            maps[entry] = entry_fields["2"]
        elif number == 2:
            key, field = _field(content(value))
            fields[key] = field
    for field in fields.values():
        if field[1].rpartition(".")[2] in maps:
            field[1:] = [maps[field[1].rpartition(".")[2]][1], "m"]
    return name, fields


def _field(data: bytes) -> tuple[str, list[str]]:
    parts = dict(pairs(data))
    kind = signed(parts[5])
    type = _definition(content(parts[6]).decode()) if kind == _MESSAGE else _SCALARS[kind]
    how = "r" if signed(parts[4]) == _REPEATED else ""
    return str(signed(parts[3])), [content(parts[1]).decode(), type, how]


def _collect(name: str, source: dict[str, dict], needed: dict[str, dict]) -> None:
    if name in needed or name not in source:
        return
    known = schema.definitions().get(name, {}).get("properties")
    needed[name] = source[name]
    for field in source[name].values():
        if known is not None and field[0] not in known and field[1] in source and not field[2]:
            field[2] = "e"
        _collect(field[1], source, needed)


if __name__ == "__main__":
    main(sys.argv[1])
