"""The controller of one side: the project's own manifests, in a namespace and with names of its own."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass

from labcore.machine import paths
from labcore.yaml.documents import load

FOLDER = "manifests/controllers"
WEB, WEBSECURE = 8000, 8443
"""Where Traefik listens; a Gateway's listeners name these ports."""
NGINX_HTTP, NGINX_HTTPS = 8000, 8443
_KINDS = ("IngressRoute", "IngressRouteTCP", "IngressRouteUDP", "Middleware", "MiddlewareTCP", "ServersTransport",
          "ServersTransportTCP", "TLSOption", "TLSStore", "TraefikService")  # fmt: skip
_READ = ["get", "list", "watch"]


@dataclass(frozen=True)
class Controller:
    """What is applied for it, and at which ports of its Pod it answers."""

    objects: tuple[dict, ...]
    http_port: int
    https_port: int
    label: str


def traefik(side: str, namespace: str, args: Sequence[str], *, own_tls: bool = False) -> Controller:
    """The lab's own Traefik with other providers: the same program, flags and default certificate.

    With `own_tls` its rules say where TLS ends, as listeners of a Gateway do, and not its entry point.
    """
    found = [copy.deepcopy(document.obj) for document in load(paths.project() / FOLDER / "traefik")]
    daemon = next(obj for obj in found if obj["kind"] == "DaemonSet")
    config = next(obj for obj in found if obj["kind"] == "ConfigMap")
    role = next(obj for obj in found if obj["kind"] == "ClusterRole")
    name = f"migrate-{side}"
    config["metadata"]["namespace"] = namespace
    role["metadata"]["name"] = name
    role["rules"] += [_rule("traefik.io"), _rule("gateway.networking.k8s.io"), _rule("", ["namespaces"])]
    pod = daemon["spec"]["template"]["spec"]
    container = pod["containers"][0]
    unwanted = ("--providers.kubernetes", "--entrypoints.websecure.http.tls" if own_tls else "--providers.kubernetes")
    container["args"] = [a for a in container["args"] if not a.startswith(unwanted)] + list(args)
    for port in container["ports"]:
        port.pop("hostPort", None)
    for field in ("priorityClassName", "nodeSelector", "tolerations"):
        pod.pop(field, None)
    pod |= {"serviceAccountName": "controller", "terminationGracePeriodSeconds": 1}
    return Controller(
        (*_account(name, namespace), role, config, _deployment(namespace, pod)), WEB, WEBSECURE, "controller"
    )


def nginx(namespace: str, word: str) -> Controller:
    """The lab's own controller of real nginx; `word` is the spec.controller of the classes that it serves."""
    name = "migrate-nginx"
    made = []
    for document in load(paths.project() / FOLDER / "nginx"):
        obj = copy.deepcopy(document.obj)
        meta = obj["metadata"]
        if obj["kind"] in ("Namespace", "IngressClass"):
            continue
        if obj["kind"] in ("ClusterRole", "ClusterRoleBinding"):
            meta["name"] = name
        else:
            meta["namespace"] = namespace
        if obj["kind"] == "ClusterRoleBinding":
            obj["roleRef"]["name"] = name
            for subject in obj["subjects"]:
                subject["namespace"] = namespace
        if obj["kind"] == "Deployment":
            pod = obj["spec"]["template"]["spec"]
            pod["terminationGracePeriodSeconds"] = 1
            for container in (*pod["containers"], *pod.get("initContainers", ())):
                container["env"] = [*container.get("env", ()), {"name": "CONTROLLER", "value": word}]
        made.append(obj)
    return Controller(tuple(made), NGINX_HTTP, NGINX_HTTPS, "real-nginx")


def _rule(group: str, resources: Sequence[str] = ("*",)) -> dict:
    return {"apiGroups": [group], "resources": list(resources), "verbs": [*_READ, "update", "patch"]}


def _account(name: str, namespace: str) -> list[dict]:
    subject = {"kind": "ServiceAccount", "name": "controller", "namespace": namespace}
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "controller", "namespace": namespace}},
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": name},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name},
            "subjects": [subject],
        },
    ]


def _deployment(namespace: str, pod: dict) -> dict:
    labels = {"app": "controller"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "controller", "namespace": namespace},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pod},
        },
    }


def traefik_kinds() -> list[dict]:
    """Definitions of Traefik's own kinds, all of which its program asks for: with any fields."""
    return [_definition(kind) for kind in _KINDS]


def _definition(kind: str) -> dict:
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    schema = {"openAPIV3Schema": {"type": "object", "properties": {"spec": anything}}}
    singular = kind.lower()
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{singular}s.traefik.io"},
        "spec": {
            "group": "traefik.io",
            "scope": "Namespaced",
            "names": {"plural": f"{singular}s", "singular": singular, "kind": kind},
            "versions": [{"name": "v1alpha1", "served": True, "storage": True, "schema": schema}],
        },
    }
