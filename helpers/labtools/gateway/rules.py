"""Rules of an HTTPRoute, and the annotations that they are made of."""

from collections.abc import Mapping, Sequence

from labtools.gateway.annotations import NGINX


def said_of(ingress: dict) -> Mapping[str, str]:
    """ingress-nginx's words; nothing where the class is another controller's."""
    if (ingress.get("spec") or {}).get("ingressClassName") == "traefik":
        return {}
    annotations = ingress["metadata"].get("annotations") or {}
    return {key.removeprefix(NGINX): str(value) for key, value in annotations.items() if key.startswith(NGINX)}


def rule(match: dict, backend: dict, filters: Sequence[dict] = ()) -> dict:
    """A rule of an HTTPRoute; one that redirects asks no backend."""
    made: dict = {"matches": [{"path": match}]}
    if filters:
        made["filters"] = list(filters)
    if not any(f["type"] == "RequestRedirect" for f in filters):
        made["backendRefs"] = [backend]
    return made


def as_path(redirect: dict, match: dict | None = None) -> dict:
    """A rule that redirects a path, or every one."""
    return rule(match or {"type": "PathPrefix", "value": "/"}, {}, [redirect])
