"""The Kubernetes API, as a Pod reaches it: by the token and the certificate of its ServiceAccount."""

import json
import os
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
ANSWER_SECONDS, SILENCE_SECONDS = 30, 330
"""A watch is ended by the API after 300 s (`timeoutSeconds`), so one that is silent for longer is broken."""


class Gone(Exception):
    """The version asked for is too old: list again (HTTP 410)."""


class Api:
    """Raises OSError where the API does not answer, urllib's HTTPError where it refuses."""

    def __init__(self) -> None:
        host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"]
        self._base = f"https://{f'[{host}]' if ':' in host else host}:{port}"
        self._tls = ssl.create_default_context(cafile=str(ACCOUNT / "ca.crt"))

    def list(self, path: str) -> tuple[list[dict], str]:
        """(objects, the version they are of)."""
        found = self._json("GET", path)
        return found.get("items") or [], found["metadata"]["resourceVersion"]

    def watch(self, path: str, version: str) -> Iterator[tuple[str, dict]]:
        """(ADDED, MODIFIED, DELETED or BOOKMARK; object) from `version` on, until the API ends it. Raises Gone."""
        query = f"?watch=true&allowWatchBookmarks=true&timeoutSeconds=300&resourceVersion={version}"
        try:
            with self._open("GET", path + query, None, SILENCE_SECONDS) as stream:
                for line in stream:
                    event = json.loads(line)
                    if event["type"] == "ERROR":
                        raise Gone(event["object"].get("message", ""))
                    yield event["type"], event["object"]
        except urllib.error.HTTPError as error:
            if error.code == 410:
                raise Gone(str(error)) from error
            raise

    def create(self, path: str, obj: dict) -> dict:
        return self._json("POST", path, obj)

    def patch(self, path: str, changes: dict) -> dict:
        """A merge patch (RFC 7386)."""
        return self._json("PATCH", path, changes)

    def _json(self, method: str, path: str, body: dict | None = None) -> dict:
        with self._open(method, path, body, ANSWER_SECONDS) as answer:
            return json.load(answer)

    def _open(self, method: str, path: str, body: dict | None, seconds: float):
        """The token is read each time: the kubelet renews it."""
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        token = (ACCOUNT / "token").read_text().strip()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": kind, "Accept": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._base + path, data, headers, method=method)  # noqa: S310
        return urllib.request.urlopen(request, timeout=seconds, context=self._tls)  # noqa: S310
