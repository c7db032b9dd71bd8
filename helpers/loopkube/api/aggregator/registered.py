"""Pure functions of APIServices: which group and version they are, and the kinds that their server tells of."""

from loopkube.kinds import Kind

RESOURCE = "apiservices.apiregistration.k8s.io"
HTTPS = 443


def group_version_of(service: dict) -> tuple[str, str] | None:
    """(group, version) that a Service serves; None where it is this server's own."""
    spec = service.get("spec") or {}
    return (spec.get("group", ""), spec.get("version", "")) if spec.get("service") else None


def asked_at(path: str) -> tuple[str, str] | None:
    """(group, version) of a path below `/apis/GROUP/VERSION`."""
    parts = [part for part in path.split("/") if part]
    return (parts[1], parts[2]) if len(parts) > 2 and parts[0] == "apis" else None


def kinds_of(group_version: tuple[str, str], document: dict) -> list[Kind]:
    """The kinds in an APIResourceList."""
    resources = [r for r in document.get("resources") or () if isinstance(r, dict) and r.get("name")]
    parts = [r["name"].partition("/") for r in resources]
    return [
        Kind(
            *group_version,
            resource.get("kind", ""),
            resource["name"],
            resource.get("singularName", ""),
            bool(resource.get("namespaced")),
            short_names=tuple(resource.get("shortNames") or ()),
            categories=tuple(resource.get("categories") or ()),
            subresources=tuple(below for name, _, below in parts if below and name == resource["name"]),
            verbs=tuple(resource.get("verbs") or ()),
        )
        for resource in resources
        if "/" not in resource["name"]
    ]


def condition(is_available: bool, reason: str, message: str) -> dict:
    """The condition `Available`, without its time."""
    status = "True" if is_available else "False"
    return {"type": "Available", "status": status, "reason": reason, "message": message}


PASSED = condition(True, "Passed", "all checks passed")
