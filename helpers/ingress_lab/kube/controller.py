"""The ingress controller's Pods, as far as this account may see them."""

from labcore.errors import Refused
from labcore.kube.api import Api

KNOWN_IMAGES = ("traefik", "ingress-nginx/controller")
USUAL_NAMESPACES = ("traefik", "ingress-nginx", "kube-system")
"""Where to look when Pods may not be listed in the whole cluster."""


def visible_pods(api: Api) -> list[dict]:
    """All Pods of the cluster; those of the usual namespaces where the account may list no others."""
    pods = api.resources().named("pods")
    try:
        return api.list(pods)["items"]
    except Refused as error:
        if error.code != 403:
            raise
    seen: list[dict] = []
    for namespace in USUAL_NAMESPACES:
        try:
            seen += api.list(pods, namespace)["items"]
        except Refused:
            continue
    return seen


def controller_pods(api: Api) -> list[dict]:
    """The Pods of a known controller, ready or not."""
    return [
        pod
        for pod in visible_pods(api)
        if any(name in container["image"] for container in pod["spec"]["containers"] for name in KNOWN_IMAGES)
    ]


def image(api: Api) -> str:
    """The controller's image, `traefik:v3.7`; its name alone where Pods may not be seen; "" if there is none."""
    images = {c["image"] for pod in controller_pods(api) for c in pod["spec"]["containers"]}
    known = (i.rpartition("/")[2] for i in sorted(images) if any(name in i for name in KNOWN_IMAGES))
    return next(known, "") or ("" if _sees_all_pods(api) else _by_class(api))


def _sees_all_pods(api: Api) -> bool:
    """Then a class without any Pod of a controller is only a name."""
    try:
        api.list(api.resources().named("pods"))
    except Refused:
        return False
    return True


def _by_class(api: Api) -> str:
    """From the IngressClasses' spec.controller; "" if these may not be listed either."""
    try:
        classes = api.list(api.resources().named("ingressclass"))["items"]
    except Refused:
        return ""
    named = [c.get("spec", {}).get("controller", "") for c in classes]
    return next((name for name in ("traefik", "ingress-nginx") for said in named if name in said), "")
