"""All kinds that the cluster serves: every module of every group and version here, and what users define.

Source of the names: the discovery documents of Kubernetes v1.36 (tests/recordings/api/discovery.json); a test
compares every line of `BUILT_IN` with them. Kinds that a CustomResourceDefinition defines are added to and removed
from a `Kinds` registry while the cluster runs.
"""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from loopkube import kinds
from loopkube.kinds.kind import Group, Kind
from loopkube.kinds.spec import Spec

_NO_GROUP = "shared"


def _groups() -> list[tuple[Group, list[str]]]:
    """Each group with the names of its modules, in the order in which Kubernetes lists groups."""
    groups = []
    for package in iter_modules(kinds.__path__, f"{kinds.__name__}."):
        if package.ispkg and not package.name.endswith(f".{_NO_GROUP}"):
            group = import_module(package.name)
            modules = [module.name for module in iter_modules(group.__path__, f"{package.name}.")]
            groups.append((group.GROUP, modules))
    return sorted(groups, key=lambda entry: -entry[0].priority)


_FOUND = _groups()
GROUPS: tuple[Group, ...] = tuple(group for group, _ in _FOUND)
SPECS: dict[str, Spec] = {name: import_module(name).SPEC for _, modules in _FOUND for name in modules}
"""{module: what it says of its kind}."""
_BY_KIND = {spec.kind.group_version_resource: spec for spec in SPECS.values()}
_NOTHING_PARTICULAR = Spec(Kind("", "", "", "", "", namespaced=True))

BUILT_IN: tuple[Kind, ...] = tuple(spec.kind for spec in SPECS.values() if spec.is_stored)
"""Those that objects are stored under."""
NOT_STORED: tuple[Kind, ...] = tuple(spec.kind for spec in SPECS.values() if not spec.is_stored)
"""Those that are asked or posted but never stored, and second forms of others."""
_BY_RESOURCE = {kind.resource: kind for kind in (*NOT_STORED, *BUILT_IN)}


def spec_of(kind: Kind) -> Spec:
    """What is particular to a kind; nothing, where a user has defined it."""
    return _BY_KIND.get(kind.group_version_resource, _NOTHING_PARTICULAR)


def built_in(resource: str) -> Kind:
    """The kind called `deployments.apps` or `pods`, in the version in which it is stored. Raises KeyError."""
    return _BY_RESOURCE[resource]


class Kinds:
    """The registry that a running cluster looks kinds up in."""

    def __init__(self, kinds: tuple[Kind, ...] = BUILT_IN) -> None:
        self._by_path: dict[tuple[str, str, str], Kind] = {}
        self._by_kind: dict[tuple[str, str], Kind] = {}
        self._by_resource: dict[str, Kind] = {}
        for kind in kinds:
            self.add(kind)

    def add(self, kind: Kind) -> None:
        """Serves a kind from now on; for those of CustomResourceDefinitions, while the API runs."""
        self._by_path[kind.group_version_resource] = kind
        self._by_kind[kind.api_version, kind.kind] = kind
        self._by_resource[kind.resource] = kind

    def remove(self, kind: Kind) -> None:
        """Serves it no longer. Its objects must have been deleted before: nobody could reach them any more."""
        self._by_path.pop(kind.group_version_resource, None)
        self._by_kind.pop((kind.api_version, kind.kind), None)
        self._by_resource.pop(kind.resource, None)

    def at(self, group: str, version: str, plural: str) -> Kind | None:
        """The kind behind a URL path, or None."""
        return self._by_path.get((group, version, plural))

    def of(self, api_version: str, kind: str) -> Kind | None:
        """The kind that a manifest names, or None."""
        return self._by_kind.get((api_version, kind))

    def named(self, resource: str) -> Kind | None:
        """The kind called `deployments.apps` or `pods`, or None."""
        return self._by_resource.get(resource)

    def __iter__(self) -> Iterator[Kind]:
        return iter(list(self._by_path.values()))

    def groups(self) -> dict[str, list[str]]:
        """{group: [version, ...]} of everything that is served."""
        by_group: dict[str, list[str]] = {}
        for kind in self:
            versions = by_group.setdefault(kind.group, [])
            if kind.version not in versions:
                versions.append(kind.version)
        return by_group
