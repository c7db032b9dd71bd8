"""What an administrator gives to a person who may only use namespaces of their own: `lab participant NAME`.

The namespaces of the series, the ClusterRole `admin` in each, and the right to look at what the notebooks look at
elsewhere: classes and nodes, and the controller's own namespace. The controllers that notebooks start in those
namespaces may look at classes and nodes, too (`labtools.clusters.context.guest_requirements`).
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from ingress_lab.kube.tenancy import Tenancy
from labcore.errors import BadArgument
from labcore.language.messages import phrase

from labtools.clusters.context.guest_requirements import NEEDS

CONTROLLER_NAMESPACE = "traefik"
_CONNECT = re.compile(r'Lab\.connect\(\s*"([a-z0-9-]+)"')
_RBAC = "rbac.authorization.k8s.io"
_LOOK = [
    {"apiGroups": ["networking.k8s.io"], "resources": ["ingressclasses"], "verbs": ["get", "list", "watch"]},
    {"apiGroups": [""], "resources": ["nodes"], "verbs": ["get", "list", "watch"]},
]
_OF_THE_CLUSTER = {"ClusterRole": "clusterroles", "ClusterRoleBinding": "clusterrolebindings"}
_PLAY = [{"apiGroups": [""], "resources": ["services/status"], "verbs": ["patch", "update"]}]
"""Notebook 02 plays the cloud provider of a LoadBalancer Service, which `admin` does not allow."""


def series_namespaces(notebooks: Path) -> list[str]:
    """The namespaces that the notebooks connect to."""
    names: set[str] = set()
    for path in notebooks.glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        names |= set(_CONNECT.findall("\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")))
    return sorted(names)


def objects(name: str, namespaces: list[str], controller: str = CONTROLLER_NAMESPACE) -> list[dict]:
    """Namespace by namespace what the participant may do; the account is a ServiceAccount in the first one."""
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?", name):
        raise BadArgument(
            phrase('"{name}" cannot be a participant\'s name: small letters, digits and "-", 30 at most', name=name)
        )
    own = [f"{name}-{namespace}" for namespace in namespaces]
    account = {"kind": "ServiceAccount", "name": name, "namespace": own[0]}
    made: list[dict] = [_object("v1", "Namespace", own_namespace) for own_namespace in own]
    made.append(_object("v1", "ServiceAccount", name, own[0]))
    made += [_binding("RoleBinding", f"{name}-admin", own_namespace, "admin", account) for own_namespace in own]
    made.append(_object(f"{_RBAC}/v1", "ClusterRole", f"ingress-lab-{name}-status", rules=_PLAY))
    made += [
        _binding("RoleBinding", f"{name}-status", own_namespace, f"ingress-lab-{name}-status", account)
        for own_namespace in own
    ]
    tenancy = Tenancy(f"{name}-")
    prepared = list(_of_controllers(tenancy))
    look = [*_LOOK, _look_at(prepared)]
    made += prepared
    made.append(_object(f"{_RBAC}/v1", "ClusterRole", f"ingress-lab-{name}", rules=look))
    made.append(_binding("ClusterRoleBinding", f"ingress-lab-{name}", "", f"ingress-lab-{name}", account))
    made.append(_binding("RoleBinding", f"ingress-lab-{name}", controller, "view", account))
    for obj in made:
        obj["metadata"]["labels"] = tenancy.labels
    return made


def _of_controllers(tenancy: Tenancy) -> Iterator[dict]:
    """What the controllers of notebooks need outside their namespace, as the participant's own notebooks name it."""
    for need in (need for need in NEEDS if need.prepared):
        for document in tenancy.copies(need.documents):
            if document.kind in _OF_THE_CLUSTER:
                yield document.obj


def _look_at(objects: list[dict]) -> dict:
    """The right to see that these are there."""
    names = sorted({obj["metadata"]["name"] for obj in objects})
    return {
        "apiGroups": [_RBAC],
        "resources": sorted(_OF_THE_CLUSTER.values()),
        "resourceNames": names,
        "verbs": ["get"],
    }


def _object(api_version: str, kind: str, name: str, namespace: str = "", **fields: object) -> dict:
    meta: dict = {"name": name} | ({"namespace": namespace} if namespace else {})
    return {"apiVersion": api_version, "kind": kind, "metadata": meta, **fields}


def _binding(kind: str, name: str, namespace: str, role: str, account: dict) -> dict:
    reference = {"apiGroup": _RBAC, "kind": "ClusterRole", "name": role}
    return _object(f"{_RBAC}/v1", kind, name, namespace, roleRef=reference, subjects=[account])
