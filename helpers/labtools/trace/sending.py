"""The request itself, with the times that a client sees: when connected, when TLS stood, when the answer was there."""

import http.client
import itertools
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from ingress_lab.http import urls
from labcore.clusters import Entry

ID = "X-Request-ID"
"""The header by which a log line is told from all others; nginx and Traefik pass it on."""
_TIMEOUT, _MOST = 10.0, 1 << 20


@dataclass(frozen=True)
class Sent:
    """One exchange; times in milliseconds. `status` is 0 where no answer came: `error` says why."""

    began: float
    """Seconds since the epoch, as a log's times are."""
    connected: float = 0.0
    secured: float = 0.0
    """What TLS took; 0 without it."""
    answered: float = 0.0
    """From the sending of the request to the end of the answer."""
    source: str = ""
    target: str = ""
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    error: str = ""
    in_one: bool = False
    """The client tells one time for all of it: `answered`, the opening of the connection with it."""

    @property
    def total(self) -> float:
        return self.connected + self.secured + self.answered


def send(url: str, entry: Entry, request_id: str) -> Sent:
    """GET the URL once, on a connection of its own, at the entry."""
    parts, target = urls.split(url)
    place = entry.dialled(*urls.destination(parts, entry))
    connection = http.client.HTTPConnection(*place, timeout=_TIMEOUT)
    began, marks = time.time(), [time.perf_counter()]
    try:
        connection.connect()
        marks.append(time.perf_counter())
        source, there = _named(connection.sock.getsockname()), _named(entry.named(*place))
        if parts.scheme == "https":
            connection.sock = _unverified().wrap_socket(connection.sock, server_hostname=parts.hostname)
        marks.append(time.perf_counter())
        connection.putrequest("GET", target, skip_host=True, skip_accept_encoding=True)
        for name, value in _headers(parts.netloc.rpartition("@")[2], request_id):
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        text = response.read(_MOST).decode("utf-8", "replace")
        marks.append(time.perf_counter())
    except (OSError, http.client.HTTPException) as error:
        return Sent(began, error=str(error) or type(error).__name__, target=_named(place))
    finally:
        connection.close()
    connected, secured, answered = ((b - a) * 1000 for a, b in itertools.pairwise(marks))
    secured = secured if parts.scheme == "https" else 0.0
    return Sent(began, connected, secured, answered, source, there, response.status, dict(response.headers), text)


def _headers(host: str, request_id: str) -> list[tuple[str, str]]:
    sent = host if host.isascii() else host.encode("idna").decode()
    return [("Host", sent), ("User-Agent", "ingress-lab"), ("Accept", "*/*"), (ID, request_id), ("Connection", "close")]


def _unverified() -> ssl.SSLContext:
    """A certificate is looked at elsewhere (`lab.explain`); here it is a part of the way."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _named(place: tuple) -> str:
    return f"{place[0]}:{place[1]}"
