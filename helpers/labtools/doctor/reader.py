"""A light look at a cluster's API over HTTPS: a few GETs and one question, without the client library."""

import base64
import http.client
import json
import ssl
import tempfile
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from labcore.errors import LabError
from labcore.kube import bounded, heads
from labcore.language.messages import phrase

_TIMEOUT = 1.5  # seconds to connect, and for each piece of an answer
_LONGEST = 10.0  # seconds for a whole answer


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
        """The objects of a list; [] and a noted error where it may not be read."""
        answer = self.get(path)
        try:
            return (
                bounded.checked_list(path, {"metadata": {}} | answer, path.rpartition("/")[2])["items"]
                if answer
                else []
            )
        except LabError as error:
            raise Unreadable(error.message) from error

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
        status = (answer or {}).get("status")
        return isinstance(status, dict) and status.get("allowed") is True

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPSConnection(self._host, self._port, timeout=_TIMEOUT, context=self._tls)

    def _ask(self, method: str, path: str, body: dict | None = None) -> Any:
        connection = self._connection()
        connection.response_class = heads.response_class(_LONGEST)
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            connection.request(method, path, json.dumps(body) if body else None, headers)
            answer = connection.getresponse()
            text = _body(answer)
        except heads.Endless as error:
            raise self._odd(phrase("its answer does not end")) from error
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
        return self._object(text)

    def _object(self, text: bytes) -> dict:
        try:
            parsed = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise self._odd(phrase("its answer cannot be read")) from error
        if not isinstance(parsed, dict):
            raise self._odd(phrase("an object is expected, and something else came"))
        return parsed

    def _odd(self, why: str) -> Unreadable:
        return Unreadable(bounded.odd(f"{self._host}:{self._port}", why).message)


def _body(answer: http.client.HTTPResponse) -> bytes:
    """All of it, within bounds of size and time."""
    data, end = bytearray(), time.monotonic() + _LONGEST
    while chunk := answer.read1(1 << 16):
        data += chunk
        if len(data) > bounded.LARGEST or time.monotonic() > end:
            raise http.client.HTTPException(phrase("its answer does not end"))
    return bytes(data)


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
