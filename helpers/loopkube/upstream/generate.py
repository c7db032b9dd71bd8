"""Makes `types.json` from the Go sources of Kubernetes' API types: `python -m loopkube.upstream.generate SOURCES`.

SOURCES holds the repositories api, apimachinery, apiextensions-apiserver and kube-aggregator of one version, each in a
folder of its name (a checkout of kubernetes itself has them in staging/src/k8s.io). All facts are those of struct tags
and constants: the name, Go type, protobuf number and `omitempty` of each field, what named types are made of, and the
values of `+enum` types. Types with marshalling code of their own are not described by their tags; `go_types`
lists them.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from loopkube.upstream.version import GO_MODULES

PACKAGES = {
    "admissionregistration": "api/admissionregistration/v1",
    "apiextensions": "apiextensions-apiserver/pkg/apis/apiextensions/v1",
    "apiregistration": "kube-aggregator/pkg/apis/apiregistration/v1",
    "apps": "api/apps/v1",
    "authentication": "api/authentication/v1",
    "authorization": "api/authorization/v1",
    "autoscaling": "api/autoscaling/v1",
    "autoscaling/v2": "api/autoscaling/v2",
    "batch": "api/batch/v1",
    "certificates": "api/certificates/v1",
    "coordination": "api/coordination/v1",
    "core": "api/core/v1",
    "discovery": "api/discovery/v1",
    "events": "api/events/v1",
    "flowcontrol": "api/flowcontrol/v1",
    "meta": "apimachinery/pkg/apis/meta/v1",
    "networking": "api/networking/v1",
    "node": "api/node/v1",
    "policy": "api/policy/v1",
    "rbac": "api/rbac/v1",
    "scheduling": "api/scheduling/v1",
    "storage": "api/storage/v1",
    "types": "apimachinery/pkg/types",
}
"""{name in types.json: folder in the sources}. Other versions that fields of these use come along, by their folder."""
_TARGET = Path(__file__).with_name("types.json")
_BASIC = {"string", "bool", "int", "int32", "int64", "uint8", "byte", "float64"}
_FLAGS = ("omitempty", "omitzero")

_IMPORT = re.compile(r'^(?:import\s+|\s+)(?:(\w+)\s+)?"k8s\.io/([^"]+)"', re.MULTILINE)
_STRUCT = re.compile(r"^type ([A-Z]\w*) struct ?\{(?:\}|\n(.*?)^\})", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"^\t(?:(\w+)[ \t]+)?([][*.\w]+)[ \t]+`([^`]*)`", re.MULTILINE)
_NAMED = re.compile(r"^type ([A-Z]\w*) ((?:\[\]|map\[\w+\])?[\w.]+)$", re.MULTILINE)
_ENUM = re.compile(r"^// \+enum\s*\n(?://.*\n)*type (\w+) string", re.MULTILINE)
_CONSTANT = re.compile(
    r"""^\s*(?:const\ )?(?P<name>\w+)\s*
    (?: (?P<type>\w+)\s*=\s*"(?P<value>[^"]*)"                       # A Type = "value"
      | (?:\w+\s*)?=\s*(?P<made>\w+)                                # A = Type("value"), A Type = Type("value")
        \((?: "(?P<text>[^"]*)" | (?:\w+\.)?(?P<other>\w+) )\)       # A = Type(v1.B)
    )""",
    re.MULTILINE | re.VERBOSE,
)
_NULLABLE = re.compile(r"^// \+protobuf\.nullable=true\s*\n(?://.*\n)*type (\w+) (.+)$", re.MULTILINE)
_TYPE_NAME = re.compile(r"(?:(\w+)\.)?(\w+)")
_OTHER_VERSION = re.compile(r"(\w+/\w+)\.")


class Package:
    """One Go package: its structs, its named types, and the values of its enumerated types."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        paths = (path for path in sorted(folder.glob("*.go")) if not path.name.startswith(("generated", "zz_")))
        self.sources = [path.read_text() for path in paths if not path.name.endswith("_test.go")]
        if not self.sources:
            raise SystemExit(f"{folder} has no Go files. SOURCES must hold the repositories that the help text names.")

    def structs(self) -> Iterator[tuple[str, list[str]]]:
        """(`core.Container`, its fields as `name type number flags`)."""
        for text in self.sources:
            imports = _imports(text)
            for name, body in _STRUCT.findall(text):
                lines = [_field(go, kind, tags, self.name, imports) for go, kind, tags in _FIELD.findall(body)]
                yield f"{self.name}.{name}", [line for line in lines if line]

    def named(self) -> Iterator[tuple[str, str]]:
        """(`core.Protocol`, `string`)."""
        for text in self.sources:
            imports = _imports(text)
            for name, kind in _NAMED.findall(text):
                yield f"{self.name}.{name}", _qualified(kind, self.name, imports)

    def constants(self) -> Iterator[tuple[str, str, str, str]]:
        """(name, its type, its value, or else the name of the constant that it equals)."""
        for text in self.sources:
            for match in _CONSTANT.finditer(text):
                kind = match["type"] or match["made"]
                yield match["name"], f"{self.name}.{kind}", match["value"] or match["text"] or "", match["other"] or ""

    def nullable(self) -> Iterator[tuple[str, str]]:
        """(`authentication.ExtraValue`, `[]string`): lists that protobuf sends as messages, to allow null."""
        for text in self.sources:
            for name, kind in _NULLABLE.findall(text):
                yield f"{self.name}.{name}", kind

    def others(self) -> set[str]:
        """Packages that its fields use and PACKAGES does not name: `scheduling/v1alpha3`."""
        return {other for _, fields in self.structs() for line in fields for other in _OTHER_VERSION.findall(line)}

    def enumerated(self) -> set[str]:
        """`package.Type` of each type marked +enum."""
        return {f"{self.name}.{name}" for text in self.sources for name in _ENUM.findall(text)}


def _enums(packages: list[Package]) -> dict[str, str]:
    """{`core.Protocol`: its values in the order of the alphabet}."""
    constants = [constant for package in packages for constant in package.constants()]
    values = {name: value for name, _, value, _ in constants if value}
    enumerated = {name for package in packages for name in package.enumerated()}
    by_type: dict[str, set[str]] = {}
    for _, kind, value, other in constants:
        if kind in enumerated and (value or other in values):
            by_type.setdefault(kind, set()).add(value or values[other])
    return {kind: " ".join(sorted(by_type[kind])) for kind in by_type}


def _imports(text: str) -> dict[str, str]:
    """{Go's name of an imported package: its name in types.json}."""
    return {alias or path.rpartition("/")[2]: _name(path) for alias, path in _IMPORT.findall(text)}


def _name(folder: str) -> str:
    listed = next((name for name, other in PACKAGES.items() if other == folder), "")
    return listed or (folder.removeprefix("api/") if folder.startswith("api/") else folder.rpartition("/")[2])


def _field(go: str, kind: str, tags: str, package: str, imports: dict[str, str]) -> str:
    """`hostPort int32 2 omitempty`; an embedded struct has the name `*`; a field outside of JSON is empty.

    Embedded structs have no name in Go and none in JSON (`json:",inline"` up to v0.36, `json:""` since).
    """
    by_key = dict(re.findall(r'(\w+):"([^"]*)"', tags))
    name, *flags = by_key.get("json", "-").split(",")
    number = (by_key.get("protobuf", "") + ",,").split(",")[1] or "0"
    if name == "-":
        return ""
    return " ".join([name or go or "*", _qualified(kind, package, imports), number, *(f for f in flags if f in _FLAGS)])


def _qualified(kind: str, package: str, imports: dict[str, str]) -> str:
    """A Go type with the package of each name in it: `[]core.Container`, `map[core.ResourceName]string`."""

    def full(match: re.Match) -> str:
        owner, name = match.groups()
        return name if not owner and name in (*_BASIC, "map") else f"{imports.get(owner, owner or package)}.{name}"

    return _TYPE_NAME.sub(full, kind)


def _packages(sources: Path) -> list[Package]:
    packages: dict[str, Package] = {}
    waiting = dict(PACKAGES)
    while waiting:
        name, folder = waiting.popitem()
        packages[name] = Package(name, sources / folder)
        waiting |= {other: f"api/{other}" for other in packages[name].others() - packages.keys()}
    return list(packages.values())


def generate(sources: Path) -> dict[str, dict[str, str]]:
    """The table that `go_types` reads."""
    packages = _packages(sources)
    return {
        "structs": {name: ", ".join(fields) for package in packages for name, fields in package.structs()},
        "named": dict(entry for package in packages for entry in package.named()),
        "enums": _enums(packages),
        "nullable": dict(entry for package in packages for entry in package.nullable()),
    }


def written(table: dict[str, dict[str, str]], version: str) -> str:
    """One line for each type, in the order of the alphabet, so that two versions can be compared line by line."""
    parts = [f'{{"version": {json.dumps(version)}']
    for part, entries in table.items():
        lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(entries[name])}" for name in sorted(entries))
        parts.append(f',\n"{part}": {{\n{lines}\n}}')
    return "".join(parts) + "}\n"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(f"usage: python -m loopkube.upstream.generate SOURCES\n\n{__doc__}")
    _TARGET.write_text(written(generate(Path(sys.argv[1])), GO_MODULES))
