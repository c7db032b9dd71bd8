"""Which kinds the cluster serves, and how each is named: one `Kind` record per kind and version.

Source: the discovery documents of Kubernetes v1.36 (tests/recordings/api/discovery.json); a test
compares every line of `BUILT_IN` with them. Kinds that a CustomResourceDefinition defines are added
to and removed from a `Kinds` registry while the cluster runs.
"""

from collections.abc import Iterator

from loopkube.kind import ALL_VERBS, core, grouped
from loopkube.kind import Kind as Kind
from loopkube.stored_kinds import STORED

_CRD = "apiextensions-apiserver.pkg.apis.apiextensions"

BUILT_IN: tuple[Kind, ...] = (
    core("ConfigMap", "configmaps", short_names=("cm",)),
    Kind("", "v1", "Endpoints", "endpoints", "endpoints", True, ("ep",), schema="io.k8s.api.core.v1.Endpoints"),
    core("Event", "events", short_names=("ev",)),
    core(
        "Namespace",
        "namespaces",
        namespaced=False,
        short_names=("ns",),
        subresources=("finalize", "status"),
        verbs=tuple(v for v in ALL_VERBS if v != "deletecollection"),
    ),
    core("Node", "nodes", namespaced=False, short_names=("no",), subresources=("status",)),
    core(
        "Pod",
        "pods",
        short_names=("po",),
        categories=("all",),
        subresources=("attach", "binding", "eviction", "exec", "log", "portforward", "status"),
    ),
    core(
        "ReplicationController",
        "replicationcontrollers",
        short_names=("rc",),
        categories=("all",),
        subresources=("scale", "status"),
    ),
    core("Secret", "secrets"),
    core("Service", "services", short_names=("svc",), categories=("all",), subresources=("status",)),
    core("ServiceAccount", "serviceaccounts", short_names=("sa",), subresources=("token",)),
    grouped(
        "apps",
        "api.apps",
        "DaemonSet",
        "daemonsets",
        short_names=("ds",),
        categories=("all",),
        subresources=("status",),
    ),
    grouped(
        "apps",
        "api.apps",
        "Deployment",
        "deployments",
        short_names=("deploy",),
        categories=("all",),
        subresources=("scale", "status"),
    ),
    grouped(
        "apps",
        "api.apps",
        "ReplicaSet",
        "replicasets",
        short_names=("rs",),
        categories=("all",),
        subresources=("scale", "status"),
    ),
    grouped("apps", "api.apps", "ControllerRevision", "controllerrevisions"),
    grouped(
        "apps",
        "api.apps",
        "StatefulSet",
        "statefulsets",
        short_names=("sts",),
        categories=("all",),
        subresources=("scale", "status"),
    ),
    grouped("batch", "api.batch", "Job", "jobs", categories=("all",), subresources=("status",)),
    grouped(
        "networking.k8s.io", "api.networking", "Ingress", "ingresses", short_names=("ing",), subresources=("status",)
    ),
    grouped("networking.k8s.io", "api.networking", "IngressClass", "ingressclasses", namespaced=False),
    grouped("networking.k8s.io", "api.networking", "IPAddress", "ipaddresses", namespaced=False, short_names=("ip",)),
    grouped("networking.k8s.io", "api.networking", "NetworkPolicy", "networkpolicies", short_names=("netpol",)),
    grouped(
        "networking.k8s.io",
        "api.networking",
        "ServiceCIDR",
        "servicecidrs",
        namespaced=False,
        subresources=("status",),
    ),
    grouped("discovery.k8s.io", "api.discovery", "EndpointSlice", "endpointslices"),
    grouped("rbac.authorization.k8s.io", "api.rbac", "ClusterRole", "clusterroles", namespaced=False),
    grouped("rbac.authorization.k8s.io", "api.rbac", "ClusterRoleBinding", "clusterrolebindings", namespaced=False),
    grouped("rbac.authorization.k8s.io", "api.rbac", "Role", "roles"),
    grouped("rbac.authorization.k8s.io", "api.rbac", "RoleBinding", "rolebindings"),
    grouped("coordination.k8s.io", "api.coordination", "Lease", "leases"),
    grouped(
        "apiextensions.k8s.io",
        _CRD,
        "CustomResourceDefinition",
        "customresourcedefinitions",
        namespaced=False,
        short_names=("crd", "crds"),
        categories=("api-extensions",),
        subresources=("status",),
    ),
    *STORED,
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
