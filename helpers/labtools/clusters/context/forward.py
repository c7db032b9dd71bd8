"""A port-forward through the API, as `kubectl port-forward` makes it: for as long as this process lives.

Each connection to a local port gets a WebSocket of its own to the Pod.
"""

import contextlib
import selectors
import socket
import threading
from typing import Any
from urllib.parse import quote

from labcore.clusters.base import Entry
from labcore.kube.api import Api
from labcore.language.messages import phrase

from labtools.clusters.context.entry import Forwardable

_CHUNK = 65536
_AFTERGLOW = 1.0  # seconds that a Pod may be silent before its answer to a client that has ended is over
_open: dict[tuple[str, Forwardable], Entry] = {}


def entry(api: Api, target: Forwardable) -> Entry:
    """Two listening ports of 127.0.0.1 that lead to the Pod; the same again for the same API and Pod."""
    key = (api.official.configuration.host, target)
    if key not in _open:
        how = phrase(
            "port-forward to Pod {namespace}/{pod}, opened by each notebook for itself",
            namespace=target.namespace,
            pod=target.pod,
        )
        ports = [_listen(api, target, port) for port in (target.http_port, target.https_port)]
        _open[key] = Entry("127.0.0.1", ports[0], ports[1], how)
    return _open[key]


def _listen(api: Api, target: Forwardable, port: int) -> int:
    import kubernetes.stream.ws_client  # noqa: F401 - loaded now, so that the first connection does not wait for it

    server = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_serve, args=(server, api, target, port), daemon=True, name=f"forward {port}").start()
    return server.getsockname()[1]


def _serve(server: socket.socket, api: Api, target: Forwardable, port: int) -> None:
    while True:
        connection, _ = server.accept()
        threading.Thread(target=_carry, args=(connection, api, target, port), daemon=True).start()


def _carry(client: socket.socket, api: Api, target: Forwardable, port: int) -> None:
    """One connection; a client whose Pod cannot be reached sees its connection closed."""
    from kubernetes.client.exceptions import ApiException
    from websocket import WebSocketException

    with client:
        try:
            forwarding = _connect(api, target, port)
        except (ApiException, WebSocketException, OSError):
            return
        with contextlib.suppress(OSError):
            _pump(client, forwarding.socket(port))
        forwarding.close()


def _connect(api: Api, target: Forwardable, port: int) -> Any:
    """What `portforward(CoreV1Api().connect_get_namespaced_pod_portforward, ...)` calls."""
    from kubernetes.stream.ws_client import portforward_call

    settings = api.official.configuration
    path = f"/api/v1/namespaces/{quote(target.namespace, safe='')}/pods/{quote(target.pod, safe='')}/portforward"
    asked = [("ports", str(port))]
    return portforward_call(settings, "GET", settings.host + path, query_params=asked, headers=api.authorization())


def _pump(one: socket.socket, other: Any) -> None:
    """Bytes in both directions until the Pod has ended, or the client has and nothing more comes for it.

    The protocol cannot tell the Pod that the client has said all, and a Pod that keeps its connections would keep
    this one open for minutes.
    """
    with selectors.DefaultSelector() as ways:
        ways.register(one, selectors.EVENT_READ, (one, other))
        ways.register(other, selectors.EVENT_READ, (other, one))
        while ready := ways.select(None if one in ways.get_map() else _AFTERGLOW):
            for key, _ in ready:
                source, target = key.data
                data = source.recv(_CHUNK)
                if data:
                    target.sendall(data)
                elif source is one:
                    ways.unregister(one)
                else:
                    return
