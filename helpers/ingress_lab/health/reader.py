"""A light look at a cluster's API over HTTPS: a few GETs and one question, without the client library."""

import base64
import http.client
import json
import ssl
import tempfile
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ingress_lab.errors import LabError
from ingress_lab.messages import phrase

_TIMEOUT = 1.5


class Unreadable(LabError):
    """The API does not answer, or refuses."""


class Reader:
    """One API with the credentials of a kubeconfig: a token or a client certificate."""

    def __init__(self, server: str, ca: str, token: str = "", certificate: tuple[str, str] = ("", "")) -> None:
        parts = urlsplit(server)
        self._host, self._port, self._token = parts.hostname or "", parts.port or 443, token
        self._tls = ssl.create_default_context(cadata=ca)
        if certificate[0]:
            _load(self._tls, certificate)
        self._answers: dict[str, Any] = {}
        self._lock = threading.Lock()

    @classmethod
    def of(cls, kubeconfig: Path) -> "Reader | None":
        """For a kubeconfig of the lab's own clusters; None if it cannot be read."""
        import yaml

        try:
            config = yaml.safe_load(kubeconfig.read_text(encoding="utf-8"))
            cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
            ca = _decoded(cluster["certificate-authority-data"])
            certificate = tuple(_decoded(user.get(f"client-{part}-data", "")) for part in ("certificate", "key"))
            return cls(cluster["server"], ca, user.get("token", ""), certificate)  # type: ignore[arg-type]
        except (OSError, KeyError, IndexError, TypeError, ValueError, yaml.YAMLError):
            return None

    def get(self, path: str) -> Any:
        """The object at a path, asked for once; None if it is not there."""
        with self._lock:
            if path not in self._answers:
                self._answers[path] = self._ask("GET", path)
            return self._answers[path]

    def items(self, path: str) -> list[dict]:
        return (self.get(path) or {}).get("items", [])

    def may(self, user: str, verb: str, group: str, resource: str) -> bool:
        """Whether an account may do something in the whole cluster (SubjectAccessReview)."""
        name, _, subresource = resource.partition("/")
        attributes = {"verb": verb, "group": group, "resource": name, "subresource": subresource}
        body = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SubjectAccessReview",
            "spec": {"user": user, "groups": [], "resourceAttributes": attributes},
        }
        answer = self._ask("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", body)
        return bool((answer or {}).get("status", {}).get("allowed"))

    def _ask(self, method: str, path: str, body: dict | None = None) -> Any:
        connection = http.client.HTTPSConnection(self._host, self._port, timeout=_TIMEOUT, context=self._tls)
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            connection.request(method, path, json.dumps(body) if body else None, headers)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Unreadable(
                phrase(
                    "the API at {host}:{port} does not answer ({error})", host=self._host, port=self._port, error=error
                )
            ) from error
        finally:
            connection.close()
        if answer.status == 404:
            return None
        if answer.status >= 400:
            raise Unreadable(
                phrase("the API answers {status} to {method} {path}", status=answer.status, method=method, path=path)
            )
        return json.loads(text)


def _decoded(data: str) -> str:
    return base64.b64decode(data).decode()


def _load(tls: ssl.SSLContext, certificate: tuple[str, str]) -> None:
    """The ssl module reads certificates from files only; they are gone when it has."""
    with tempfile.TemporaryDirectory(prefix="ingress-lab-") as folder:
        paths = [Path(folder) / name for name in ("certificate", "key")]
        for path, text in zip(paths, certificate, strict=True):
            path.touch(mode=0o600)
            path.write_text(text)
        tls.load_cert_chain(str(paths[0]), str(paths[1]))
