"""Kinds of which only the version changed, and kinds that need a decision."""

from ingress_lab.manifests.upgrading.edit import Edit
from ingress_lab.messages import phrase

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
    "StorageClass": (("storage.k8s.io/v1beta1",), "storage.k8s.io/v1", "1.22"),
}
DECIDE = {
    "PodSecurityPolicy": phrase("removed in Kubernetes 1.25; see Pod Security Admission"),
    "HorizontalPodAutoscaler": phrase("its old versions have other fields; see the autoscaling/v2 reference"),
    "CustomResourceDefinition": phrase("its old version needs a schema for each version; see apiextensions.k8s.io/v1"),
    "ValidatingWebhookConfiguration": phrase("its old version lacks fields that are required now"),
    "MutatingWebhookConfiguration": phrase("its old version lacks fields that are required now"),
    "ReplicationController": phrase("still served; a Deployment does more"),
}


def upgrade(edit: Edit) -> None:
    kind, version = str(edit.root.get("kind", "")), str(edit.root.get("apiVersion", ""))
    old, new, since = SAME_FIELDS.get(kind, ((), "", ""))
    if version in old:
        edit.value(
            edit.root, (), "apiVersion", new, phrase("the old version was removed in Kubernetes {since}", since=since)
        )
        if kind == "PodDisruptionBudget":
            edit.note(phrase("PodDisruptionBudget: an empty selector selects all Pods now; it selected none"))
    elif kind in DECIDE and ("beta" in version or kind in ("PodSecurityPolicy", "ReplicationController")):
        edit.note(f"{kind} ({version}): {DECIDE[kind]}")
