"""A Pod asked without the controller: who listens there, in which protocol, and what comes back."""

import ssl
from dataclasses import dataclass

from labcore.kube.api import Api

from labtools.traefik.pod_port import NotReached, PodPort, parsed

HTTP, TLS, SILENT, NOBODY = "http", "tls", "silent", "nobody"
_PATIENCE = 1.0
_ALERT, _HANDSHAKE = b"\x15\x03", b"\x16\x03"
_WRONG_DOOR = (b"HTTP request to an HTTPS server", b"plain HTTP request was sent to HTTPS port")  # Go, nginx


@dataclass(frozen=True)
class Direct:
    """`protocol`: http, tls, silent (it takes connections and says neither), nobody (no program listens there).

    "" where that could not be found out.
    """

    protocol: str
    status: int = 0


def ask(api: Api, pod: dict, port: int, host: str, path: str) -> Direct:
    """One GET, and a TLS greeting where no HTTP comes back."""
    meta = pod["metadata"]
    try:
        with PodPort(api, meta["namespace"], meta["name"], port, timeout=_PATIENCE) as connection:
            connection.send(
                f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode("latin-1", "replace")
            )
            said = connection.receive_all(1 << 20)
    except NotReached as error:
        return Direct(NOBODY if error.refused else "")
    if said.startswith(b"HTTP/") and not any(sentence in said for sentence in _WRONG_DOOR):
        try:
            return Direct(HTTP, parsed(said)[0])
        except NotReached:
            return Direct(HTTP)
    return Direct(TLS if said.startswith(_ALERT) or _greets(api, meta, port, host) else SILENT)


def _greets(api: Api, meta: dict, port: int, host: str) -> bool:
    """Does it answer a TLS greeting with one?"""
    try:
        with PodPort(api, meta["namespace"], meta["name"], port, timeout=_PATIENCE) as connection:
            connection.send(_hello(host))
            return connection.receive().startswith(_HANDSHAKE)
    except NotReached:
        return False


def _hello(host: str) -> bytes:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    sent = ssl.MemoryBIO()
    try:
        context.wrap_bio(ssl.MemoryBIO(), sent, server_hostname=host).do_handshake()
    except ssl.SSLWantReadError:
        pass
    return sent.read()
