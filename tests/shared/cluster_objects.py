"""Objects for tests that need no cluster: Ingresses, Services with ready Pods, and the lab's two classes."""

from labtools.traefik.objects import Objects

NAMESPACE = "n"
FLAGS = (
    "--entrypoints.web.address=:8000",
    "--entrypoints.websecure.address=:8443",
    "--entrypoints.websecure.http.tls=true",
    "--providers.kubernetesingress=true",
    "--providers.kubernetesingress.strictprefixmatching=true",
    "--providers.kubernetesingress.allowemptyservices=true",
    "--providers.kubernetesingressnginx=true",
)


def ingress(*paths: tuple[str, str, str, str], name: str = "i", class_name: str | None = "traefik", **more) -> dict:
    """`paths`: (host, path, pathType, Service). `annotations`, `default` (a Service), `created`, `tls`, `port`."""
    rules: dict[str, list[dict]] = {}
    for host, path, path_type, service in paths:
        backend = {"service": {"name": service, "port": more.get("port", {"number": 80})}}
        rules.setdefault(host, []).append(
            {**({"path": path} if path else {}), "pathType": path_type, "backend": backend}
        )
    spec: dict = {"rules": [{**({"host": h} if h else {}), "http": {"paths": p}} for h, p in rules.items()]}
    if class_name:
        spec["ingressClassName"] = class_name
    if "default" in more:
        spec["defaultBackend"] = {"service": {"name": more["default"], "port": {"number": 80}}}
    if more.get("tls"):
        spec["tls"] = [{"hosts": ["a.com"], "secretName": "s"}]
    meta = {"name": name, "namespace": more.get("namespace", NAMESPACE), "annotations": more.get("annotations", {})}
    return {
        "kind": "Ingress",
        "metadata": meta | {"creationTimestamp": more.get("created", "2026-01-01")},
        "spec": spec,
    }


def service(name: str, *, selector: dict | None = None, target: str | int = "http", namespace: str = NAMESPACE) -> dict:
    ports = [{"name": "http", "port": 80, "targetPort": target}]
    spec = {"selector": {"app": name} if selector is None else selector, "ports": ports}
    return {"kind": "Service", "metadata": {"name": name, "namespace": namespace}, "spec": spec}


def pod(name: str, app: str, *, ready: bool = True, status: dict | None = None) -> dict:
    meta = {"name": name, "namespace": NAMESPACE, "labels": {"app": app}}
    spec = {
        "nodeName": "node",
        "containers": [{"name": "app", "image": "app:1", "ports": [{"name": "http", "containerPort": 8080}]}],
    }
    conditions = [{"type": "Ready", "status": str(ready)}]
    return {
        "kind": "Pod",
        "metadata": meta,
        "spec": spec,
        "status": status or {"phase": "Running", "conditions": conditions},
    }


def endpoint_slice(of: str, *pods: str, ready: bool = True, ports: bool = True) -> dict:
    labels = {"kubernetes.io/service-name": of}
    found = [{"conditions": {"ready": ready}, "targetRef": {"kind": "Pod", "name": name}} for name in pods]
    meta = {"name": f"{of}-1", "namespace": NAMESPACE, "labels": labels}
    return {
        "kind": "EndpointSlice",
        "metadata": meta,
        "endpoints": found,
        "ports": [{"name": "http", "port": 8080}] if ports else None,
    }


def ready(*names: str) -> list[dict]:
    """Each a Service with one ready Pod."""
    return [o for n in names for o in (service(n), pod(f"{n}-1", n), endpoint_slice(n, f"{n}-1"))]


def classes() -> list[dict]:
    controllers = {"traefik": "traefik.io/ingress-controller", "nginx": "k8s.io/ingress-nginx"}
    return [
        {"kind": "IngressClass", "metadata": {"name": n}, "spec": {"controller": c}} for n, c in controllers.items()
    ]


def traefik(*more: str) -> dict:
    container = {"name": "traefik", "image": "traefik:v3.7", "args": [*FLAGS, *more]}
    return {"kind": "Pod", "metadata": {"name": "traefik", "namespace": "traefik"}, "spec": {"containers": [container]}}


def objects(*found: dict, flags: tuple[str, ...] = ()) -> Objects:
    return Objects.of([*classes(), traefik(*flags), *found])
