"""Kinds whose objects are checked and stored, and that nothing acts upon; most say so in a warning (docs/fidelity.md).

Other people's manifests and clients' suites contain them. A kind whose absence of effect would teach something false
(admission webhooks) is not here.
"""

from loopkube.kind import Kind, core, grouped

_STORAGE = ("storage.k8s.io", "api.storage")

STORED: tuple[Kind, ...] = (
    core("LimitRange", "limitranges", short_names=("limits",)),
    core("PersistentVolume", "persistentvolumes", namespaced=False, short_names=("pv",), subresources=("status",)),
    core("PersistentVolumeClaim", "persistentvolumeclaims", short_names=("pvc",), subresources=("status",)),
    core("PodTemplate", "podtemplates"),
    core("ResourceQuota", "resourcequotas", short_names=("quota",), subresources=("status",)),
    grouped(
        "apiregistration.k8s.io",
        "kube-aggregator.pkg.apis.apiregistration",
        "APIService",
        "apiservices",
        namespaced=False,
        categories=("api-extensions",),
        subresources=("status",),
    ),
    grouped(
        "batch", "api.batch", "CronJob", "cronjobs", short_names=("cj",), categories=("all",), subresources=("status",)
    ),
    grouped(
        "certificates.k8s.io",
        "api.certificates",
        "CertificateSigningRequest",
        "certificatesigningrequests",
        namespaced=False,
        short_names=("csr",),
        subresources=("status",),
    ),
    grouped(
        "policy",
        "api.policy",
        "PodDisruptionBudget",
        "poddisruptionbudgets",
        short_names=("pdb",),
        subresources=("status",),
    ),
    grouped(*_STORAGE, "CSIDriver", "csidrivers", namespaced=False),
    grouped(*_STORAGE, "CSINode", "csinodes", namespaced=False),
    grouped(*_STORAGE, "CSIStorageCapacity", "csistoragecapacities"),
    grouped(*_STORAGE, "StorageClass", "storageclasses", namespaced=False, short_names=("sc",)),
)
