"""The objects that cases are made of, and how one of them is changed."""

import ast
import copy
from collections.abc import Mapping, Sequence

from labcore.machine import paths

PROGRAM = "program"
Paths = Mapping[str, tuple[str, int | str]]
"""{path: (Service, port by number or name)}."""


def program() -> dict:
    """The ConfigMap with the application that all Deployments of a case run, without the words on what it can do."""
    text = (paths.project() / "manifests" / "app" / "desk.py").read_text(encoding="utf-8")
    data = {"desk.py": _without_docstring(text)}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": PROGRAM}, "data": data}


def _without_docstring(text: str) -> str:
    first = ast.parse(text).body[0]
    return "".join(text.splitlines(keepends=True)[first.end_lineno :]).lstrip()


def deployment(
    name: str,
    port: int,
    *,
    replicas: int = 2,
    port_name: str = "http",
    env: Mapping[str, str] | None = None,
    probe: dict | None = None,
    probed: bool = True,
    labels: Mapping[str, str] | None = None,
) -> dict:
    """An application that answers with its name; `probe` adds to its readiness probe, `probed=False` leaves it out."""
    variables = [{"name": key, "value": value} for key, value in {**(env or {}), "PORT": str(port)}.items()]
    container: dict = {
        "name": "app",
        "image": "python:3.13-alpine",
        "command": ["python", "desk.py"],
        "workingDir": "/app",
        "env": [
            {"name": "SERVICE", "value": name},
            {"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            *variables,
        ],
        "ports": [{"name": port_name, "containerPort": port}],
        "volumeMounts": [{"name": PROGRAM, "mountPath": "/app"}],
    }
    if probed:
        asked = {"httpGet": {"path": "/healthz", "port": port}, "periodSeconds": 1}
        container["readinessProbe"] = asked | (probe or {})
    template = {
        "metadata": {"labels": {"app": name, **(labels or {})}},
        "spec": {
            "terminationGracePeriodSeconds": 1,
            "containers": [container],
            "volumes": [{"name": PROGRAM, "configMap": {"name": PROGRAM}}],
        },
    }
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}


def service(name: str, *, port: int = 80, target: int | str = "http", port_name: str = "http") -> dict:
    """The Service of the application of this name."""
    ports = [{"name": port_name, "port": port, "targetPort": target}]
    spec = {"selector": {"app": name}, "ports": ports}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


def ingress(
    name: str, hosts: Mapping[str, Paths], *, class_name: str = "traefik", path_type: str = "Prefix", tls: str = ""
) -> dict:
    """An Ingress; `tls` names a Secret for all its hosts."""
    rules = [
        {"host": host, "http": {"paths": [_path(path, path_type, *to) for path, to in of.items()]}}
        for host, of in hosts.items()
    ]
    spec: dict = {"ingressClassName": class_name, "rules": rules}
    if tls:
        spec["tls"] = [{"hosts": list(hosts), "secretName": tls}]
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": name}, "spec": spec}


def _path(path: str, path_type: str, service: str, port: int | str) -> dict:
    to = {"number": port} if isinstance(port, int) else {"name": port}
    return {"path": path, "pathType": path_type, "backend": {"service": {"name": service, "port": to}}}


def changed(objects: Sequence[dict], kind: str, name: str, fields: Mapping[str, object]) -> list[dict]:
    """The same objects, one of them with other values: {"spec.ports.0.targetPort": 8081}; None removes a field."""
    made = copy.deepcopy(list(objects))
    one = next(obj for obj in made if (obj["kind"], obj["metadata"]["name"]) == (kind, name))
    for where, value in fields.items():
        *way, last = where.split(".")
        at: dict | list = one
        for step in way:
            at = at[int(step)] if isinstance(at, list) else at.setdefault(step, {})
        if value is None:
            del at[last]  # type: ignore[arg-type]
        else:
            at[int(last) if isinstance(at, list) else last] = value  # type: ignore[index, call-overload]
    return made


def annotated(obj: dict, annotations: Mapping[str, str]) -> dict:
    """The same object with these annotations."""
    return obj | {"metadata": obj["metadata"] | {"annotations": dict(annotations)}}


def elsewhere(namespace: str, objects: Sequence[dict]) -> list[dict]:
    """The same objects in another namespace than the case's own."""
    return [obj | {"metadata": obj["metadata"] | {"namespace": namespace}} for obj in objects]
