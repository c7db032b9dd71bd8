"""The program of manifests/controllers/nginx, whose modules have plain names: loaded without leaving them behind."""

import subprocess
from pathlib import Path

from loopkube.node import wheels
from programs import load

FOLDER = Path(__file__).parents[2] / "manifests" / "controllers" / "nginx"
PROGRAM = FOLDER / "program"
PREFIX = "nginx.ingress.kubernetes.io/"


MODULES = load(sorted(PROGRAM.glob("*.py")))
Cluster, Place = MODULES["objects"].Cluster, MODULES["objects"].Place
Note = MODULES["annotations"].Note
render = MODULES["render"].render


def backend(service: str, port: int | str = 80) -> dict:
    return {"service": {"name": service, "port": {"number" if isinstance(port, int) else "name": port}}}


def ingress(name: str, host: str, *paths: tuple, annotations: dict | None = None, **spec: object) -> dict:
    """An Ingress of one host; a path is (path, type, Service) or (path, Service), then of type Prefix."""
    rows = [row if len(row) == 3 else (row[0], "Prefix", row[1]) for row in paths]
    rule: dict = {"http": {"paths": [{"path": p, "pathType": t, "backend": backend(s)} for p, t, s in rows]}}
    metadata = {
        "name": name,
        "namespace": "shop",
        "uid": f"uid-{name}",
        "annotations": {PREFIX + key: str(value) for key, value in (annotations or {}).items()},
    }
    rules = [rule | ({"host": host} if host else {})] if paths else []
    spec = {"ingressClassName": "real-nginx", "rules": rules, **spec}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec}


def service(name: str, **spec: object) -> dict:
    ports = [{"name": "http", "port": 80, "targetPort": 8080}]
    return {"metadata": {"name": name, "namespace": "shop"}, "spec": {"clusterIP": "10.0.0.9", "ports": ports, **spec}}


def slices(name: str, *addresses: str, ready: bool = True) -> dict:
    endpoints = [{"addresses": [address], "conditions": {"ready": ready}} for address in addresses]
    labels = {"kubernetes.io/service-name": name}
    ports = [{"name": "http", "port": 8080, "protocol": "TCP"}]
    metadata = {"name": f"{name}-x", "namespace": "shop", "labels": labels}
    return {"metadata": metadata, "ports": ports, "endpoints": endpoints}


def cluster(*ingresses: dict, **more: object) -> "Cluster":
    """Two applications, `hello` and `order`, with a Pod each; `empty` has none."""
    services = [service("hello"), service("order"), service("empty")]
    found = [slices("hello", "127.0.0.2"), slices("order", "127.0.0.3")]
    wheel = frozenset({"njs", "headers-more"})
    return Cluster(**{"ingresses": list(ingresses), "services": services, "slices": found, "modules": wheel} | more)


def refusal(text: str, folder: Path, files: dict[str, bytes] | None = None) -> str:
    """What `nginx -t` says against a configuration; "" where it takes it."""
    for name, content in {"nginx.conf": text.encode(), **(files or {})}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    command = [wheels.nginx_program(), "-p", ".", "-c", "nginx.conf", "-e", "stderr", "-t"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stderr
