"""Traefik's access log, on for the router of one Ingress while a request is followed.

A line for each request would halve what Traefik can serve, so its entry points write none; a router does where its
Ingress says so. The annotation is taken away again afterwards, or gets the value back that it had.
"""

import contextlib
import time
from collections.abc import Callable, Iterator

from labcore.errors import LabError
from labcore.kube.api import Api
from labcore.kube.patience import patient

from labtools.traefik.asked import Asked, AskedRouter

ANNOTATIONS = {
    "kubernetes": "traefik.ingress.kubernetes.io/router.observability.accesslogs",
    "kubernetesingressnginx": "nginx.ingress.kubernetes.io/enable-access-log",
}
"""By the provider whose Ingress it is."""
_PAUSE, _LONGEST = 0.01, 5.0


@contextlib.contextmanager
def logging(api: Api, router: AskedRouter | None, namespace: str, ask: Callable[[], Asked | None]) -> Iterator[bool]:
    """Whether the router writes a line. Only Ingresses of this namespace are annotated; no right to: no line."""
    if router is None or router.logs:
        yield bool(router)
        return
    name = ANNOTATIONS.get(router.provider, "")
    if not name or router.ingress[0] != namespace:
        yield False
        return
    path = api.resources().named("ingresses").path(*router.ingress)
    try:
        before = (api.request("get", path)["metadata"].get("annotations") or {}).get(name)
        _annotate(api, path, name, "true")
    except LabError:
        yield False
        return
    try:
        yield _until_on(router.name, ask)
    finally:
        with contextlib.suppress(LabError):  # the Ingress may be gone by now
            _annotate(api, path, name, before)


def _annotate(api: Api, path: str, name: str, value: str | None) -> None:
    body = {"metadata": {"annotations": {name: value}}}
    api.request("patch", path, body, content_type="application/merge-patch+json")


def _until_on(router: str, ask: Callable[[], Asked | None]) -> bool:
    """Traefik tells nobody that it has taken a change in; so it is asked again and again."""
    deadline = time.monotonic() + patient(_LONGEST)
    while time.monotonic() < deadline:
        asked = ask()  # None where it was too busy to tell
        if asked and any(one.logs for one in asked.routers if one.name == router):
            return True
        time.sleep(_PAUSE)
    return False
