"""The resources that a cluster serves, read from its aggregated discovery (two requests)."""

from collections.abc import Iterable
from dataclasses import dataclass

from labcore.errors import UnknownName, unknown
from labcore.language.messages import phrase

ACCEPT = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"


@dataclass(frozen=True)
class Resource:
    """One resource in one version, with the names kubectl knows it by."""

    group: str
    version: str
    kind: str
    plural: str
    singular: str
    namespaced: bool
    short_names: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()

    @property
    def api_version(self) -> str:
        """`networking.k8s.io/v1`, as a manifest names it."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def title(self) -> str:
        """As kubectl prints it before a name: `deployment.apps`, `service`."""
        return f"{self.singular}.{self.group}" if self.group else self.singular

    def path(self, namespace: str = "", name: str = "", subresource: str = "") -> str:
        """The URL path of the collection, of an object, or of one of its subresources."""
        parts = ["/apis", self.group, self.version] if self.group else ["/api", self.version]
        if self.namespaced and namespace:
            parts += ["namespaces", namespace]
        return "/".join([*parts, self.plural, *([name] if name else []), *([subresource] if subresource else [])])


class Catalogue:
    """Finds a resource by any of its names, in the preferred version."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._by_kind: dict[tuple[str, str], Resource] = {}
        self._by_name: dict[str, Resource] = {}
        for resource in resources:
            self._by_kind.setdefault((resource.api_version, resource.kind), resource)
            names = (resource.plural, resource.singular, resource.kind.lower(), *resource.short_names)
            for name in names:
                self._by_name.setdefault(name, resource)
                self._by_name.setdefault(f"{name}.{resource.group}", resource)

    def of(self, api_version: str, kind: str) -> Resource | None:
        """The resource that a manifest names, or None."""
        return self._by_kind.get((api_version, kind))

    def all(self) -> list[Resource]:
        return list(self._by_kind.values())

    def listed(self) -> list[Resource]:
        """Those that hold objects: no reviews, no bindings."""
        return [resource for resource in self.all() if "list" in resource.verbs]

    def versions_of(self, kind: str) -> list[str]:
        """The apiVersions in which this cluster serves a kind."""
        return [api_version for api_version, other in self._by_kind if other == kind]

    def named(self, name: str) -> Resource:
        """The resource called `pods`, `pod`, `po`, `Pod`, `ingresses.networking.k8s.io` ...; raises UnknownName."""
        resource = self._by_name.get(name.lower())
        if resource is None:
            raise self._unknown(name)
        return resource

    def _unknown(self, name: str) -> UnknownName:
        return unknown(phrase("kind"), name, {r.singular for r in self.listed()}, place=phrase("this cluster"))


def parse(*documents: dict) -> Catalogue:
    """Read APIGroupDiscoveryLists: the core group's and the named groups'."""
    return Catalogue(resource for document in documents for resource in _resources(document))


def _resources(document: dict) -> Iterable[Resource]:
    for group in document.get("items", []):
        for version in group.get("versions", []):
            for entry in version.get("resources", []):
                yield Resource(
                    group=group["metadata"].get("name", ""),
                    version=version["version"],
                    kind=entry.get("responseKind", {}).get("kind", ""),
                    plural=entry["resource"],
                    singular=entry.get("singularResource") or entry["resource"],
                    namespaced=entry.get("scope") == "Namespaced",
                    short_names=tuple(entry.get("shortNames", ())),
                    verbs=tuple(entry.get("verbs", ())),
                )
