"""Kinds of which only the version changed, and kinds that need a decision."""

from labcore.language.messages import joined, phrase

from labtools.upgrade.edit import Edit

_RBAC_GROUP = "rbac.authorization.k8s.io"
_RBAC = ((f"{_RBAC_GROUP}/v1alpha1", f"{_RBAC_GROUP}/v1beta1"), f"{_RBAC_GROUP}/v1", "1.22")

# kind → (old versions, new version, since when the old ones are gone)
SAME_FIELDS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "IngressClass": (("networking.k8s.io/v1beta1",), "networking.k8s.io/v1", "1.22"),
    "NetworkPolicy": (("extensions/v1beta1",), "networking.k8s.io/v1", "1.16"),
    **dict.fromkeys(("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"), _RBAC),
    "CronJob": (("batch/v1beta1", "batch/v2alpha1"), "batch/v1", "1.25"),
    "PodDisruptionBudget": (("policy/v1beta1",), "policy/v1", "1.25"),
    "Lease": (("coordination.k8s.io/v1beta1",), "coordination.k8s.io/v1", "1.22"),
    "PriorityClass": (("scheduling.k8s.io/v1beta1", "scheduling.k8s.io/v1alpha1"), "scheduling.k8s.io/v1", "1.22"),
    **dict.fromkeys(("CSIDriver", "CSINode"), (("storage.k8s.io/v1beta1",), "storage.k8s.io/v1", "1.22")),
    "CSIStorageCapacity": (("storage.k8s.io/v1beta1",), "storage.k8s.io/v1", "1.27"),
    "VolumeAttachment": (("storage.k8s.io/v1beta1",), "storage.k8s.io/v1", "1.22"),
    "RuntimeClass": (("node.k8s.io/v1beta1",), "node.k8s.io/v1", "1.25"),
    "APIService": (("apiregistration.k8s.io/v1beta1",), "apiregistration.k8s.io/v1", "1.22"),
    "StorageClass": (("storage.k8s.io/v1beta1",), "storage.k8s.io/v1", "1.22"),
}
_ALWAYS = ("PodSecurityPolicy", "ReplicationController")
SERVED = {  # group → versions that Kubernetes 1.36 serves without a switch
    "admissionregistration.k8s.io": ("v1",),
    "apiextensions.k8s.io": ("v1",),
    "apiregistration.k8s.io": ("v1",),
    "apps": ("v1",),
    "authentication.k8s.io": ("v1",),
    "authorization.k8s.io": ("v1",),
    "autoscaling": ("v1", "v2"),
    "batch": ("v1",),
    "certificates.k8s.io": ("v1",),
    "coordination.k8s.io": ("v1",),
    "discovery.k8s.io": ("v1",),
    "events.k8s.io": ("v1",),
    "extensions": (),
    "flowcontrol.apiserver.k8s.io": ("v1",),
    "networking.k8s.io": ("v1",),
    "node.k8s.io": ("v1",),
    "policy": ("v1",),
    "rbac.authorization.k8s.io": ("v1",),
    "scheduling.k8s.io": ("v1",),
    "settings.k8s.io": (),
    "storage.k8s.io": ("v1",),
}
DECIDE = {
    "PodSecurityPolicy": phrase("removed in Kubernetes 1.25; see Pod Security Admission"),
    "HorizontalPodAutoscaler": phrase("its old versions have other fields; see the autoscaling/v2 reference"),
    "CustomResourceDefinition": phrase("its old version needs a schema for each version; see apiextensions.k8s.io/v1"),
    "ValidatingWebhookConfiguration": phrase("its old version lacks fields that are required now"),
    "MutatingWebhookConfiguration": phrase("its old version lacks fields that are required now"),
    "EndpointSlice": phrase("discovery.k8s.io/v1 has nodeName and zone in place of topology"),
    "ReplicationController": phrase("still served; a Deployment does more"),
}


def upgrade(edit: Edit) -> None:
    """Kinds whose fields are the same in the version that is served: only apiVersion changes."""
    kind, version = str(edit.root.get("kind", "")), str(edit.root.get("apiVersion", ""))
    old, new, since = SAME_FIELDS.get(kind, ((), "", ""))
    if version in old:
        edit.value(
            edit.root, (), "apiVersion", new, phrase("the old version was removed in Kubernetes {since}", since=since)
        )
        if kind == "PodDisruptionBudget":
            edit.note(phrase("PodDisruptionBudget: an empty selector selects all Pods now; it selected none"))
    elif kind in DECIDE and (("beta" in version and version.rpartition("/")[0] in SERVED) or kind in _ALWAYS):
        edit.note(joined("", [f"{kind} ({version}): ", DECIDE[kind]]))
    else:
        _served(edit, kind, version)


def _served(edit: Edit, kind: str, version: str) -> None:
    """Every other version of Kubernetes' own groups that is not served any more, or not without a switch."""
    group, _, number = version.rpartition("/")
    if group in SERVED and number not in SERVED[group]:
        edit.note(
            phrase(
                "{kind} ({version}): Kubernetes 1.36 does not serve this version unless it is switched on; see the "
                "deprecated API migration guide",
                kind=kind,
                version=version,
            )
        )
