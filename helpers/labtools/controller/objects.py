"""The objects of the trials: Ingresses of the class mine, Services and their EndpointSlices, in the namespace shop."""

CONTROLLER = "ingress-lab.dev/mine"


def ingress(name: str, *rules: tuple[str, str, str, str], cls: str = "mine", default: str = "") -> dict:
    """Rules as (host, path, pathType, Service)."""
    made = [
        {"http": {"paths": [{"path": path, "pathType": kind, "backend": _backend(service)}]}}
        | ({"host": host} if host else {})
        for host, path, kind, service in rules
    ]
    spec = {"ingressClassName": cls} | ({"rules": made} if made else {})
    return _object(
        name, spec=spec | ({"defaultBackend": _backend(default)} if default else {}), status={"loadBalancer": {}}
    )


def ingress_class(name: str = "mine", controller: str = CONTROLLER) -> dict:
    return {"metadata": {"name": name}, "spec": {"controller": controller}}


def service(name: str, cluster_ip: str = "10.96.0.1") -> dict:
    ports = [{"name": "http", "port": 80, "targetPort": 8080}]
    return _object(name, spec={"clusterIP": cluster_ip, "ports": ports})


def slice_of(service_name: str, *ready: str, unready: tuple[str, ...] = ()) -> dict:
    """Where the Pods of a Service are, at port 8080."""
    endpoints = [{"addresses": [a], "conditions": {"ready": True}} for a in ready]
    endpoints += [{"addresses": [a], "conditions": {"ready": False}} for a in unready]
    made = _object(f"{service_name}-x", endpoints=endpoints, ports=[{"name": "http", "port": 8080}], addressType="IPv4")
    made["metadata"]["labels"] = {"kubernetes.io/service-name": service_name}
    return made


def _backend(name: str) -> dict:
    return {"service": {"name": name, "port": {"number": 80}}}


def _object(name: str, **fields: object) -> dict:
    return {"metadata": {"name": name, "namespace": "shop", "uid": f"uid-{name}"}, **fields}
