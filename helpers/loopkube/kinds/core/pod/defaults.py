"""Defaults of Pods that templates do not have."""

from loopkube.kinds.shared.pod_template.defaults import pod_spec


def defaults(obj: dict) -> None:
    """SetDefaults_Pod and those of its parts, in pkg/apis/core/v1/defaults.go."""
    spec = obj.setdefault("spec", {})
    _requests_from_limits(spec)
    spec.setdefault("enableServiceLinks", True)
    if spec.get("hostNetwork"):
        _host_ports(spec)
    pod_spec(spec)


def _requests_from_limits(spec: dict) -> None:
    """A container that limits a resource and does not request it requests as much."""
    for field in ("initContainers", "containers"):
        for container_ in spec.get(field) or ():
            resources = container_.get("resources", {})
            if resources.get("limits"):
                resources["requests"] = resources["limits"] | resources.get("requests", {})


def _host_ports(spec: dict) -> None:
    for field in ("initContainers", "containers"):
        for container_ in spec.get(field) or ():
            for port in container_.get("ports", ()):
                port.setdefault("hostPort", port.get("containerPort", 0))
