"""ServiceAccount: a Pod runs as an account that exists, and gets its token mounted."""

import random

from loopkube.api.account_tokens import EXTENDED_FROM
from loopkube.api.plugins.review import Review
from loopkube.shared.status import ApiError

MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"
_SAFE = "bcdfghjklmnpqrstvwxz2456789"  # k8s.io/apimachinery/pkg/util/rand: no vowels, no words by chance
_DEFAULT = "default"
_MIRROR = "kubernetes.io/config.mirror"


def admit(review: Review) -> None:
    """Gives a new Pod its account and the volume with its token (plugin/pkg/admission/serviceaccount)."""
    if not review.creates_pod or _MIRROR in review.obj["metadata"].get("annotations", {}):
        return
    spec = review.obj["spec"]
    name = spec.get("serviceAccountName") or _DEFAULT
    spec["serviceAccountName"] = spec["serviceAccount"] = name
    account = review.lookup.get("serviceaccounts", review.obj["metadata"].get("namespace", ""), name)
    if account is None and name != _DEFAULT:
        raise _no_account(review, name)
    account = account or {}  # a controller is about to make the default one; kube-apiserver would wait for it
    if _wants_token(spec, account):
        _mount_token(spec)
    if account.get("imagePullSecrets") and not spec.get("imagePullSecrets"):
        spec["imagePullSecrets"] = [dict(reference) for reference in account["imagePullSecrets"]]


def _no_account(review: Review, account: str) -> ApiError:
    where = f"{review.obj['metadata'].get('namespace', '')}/{account}"
    return review.forbidden(f'error looking up service account {where}: serviceaccount "{account}" not found')


def _wants_token(spec: dict, account: dict) -> bool:
    if "automountServiceAccountToken" in spec:
        return spec["automountServiceAccountToken"]
    return account.get("automountServiceAccountToken", True)


def _mount_token(spec: dict) -> None:
    containers = [*spec.get("initContainers", ()), *spec.get("containers", ())]
    without = [c for c in containers if all(m.get("mountPath") != MOUNT_PATH for m in c.get("volumeMounts", ()))]
    if not without:
        return
    volume = next((v for v in spec.get("volumes", ()) if v.get("name", "").startswith("kube-api-access-")), None)
    if volume is None:
        volume = _volume("kube-api-access-" + "".join(random.choices(_SAFE, k=5)))
        spec.setdefault("volumes", []).append(volume)
    for container in without:
        mount = {"name": volume["name"], "readOnly": True, "mountPath": MOUNT_PATH}
        container.setdefault("volumeMounts", []).append(mount)


def _volume(name: str) -> dict:
    namespace = {"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}
    sources = [
        {"serviceAccountToken": {"expirationSeconds": EXTENDED_FROM, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {"downwardAPI": {"items": [namespace]}},
    ]
    return {"name": name, "projected": {"sources": sources, "defaultMode": 0o644}}
