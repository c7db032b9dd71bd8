"""What the roles of `roles` allow: data, in Kubernetes' order; the lists within a rule are sorted, as there."""

RBAC = "rbac.authorization.k8s.io"
_READ = "get list watch"
_WRITE = "create delete deletecollection patch update"
_ALL = f"{_READ} {_WRITE}"
_READ_UPDATE = "get list patch update watch"
_HEALTH = "/healthz /livez /readyz"
_PUBLIC = f"{_HEALTH} /version /version/"


def rule(groups: str, resources: str, verbs: str, names: str = "") -> dict:
    """One rule from words; `core` is the group without a name."""
    made = {"apiGroups": sorted("" if group == "core" else group for group in groups.split())}
    made["resources"] = sorted(resources.split())
    return made | ({"resourceNames": names.split()} if names else {}) | {"verbs": sorted(verbs.split())}


def _paths(urls: str, verbs: str = "get") -> dict:
    return {"nonResourceURLs": sorted(urls.split()), "verbs": verbs.split()}


_EVENTS = rule("core events.k8s.io", "events", "create patch update")
_REVIEWS = [
    rule("authentication.k8s.io", "tokenreviews", "create"),
    rule("authorization.k8s.io", "subjectaccessreviews", "create"),
]
_OLD_WORKLOADS = "deployments deployments/scale ingresses networkpolicies replicasets replicasets/scale"

EVERYTHING = [rule("*", "*", "*"), _paths("*", "*")]

VIEW = [
    rule(
        "core",
        "pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status endpoints "
        "persistentvolumeclaims persistentvolumeclaims/status configmaps",
        _READ,
    ),
    rule(
        "core",
        "limitranges resourcequotas bindings pods/status resourcequotas/status namespaces/status "
        "replicationcontrollers/status pods/log",
        _READ,
    ),
    rule("core", "namespaces", _READ),
    rule("core events.k8s.io", "events", _READ),
    rule("discovery.k8s.io", "endpointslices", _READ),
    rule(
        "apps",
        "controllerrevisions statefulsets statefulsets/status statefulsets/scale daemonsets daemonsets/status "
        "deployments deployments/status deployments/scale replicasets replicasets/status replicasets/scale",
        _READ,
    ),
    rule("autoscaling", "horizontalpodautoscalers horizontalpodautoscalers/status", _READ),
    rule("batch", "jobs cronjobs cronjobs/status jobs/status", _READ),
    rule(
        "extensions",
        f"daemonsets daemonsets/status deployments/status ingresses/status replicasets/status "
        f"replicationcontrollers/scale {_OLD_WORKLOADS}",
        _READ,
    ),
    rule("policy", "poddisruptionbudgets poddisruptionbudgets/status", _READ),
    rule("networking.k8s.io", "networkpolicies ingresses ingresses/status", _READ),
    rule("resource.k8s.io", "resourceclaims resourceclaims/status resourceclaimtemplates", _READ),
]

EDIT = [
    rule("core", "pods/attach pods/proxy pods/exec pods/portforward secrets services/proxy", _READ),
    rule("core", "serviceaccounts", "impersonate"),
    rule("core", "pods pods/attach pods/proxy pods/exec pods/portforward", _WRITE),
    rule("core", "pods/eviction", "create"),
    rule(
        "core",
        "replicationcontrollers replicationcontrollers/scale serviceaccounts services services/proxy "
        "persistentvolumeclaims configmaps secrets",
        _WRITE,
    ),
    rule("core", "serviceaccounts/token", "create"),
    rule("core events.k8s.io", "events", _WRITE),
    rule(
        "apps",
        "statefulsets statefulsets/scale daemonsets deployments deployments/scale deployments/rollback "
        "replicasets replicasets/scale",
        _WRITE,
    ),
    rule("autoscaling", "horizontalpodautoscalers", _WRITE),
    rule("batch", "jobs cronjobs", _WRITE),
    rule("extensions", f"daemonsets deployments/rollback replicationcontrollers/scale {_OLD_WORKLOADS}", _WRITE),
    rule("policy", "poddisruptionbudgets", _WRITE),
    rule("networking.k8s.io", "networkpolicies ingresses", _WRITE),
    rule("coordination.k8s.io", "leases", _ALL),
    rule("resource.k8s.io", "resourceclaims resourceclaimtemplates", _WRITE),
]

ADMIN = [
    rule("authorization.k8s.io", "localsubjectaccessreviews", "create"),
    rule(RBAC, "roles rolebindings", _ALL),
]

_NODE = [
    rule("authentication.k8s.io", "tokenreviews", "create"),
    rule("authorization.k8s.io", "subjectaccessreviews localsubjectaccessreviews", "create"),
    rule("core", "services", _READ),
    rule("core", "nodes", f"create {_READ}"),
    rule("core", "nodes/status", "update patch"),
    rule("core", "nodes", "update patch"),
    _EVENTS,
    rule("core", "pods", _READ),
    rule("core", "pods", "create delete"),
    rule("core", "pods/status", "update patch"),
    rule("core", "pods/eviction", "create"),
    rule("core", "secrets configmaps", _READ),
    rule("core", "persistentvolumeclaims persistentvolumes", "get"),
    rule("core", "endpoints", "get"),
    rule("certificates.k8s.io", "certificatesigningrequests", f"create {_READ}"),
    rule("coordination.k8s.io", "leases", "get create update patch delete"),
    rule("storage.k8s.io", "volumeattachments", "get"),
    rule("core", "serviceaccounts/token", "create"),
    rule("core", "persistentvolumeclaims/status", "get update patch"),
    rule("storage.k8s.io", "csidrivers", _READ),
    rule("storage.k8s.io", "csinodes", "get create update patch delete"),
    rule("node.k8s.io", "runtimeclasses", _READ),
    rule("resource.k8s.io", "resourceclaims", "get"),
    rule("resource.k8s.io", "resourceslices", "deletecollection"),
    rule("core", "serviceaccounts", "get"),
]
_CONTROLLER_MANAGER = [
    _EVENTS,
    rule("coordination.k8s.io", "leases", "create"),
    rule("coordination.k8s.io", "leases", "get update", "kube-controller-manager"),
    rule("core", "secrets serviceaccounts", "create"),
    rule("core", "secrets", "delete"),
    rule("core", "namespaces secrets serviceaccounts configmaps", "get"),
    rule("core", "secrets serviceaccounts", "update"),
    *_REVIEWS,
    rule("*", "*", "list watch"),
    rule("core", "serviceaccounts/token", "create"),
]
_SCHEDULER = [
    _EVENTS,
    rule("coordination.k8s.io", "leases", "create"),
    rule("coordination.k8s.io", "leases", "get update list watch", "kube-scheduler"),
    rule("coordination.k8s.io", "leasecandidates", _ALL),
    rule("core", "nodes", _READ),
    rule("core", "pods", f"{_READ} delete"),
    rule("core", "pods/binding bindings", "create"),
    rule("core", "pods/status", "patch update"),
    rule("core", "services replicationcontrollers", _READ),
    rule("apps extensions", "replicasets", _READ),
    rule("apps", "statefulsets", _READ),
    rule("policy", "poddisruptionbudgets", _READ),
    rule("core", "persistentvolumeclaims persistentvolumes", _READ),
    *_REVIEWS,
    rule("storage.k8s.io", "csinodes", _READ),
    rule("storage.k8s.io", "volumeattachments", _READ),
    rule("core", "namespaces", _READ),
    rule("storage.k8s.io", "csidrivers", _READ),
    rule("storage.k8s.io", "csistoragecapacities", _READ),
    rule("resource.k8s.io", "deviceclasses", _READ),
    rule("resource.k8s.io", "resourceclaims", _READ_UPDATE),
    rule("resource.k8s.io", "resourceclaims/status", _READ_UPDATE),
    rule("core", "pods/finalizers", "update"),
    rule("resource.k8s.io", "resourceslices", _READ),
]
_PROVISIONER = [
    rule("core", "persistentvolumes", f"{_READ} create delete"),
    rule("core", "persistentvolumeclaims", f"{_READ} update"),
    rule("storage.k8s.io", "storageclasses", _READ),
    rule("core", "events", "watch"),
    _EVENTS,
]
_CERTIFICATES = "system:certificates.k8s.io:"


def _approver(signer: str) -> list[dict]:
    return [rule("certificates.k8s.io", "signers", "approve", f"kubernetes.io/{signer}")]


SYSTEM = {
    "system:discovery": [_paths(f"{_PUBLIC} /openapi /openapi/* /api /api/* /apis /apis/*")],
    "system:monitoring": [
        _paths(f"/metrics /metrics/slis {_HEALTH} /livez/* /readyz/* /healthz/* /flagz /statusz"),
        rule("core", "nodes/metrics", "get"),
    ],
    "system:basic-user": [
        rule("authorization.k8s.io", "selfsubjectaccessreviews selfsubjectrulesreviews", "create"),
        rule("authentication.k8s.io", "selfsubjectreviews", "create"),
    ],
    "system:public-info-viewer": [_paths(_PUBLIC)],
    "system:heapster": [
        rule("core", "events pods nodes namespaces", _READ),
        rule("extensions", "deployments", _READ),
    ],
    "system:node": _NODE,
    "system:node-problem-detector": [rule("core", "nodes", "get"), rule("core", "nodes/status", "patch"), _EVENTS],
    "system:node-bootstrapper": [rule("certificates.k8s.io", "certificatesigningrequests", f"create {_READ}")],
    "system:auth-delegator": _REVIEWS,
    "system:kube-aggregator": [rule("core", "services endpoints", _READ)],
    "system:kube-controller-manager": _CONTROLLER_MANAGER,
    "system:kube-dns": [rule("core", "endpoints services", "list watch")],
    "system:persistent-volume-provisioner": _PROVISIONER,
    f"{_CERTIFICATES}certificatesigningrequests:nodeclient": [
        rule("certificates.k8s.io", "certificatesigningrequests/nodeclient", "create")
    ],
    f"{_CERTIFICATES}certificatesigningrequests:selfnodeclient": [
        rule("certificates.k8s.io", "certificatesigningrequests/selfnodeclient", "create")
    ],
    "system:volume-scheduler": [
        rule("core", "persistentvolumes", _READ_UPDATE),
        rule("storage.k8s.io", "storageclasses", _READ),
        rule("core", "persistentvolumeclaims", _READ_UPDATE),
    ],
    f"{_CERTIFICATES}legacy-unknown-approver": _approver("legacy-unknown"),
    f"{_CERTIFICATES}kubelet-serving-approver": _approver("kubelet-serving"),
    f"{_CERTIFICATES}kube-apiserver-client-approver": _approver("kube-apiserver-client"),
    f"{_CERTIFICATES}kube-apiserver-client-kubelet-approver": _approver("kube-apiserver-client-kubelet"),
    "system:service-account-issuer-discovery": [
        _paths("/.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks /openid/v1/jwks/")
    ],
    "system:kubelet-api-admin": [
        rule("core", "nodes", _READ),
        rule("core", "nodes", "proxy"),
        rule("core", "nodes/proxy nodes/metrics nodes/stats nodes/log", "*"),
        rule("core", "nodes/pods nodes/healthz nodes/configz", "*"),
    ],
    "system:node-proxier": [
        rule("core", "services endpoints", "list watch"),
        rule("core", "nodes", _READ),
        _EVENTS,
        rule("networking.k8s.io", "servicecidrs", "list watch"),
        rule("discovery.k8s.io", "endpointslices", "list watch"),
    ],
    "system:kube-scheduler": _SCHEDULER,
}
