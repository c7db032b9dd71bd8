"""The Kubernetes API by HTTP, with the token of this Pod's ServiceAccount: `send` asks once, `watch` listens."""

import json
import os
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
SECONDS, SILENCE_SECONDS = 30, 330
"""The API ends a watch after 300 s, so one that is silent for longer is broken."""
PATHS = {
    "ingresses": "/apis/networking.k8s.io/v1/ingresses",
    "ingressclasses": "/apis/networking.k8s.io/v1/ingressclasses",
    "services": "/api/v1/services",
    "endpointslices": "/apis/discovery.k8s.io/v1/endpointslices",
}
"""The kinds that an ingress controller follows, in all namespaces."""


class Gone(Exception):
    """The version that was asked for is too old (HTTP 410)."""


def send(method: str, path: str, body: dict | None = None) -> dict:
    """The object or list that the API answers; {} for one that is not there (404).

    PATCH sends a merge patch. Raises OSError: the API does not answer, or refuses (409: somebody else was first).
    """
    try:
        with _open(method, path, body, SECONDS) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return {}
        raise


def watch(path: str, version: str = "") -> Iterator[tuple[str, dict]]:
    """(ADDED, MODIFIED or DELETED; the object) from `version` on, until the connection ends.

    Without a version: first an ADDED for each object that is there. Raises Gone, and OSError as `send` does.
    """
    since = f"&resourceVersion={version}" if version else ""
    try:
        with _open("GET", f"{path}?watch=true&timeoutSeconds=300{since}", None, SILENCE_SECONDS) as stream:
            for line in stream:
                event = json.loads(line)
                if event["type"] == "ERROR":
                    raise Gone(event["object"].get("message", ""))
                yield event["type"], event["object"]
    except urllib.error.HTTPError as error:
        if error.code == 410:
            raise Gone(str(error)) from error
        raise
    except ValueError as error:  # half a line: the connection broke
        raise OSError(str(error)) from error


def key(obj: dict) -> tuple[str, str]:
    """Namespace ("" where there is none) and name."""
    return obj["metadata"].get("namespace", ""), obj["metadata"]["name"]


def port_of(service: dict, backend: dict) -> dict:
    """The port of a Service that an Ingress names by number or by name; {} where it has no such port."""
    wanted = backend["service"]["port"]
    ports = service.get("spec", {}).get("ports", [])
    return next((p for p in ports if wanted in ({"number": p["port"]}, {"name": p.get("name")})), {})


def set_address(ingress: dict, address: str) -> None:
    """Write the address into the Ingress's status, unless it is there."""
    wanted = {"loadBalancer": {"ingress": [{"ip": address}]}}
    if ingress.get("status", {}).get("loadBalancer", {}) != wanted["loadBalancer"]:
        namespace, name = key(ingress)
        path = f"/apis/networking.k8s.io/v1/namespaces/{namespace}/ingresses/{name}/status"
        send("PATCH", path, {"status": wanted})


def _open(method: str, path: str, body: dict | None, seconds: float):
    """The token is read each time: the kubelet renews it."""
    base = os.environ.get("KUBERNETES_API") or _in_cluster()
    kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
    headers = {"Content-Type": kind, "Accept": "application/json"}
    context = None
    if base.startswith("https:"):
        headers["Authorization"] = f"Bearer {(ACCOUNT / 'token').read_text().strip()}"
        context = ssl.create_default_context(cafile=str(ACCOUNT / "ca.crt"))
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(base + path, data, headers, method=method)  # noqa: S310
    return urllib.request.urlopen(request, timeout=seconds, context=context)  # noqa: S310


def _in_cluster() -> str:
    host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"]
    return f"https://{f'[{host}]' if ':' in host else host}:{port}"
