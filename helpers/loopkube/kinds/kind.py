"""`Kind`: how one kind in one version is named and served; `Group`: the API group that it belongs to."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

ALL_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")


@dataclass(frozen=True)
class Kind:
    """One kind in one version. `schema` names its definition in the upstream OpenAPI schema."""

    group: str
    version: str
    kind: str
    plural: str
    singular: str
    namespaced: bool
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    subresources: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ALL_VERBS
    schema: str = ""
    custom: dict | None = field(default=None, compare=False, hash=False)
    """For a custom kind: the version entry of its CustomResourceDefinition (schema, printer columns)."""
    lists_as: str = ""
    """The kind of its lists, where that is not the kind with `List` behind it (custom kinds only)."""

    @cached_property
    def api_version(self) -> str:
        """`apps/v1`, or `v1` for the core group."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @cached_property
    def resource(self) -> str:
        """The name used by the store and by clients: `deployments.apps`, `pods`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @cached_property
    def group_version_resource(self) -> tuple[str, str, str]:
        """What no two kinds have in common: (`apps`, `v1`, `deployments`)."""
        return self.group, self.version, self.plural

    @property
    def list_kind(self) -> str:
        return self.lists_as or f"{self.kind}List"


class Group(NamedTuple):
    """One API group in one version. Groups of a higher `priority` are listed first (its APIService has it)."""

    name: str
    schema: str
    """Its part of the names in the upstream schema: `api.apps`."""
    priority: int
    version: str = "v1"

    def kind(self, kind: str, plural: str, *, singular: str = "", namespaced: bool = True, **more: Any) -> Kind:
        """A kind of the group; `more` are the other fields of `Kind`."""
        schema = f"io.k8s.{self.schema}.{self.version}.{kind}"
        return Kind(self.name, self.version, kind, plural, singular or kind.lower(), namespaced, schema=schema, **more)
