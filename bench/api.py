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
    "EndpointSlice": "/apis/discovery.k8s.io/v1/namespaces/{ns}/endpointslices",
    "Pod": "/api/v1/namespaces/{ns}/pods",
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
        self._who = who
        self._pair = _certificate_files(who)
        self.session = self.new_session()

    def new_session(self) -> requests.Session:
        """A connection of its own."""
        session = requests.Session()
        session.trust_env = False
        session.verify = self._authority.name
        if "token" in self._who:
            session.headers["Authorization"] = f"Bearer {self._who['token']}"
        if self._pair:
            session.cert = (self._pair[0].name, self._pair[1].name)
        return session

    def path(self, kind: str, namespace: str, name: str = "") -> str:
        return self.base + PATHS[kind].format(ns=namespace) + (f"/{name}" if name else "")

    def create(self, obj: dict, namespace: str = "") -> dict:
        answer = self.session.post(self.path(obj["kind"], namespace), json=obj)
        answer.raise_for_status()
        return answer.json()

    def delete(self, kind: str, namespace: str, name: str) -> None:
        self.session.delete(self.path(kind, namespace, name)).raise_for_status()


def _certificate_files(who: dict) -> list:
    """The client certificate of a kubeconfig in files, as requests wants it; empty where there is none."""
    files = []
    for name in ("client-certificate-data", "client-key-data"):
        if name in who:
            file = tempfile.NamedTemporaryFile()  # noqa: SIM115 - kept as long as the client
            file.write(base64.b64decode(who[name]))
            file.flush()
            files.append(file)
    return files
