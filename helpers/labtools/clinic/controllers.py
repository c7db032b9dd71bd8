"""A controller of the case's own: a Traefik that serves one class in one namespace, behind the cluster's entry.

It needs no right beside its Role, and looks at no class: an Ingress names it by the annotation of before, which neither
of the entry's providers takes for its own.
"""

from collections.abc import Sequence

from labtools.clinic.case import NAMESPACE
from labtools.clinic.objects import annotated, ingress
from labtools.clusters.kind.pins import TRAEFIK_IMAGE

RIGHTS = (
    ("networking.k8s.io", "ingresses", ("list", "watch")),
    ("networking.k8s.io", "ingresses/status", ("update",)),
    ("", "services", ("list", "watch")),
    ("discovery.k8s.io", "endpointslices", ("list", "watch")),
    ("", "secrets", ("list", "watch")),
)
"""(API group, resource, verbs): all that it needs."""
PORT = 8000
_ARGUMENTS = (
    f"--entrypoints.web.address=$(POD_IP):{PORT}",
    "--entrypoints.traefik.address=$(POD_IP):8080",
    "--ping=true",
    "--providers.kubernetesingress=true",
    "--providers.kubernetesingress.namespaces=$(NAMESPACE)",
    "--providers.kubernetesingress.disableclusterscoperesources=true",
    "--providers.kubernetesingress.allowemptyservices=true",
    "--providers.providersthrottleduration=20ms",
    "--log.nocolor=true",
    "--global.checknewversion=false",
    "--global.sendanonymoususage=false",
)


def controller(name: str, *, rights: Sequence[tuple] = RIGHTS, node: str = "", host_port: int = 0) -> list[dict]:
    """Its account and rights, and a Deployment of one Pod; on this node, reached by this port of the node."""
    rules = [{"apiGroups": [group], "resources": [resource], "verbs": list(verbs)} for group, resource, verbs in rights]
    group = "rbac.authorization.k8s.io"
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}},
        {"apiVersion": f"{group}/v1", "kind": "Role", "metadata": {"name": name}, "rules": rules},
        {
            "apiVersion": f"{group}/v1",
            "kind": "RoleBinding",
            "metadata": {"name": name},
            "roleRef": {"apiGroup": group, "kind": "Role", "name": name},
            "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": NAMESPACE}],
        },
        _deployment(name, node, host_port),
    ]


def served_by(name: str, obj: dict) -> dict:
    """The same Ingress, for this controller."""
    spec = {key: value for key, value in obj["spec"].items() if key != "ingressClassName"}
    return annotated(obj | {"spec": spec}, {"kubernetes.io/ingress.class": name})


def handed_on(name: str, host: str, service: str) -> dict:
    """The Ingress by which the cluster's entry hands a host on to the Service of a controller."""
    return ingress(name, {host: {"/": (service, 80)}})


def _deployment(name: str, node: str, host_port: int) -> dict:
    web: dict = {"name": "web", "containerPort": PORT} | ({"hostPort": host_port} if host_port else {})
    variables = {"POD_IP": "status.podIP", "NAMESPACE": "metadata.namespace"}
    container = {
        "name": "traefik",
        "image": TRAEFIK_IMAGE,
        "env": [{"name": key, "valueFrom": {"fieldRef": {"fieldPath": path}}} for key, path in variables.items()],
        "args": [*_ARGUMENTS, f"--providers.kubernetesingress.ingressclass={name}"],
        "ports": [web, {"name": "traefik", "containerPort": 8080}],
        "readinessProbe": {"httpGet": {"path": "/ping", "port": "traefik"}, "periodSeconds": 1},
    }
    pod: dict = {"serviceAccountName": name, "terminationGracePeriodSeconds": 1, "containers": [container]}
    if node:
        pod["nodeSelector"] = {"kubernetes.io/hostname": node}
    spec = {
        "replicas": 1,
        "strategy": {"type": "Recreate"},  # two Pods cannot have the same port of a node
        "selector": {"matchLabels": {"app": name}},
        "template": {"metadata": {"labels": {"app": name}}, "spec": pod},
    }
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}
