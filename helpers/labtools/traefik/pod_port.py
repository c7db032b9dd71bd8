"""A connection to a port of a Pod, as `kubectl port-forward` makes it: on any cluster, for whoever may do that."""

import contextlib
from http.client import HTTPException, HTTPResponse
from io import BytesIO
from types import TracebackType
from typing import Any, Self

from labcore.kube.api import Api

PROTOCOL = "v4.channel.k8s.io"  # channel 0 carries data, channel 1 an error; each begins with the port's number
_DATA = b"\0"


class NotReached(Exception):
    """The Pod's port was not reached; `refused`: the way led to the Pod, and nobody listens there."""

    def __init__(self, why: object, *, refused: bool = False) -> None:
        super().__init__(str(why))
        self.refused = refused


class PodPort:
    """One connection; raises NotReached."""

    def __init__(self, api: Api, namespace: str, pod: str, port: int, *, timeout: float = 2.0) -> None:
        from kubernetes.stream.ws_client import create_websocket
        from websocket import WebSocketException

        settings = api.official.configuration
        headers = {"sec-websocket-protocol": PROTOCOL} | api.authorization()
        path = f"/api/v1/namespaces/{namespace}/pods/{pod}/portforward?ports={port}"
        try:
            self._socket: Any = create_websocket(settings, settings.host.replace("http", "ws", 1) + path, headers)
        except (WebSocketException, OSError) as error:
            raise NotReached(error) from error
        self._socket.settimeout(timeout)
        self._begun: set[bytes] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(Exception):
            self._socket.close(timeout=0)

    def send(self, data: bytes) -> None:
        """Raises NotReached when the port-forward has ended."""
        from websocket import WebSocketException

        try:
            self._socket.send_binary(_DATA + data)
        except (WebSocketException, OSError) as error:
            raise NotReached(error) from error

    def receive(self) -> bytes:
        """What the Pod sent next; b"" when it has ended, or is silent for the whole timeout."""
        from websocket import WebSocketException

        while True:
            try:
                message = self._socket.recv()
            except (WebSocketException, OSError):
                return b""
            message = message.encode() if isinstance(message, str) else message
            if not message:
                return b""
            channel, data = message[:1], message[1:]
            if channel not in self._begun:
                self._begun.add(channel)
                data = data[2:]
            if data and channel != _DATA:
                raise NotReached(data.decode(errors="replace"), refused=True)
            if data:
                return data

    def receive_all(self, most: int = 64 << 20) -> bytes:
        """Everything until the Pod ends the connection."""
        made = bytearray()
        while len(made) < most and (data := self.receive()):
            made += data
        return bytes(made)


def get(api: Api, namespace: str, pod: str, port: int, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    """GET over one connection: the status and the body; raises NotReached where no HTTP comes back."""
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "Connection: close"]
    with PodPort(api, namespace, pod, port) as connection:
        connection.send("\r\n".join([*lines, "", ""]).encode("latin-1", "replace"))
        return parsed(connection.receive_all())


class _Received:
    """Bytes in the place of a socket, for HTTPResponse."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, *_: object) -> BytesIO:
        return BytesIO(self._data)


def parsed(data: bytes) -> tuple[int, bytes]:
    """The status and body of an HTTP response."""
    response = HTTPResponse(_Received(data))  # type: ignore[arg-type]
    try:
        response.begin()
        return response.status, response.read()
    except (HTTPException, OSError, ValueError) as error:
        raise NotReached(error) from error
