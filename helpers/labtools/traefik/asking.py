"""Asking Traefik itself: its API tells every router with its rule, priority and state, and every service's servers.

It is asked on the entry point `traefik` of its Pod, through the Kubernetes API, with a token of Traefik's own service
account: whoever may make one may ask (manifests/controllers/traefik/4-api.yaml).
"""

import json
import re

from ingress_lab.ingress.controller_flags import Flags
from labcore.errors import LabError
from labcore.kube.api import Api

from labtools.traefik import pod_port
from labtools.traefik.asked import Asked, parse
from labtools.traefik.pod_port import NotReached

_LIFE = 600  # seconds; the shortest life that Kubernetes gives a token
_LINES = "500"
_COMPLAINT = re.compile(r"\S+ (?:ERR|WRN) (.*?) ingress=")


def ask(api: Api, pod: dict, flags: Flags) -> Asked | None:
    """What Traefik tells of itself; None where it has no API, or where this account may not ask it."""
    if not flags.tells:
        return None
    metadata = pod["metadata"]
    try:
        headers = {"Host": "traefik", "Authorization": f"Bearer {_token(api, pod)}"}
        status, body = pod_port.get(
            api, metadata["namespace"], metadata["name"], flags.inner_port, "/api/rawdata", headers
        )
        return parse(json.loads(body)) if status == 200 else None
    except (LabError, NotReached, ValueError):
        return None


def _token(api: Api, pod: dict) -> str:
    account = pod["spec"].get("serviceAccountName", "default")
    body = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": {"expirationSeconds": _LIFE},
    }
    path = f"/api/v1/namespaces/{pod['metadata']['namespace']}/serviceaccounts/{account}/token"
    return api.request("post", path, body)["status"]["token"]


def complaint(api: Api, pod: dict, namespace: str, ingress: str) -> str:
    """The last thing that Traefik wrote about an Ingress into its log, as an error; "" if nothing."""
    metadata = pod["metadata"]
    path = f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}/log"
    try:
        written = str(api.request("get", path, query={"tailLines": _LINES}))
    except LabError:
        return ""
    return last_complaint(written.splitlines(), namespace, ingress)


def last_complaint(lines: list[str], namespace: str, ingress: str) -> str:
    """Of `TIME ERR Cannot ... error="..." ingress=NAME namespace=NAMESPACE ...` what stands between level and names."""
    scope = re.escape(namespace)
    about = re.compile(
        rf' ingress=(?:{re.escape(ingress)}|"{scope}/{re.escape(ingress)} [^"]*") namespace={scope}( |$)'
    )
    for line in reversed(lines):
        said = _COMPLAINT.match(line)
        if said and about.search(line) and "ingress status" not in line:
            return said[1]
    return ""
