"""Which kinds the cluster serves, and how each is named: one `Kind` record per kind and version.

Source: the discovery documents of Kubernetes v1.36 (tests/recordings/api/discovery.json); a test
compares every line of `BUILT_IN` with them. Kinds that a CustomResourceDefinition defines are added
to and removed from a `Kinds` registry while the cluster runs.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

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

    @property
    def api_version(self) -> str:
        """`apps/v1`, or `v1` for the core group."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def resource(self) -> str:
        """The name used by the store and by clients: `deployments.apps`, `pods`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def list_kind(self) -> str:
        return self.lists_as or f"{self.kind}List"


def _core(kind: str, plural: str, *, namespaced: bool = True, **more: Any) -> Kind:
    schema = f"io.k8s.api.core.v1.{kind}"
    return Kind("", "v1", kind, plural, kind.lower(), namespaced, schema=schema, **more)


def _kind(group: str, package: str, kind: str, plural: str, *, namespaced: bool = True, **more: Any) -> Kind:
    schema = f"io.k8s.{package}.v1.{kind}"
    return Kind(group, "v1", kind, plural, kind.lower(), namespaced, schema=schema, **more)


_CRD = "apiextensions-apiserver.pkg.apis.apiextensions"

BUILT_IN: tuple[Kind, ...] = (
    _core("ConfigMap", "configmaps", short_names=("cm",)),
    Kind("", "v1", "Endpoints", "endpoints", "endpoints", True, ("ep",), schema="io.k8s.api.core.v1.Endpoints"),
    _core("Event", "events", short_names=("ev",)),
    _core(
        "Namespace",
        "namespaces",
        namespaced=False,
        short_names=("ns",),
        subresources=("finalize", "status"),
        verbs=tuple(v for v in ALL_VERBS if v != "deletecollection"),
    ),
    _core("Node", "nodes", namespaced=False, short_names=("no",), subresources=("status",)),
    _core(
        "Pod",
        "pods",
        short_names=("po",),
        categories=("all",),
        subresources=("attach", "binding", "eviction", "exec", "log", "portforward", "status"),
    ),
    _core(
        "ReplicationController",
        "replicationcontrollers",
        short_names=("rc",),
        categories=("all",),
        subresources=("scale", "status"),
    ),
    _core("Secret", "secrets"),
    _core("Service", "services", short_names=("svc",), categories=("all",), subresources=("status",)),
    _core("ServiceAccount", "serviceaccounts", short_names=("sa",), subresources=("token",)),
    _kind(
        "apps",
        "api.apps",
        "DaemonSet",
        "daemonsets",
        short_names=("ds",),
        categories=("all",),
        subresources=("status",),
    ),
    _kind(
        "apps",
        "api.apps",
        "Deployment",
        "deployments",
        short_names=("deploy",),
        categories=("all",),
        subresources=("scale", "status"),
    ),
    _kind(
        "apps",
        "api.apps",
        "ReplicaSet",
        "replicasets",
        short_names=("rs",),
        categories=("all",),
        subresources=("scale", "status"),
    ),
    _kind("batch", "api.batch", "Job", "jobs", categories=("all",), subresources=("status",)),
    _kind(
        "networking.k8s.io", "api.networking", "Ingress", "ingresses", short_names=("ing",), subresources=("status",)
    ),
    _kind("networking.k8s.io", "api.networking", "IngressClass", "ingressclasses", namespaced=False),
    _kind("networking.k8s.io", "api.networking", "IPAddress", "ipaddresses", namespaced=False, short_names=("ip",)),
    _kind("networking.k8s.io", "api.networking", "NetworkPolicy", "networkpolicies", short_names=("netpol",)),
    _kind(
        "networking.k8s.io",
        "api.networking",
        "ServiceCIDR",
        "servicecidrs",
        namespaced=False,
        subresources=("status",),
    ),
    _kind("discovery.k8s.io", "api.discovery", "EndpointSlice", "endpointslices"),
    _kind("rbac.authorization.k8s.io", "api.rbac", "ClusterRole", "clusterroles", namespaced=False),
    _kind("rbac.authorization.k8s.io", "api.rbac", "ClusterRoleBinding", "clusterrolebindings", namespaced=False),
    _kind("rbac.authorization.k8s.io", "api.rbac", "Role", "roles"),
    _kind("rbac.authorization.k8s.io", "api.rbac", "RoleBinding", "rolebindings"),
    _kind("coordination.k8s.io", "api.coordination", "Lease", "leases"),
    _kind(
        "apiextensions.k8s.io",
        _CRD,
        "CustomResourceDefinition",
        "customresourcedefinitions",
        namespaced=False,
        short_names=("crd", "crds"),
        categories=("api-extensions",),
        subresources=("status",),
    ),
)


class Kinds:
    """The registry that a running cluster looks kinds up in."""

    def __init__(self, kinds: tuple[Kind, ...] = BUILT_IN) -> None:
        self._by_path: dict[tuple[str, str, str], Kind] = {}
        self._by_kind: dict[tuple[str, str], Kind] = {}
        self._by_resource: dict[str, Kind] = {}
        for kind in kinds:
            self.add(kind)

    def add(self, kind: Kind) -> None:
        self._by_path[kind.group, kind.version, kind.plural] = kind
        self._by_kind[kind.api_version, kind.kind] = kind
        self._by_resource[kind.resource] = kind

    def remove(self, kind: Kind) -> None:
        self._by_path.pop((kind.group, kind.version, kind.plural), None)
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
        found: dict[str, list[str]] = {}
        for kind in self:
            versions = found.setdefault(kind.group, [])
            if kind.version not in versions:
                versions.append(kind.version)
        return found
