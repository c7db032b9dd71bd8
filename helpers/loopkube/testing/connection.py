"""Requests to the API from a test, one after the other: JSON in, JSON out, over one kept connection."""

import http.client
import json
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from loopkube.client import kubeconfig
from loopkube.shared.status import ApiError

JSON = "application/json"
TIMEOUT = 30.0
"""Seconds for one answer."""


class Connection:
    """As the user of a kubeconfig. Each thread of a test gets a connection of its own."""

    def __init__(self, config: Path) -> None:
        self._access = kubeconfig.read(config)
        self._tls = self._access.tls()
        self._of_thread = threading.local()

    def request(self, method: str, path: str, body: Any = None, content_type: str = JSON, accept: str = JSON) -> Any:
        """The answer's object. Raises ApiError for every refusal; 503 where nobody answers."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self._access.token}", "Accept": accept, "User-Agent": "loopkube-testing"}
        if data is not None:
            headers["Content-Type"] = content_type
        try:
            answer = self._answer(method, path, data, headers)
            text = answer.read()
        except OSError as error:
            self._forget()
            raise ApiError(503, "ServiceUnavailable", f"{self._access.server}: {error}") from error
        return _checked(text, answer.status)

    def _answer(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        kept = getattr(self._of_thread, "connection", None)
        if kept is not None:
            try:
                kept.request(method, path, data, headers)
                return kept.getresponse()
            except (http.client.RemoteDisconnected, ConnectionError):
                self._forget()  # the server had closed it meanwhile
        place = urlsplit(self._access.server)
        assert place.hostname
        self._of_thread.connection = made = http.client.HTTPSConnection(
            place.hostname, place.port, timeout=TIMEOUT, context=self._tls
        )
        made.request(method, path, data, headers)
        return made.getresponse()

    def _forget(self) -> None:
        connection, self._of_thread.connection = getattr(self._of_thread, "connection", None), None
        if connection is not None:
            connection.close()


def _checked(text: bytes, status: int) -> Any:
    try:
        body = json.loads(text)
    except ValueError:
        body = {"message": text.decode(errors="replace")}
    if status >= 400:
        raise ApiError.from_status(body, status)
    return body
