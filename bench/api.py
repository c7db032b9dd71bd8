"""A thin client for measuring: one kept HTTPS connection to the API, nothing in between."""

import base64
import tempfile
from pathlib import Path

import requests
import yaml

PATHS = {
    "Namespace": "/api/v1/namespaces",
    "ConfigMap": "/api/v1/namespaces/{ns}/configmaps",
    "Service": "/api/v1/namespaces/{ns}/services",
    "Deployment": "/apis/apps/v1/namespaces/{ns}/deployments",
    "Ingress": "/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses",
}


class Api:
    """Requests with the credentials of a kubeconfig file."""

    def __init__(self, kubeconfig: Path) -> None:
        content = yaml.safe_load(kubeconfig.read_text())
        where, who = content["clusters"][0]["cluster"], content["users"][0]["user"]
        authority = tempfile.NamedTemporaryFile(suffix=".crt")  # noqa: SIM115 - kept as long as the session
        authority.write(base64.b64decode(where["certificate-authority-data"]))
        authority.flush()
        self._authority = authority
        self.base = where["server"]
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = authority.name
        if "token" in who:
            self.session.headers["Authorization"] = f"Bearer {who['token']}"

    def path(self, kind: str, namespace: str, name: str = "") -> str:
        return self.base + PATHS[kind].format(ns=namespace) + (f"/{name}" if name else "")

    def create(self, obj: dict, namespace: str = "") -> dict:
        answer = self.session.post(self.path(obj["kind"], namespace), json=obj)
        answer.raise_for_status()
        return answer.json()

    def delete(self, kind: str, namespace: str, name: str) -> None:
        self.session.delete(self.path(kind, namespace, name)).raise_for_status()
