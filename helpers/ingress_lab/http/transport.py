"""HTTP as a client of the lab sends it: to the lab's entry, whatever the URL's host resolves to, byte for byte.

`requests` carries cookies, TLS and connections. `EntryAdapter` (as requests_toolbelt's HostHeaderSSLAdapter, which
leaves address, port and source to the resolver) decides where a connection goes, and keeps the path as written:
requests and urllib3 would drop `..`, join `//` and re-encode `%2f`, and a lab on routing is about just these.
"""

import re
import ssl
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from labcore.clusters import Entry
from labcore.errors import BadArgument
from labcore.language.messages import phrase
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.poolmanager import PoolManager

from ingress_lab.http.urls import destination, is_address, split


@dataclass
class Exchange:
    """One request on its way, and what the connection tells about its layers."""

    target: str
    entry: Entry
    facts: dict[str, object] = field(default_factory=dict)


_exchange: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


class _Noting:
    """A connection that sends the request target untouched and notes which sockets carried it."""

    requests_carried = 0

    def putrequest(self, method: str, url: str, *args: object, **kwargs: object) -> None:
        exchange = _exchange.get()
        super().putrequest(method, exchange.target if exchange else url, *args, **kwargs)  # type: ignore[misc]

    def endheaders(self, *args: object, **kwargs: object) -> None:
        super().endheaders(*args, **kwargs)  # type: ignore[misc]
        self.requests_carried += 1
        exchange = _exchange.get()
        if exchange and self.sock:  # type: ignore[attr-defined]
            exchange.facts |= _facts(self.sock, self.requests_carried, exchange.entry)  # type: ignore[attr-defined]


class _Http(_Noting, HTTPConnection):
    pass


class _Https(_Noting, HTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    """Certificates are looked at here, not trusted, so none is warned of.

    A filter of warnings would do so for the whole process, and fall away when a request in another thread ends.
    """

    ConnectionCls = _Https

    def _validate_conn(self, conn: Any) -> None:
        if conn.is_closed:
            conn.connect()


def _facts(sock, carried: int, entry: Entry) -> dict[str, object]:
    """What layers 3 to 6 of this connection are."""
    source, target = sock.getsockname(), entry.named(*sock.getpeername()[:2])
    facts: dict[str, object] = {
        "source": f"{source[0]}:{source[1]}",
        "target": f"{target[0]}:{target[1]}",
        "connection": "new" if carried == 1 else "kept",
    }
    if isinstance(sock, ssl.SSLSocket):
        facts |= {"tls": sock.version(), "cipher": (sock.cipher() or ("",))[0]}
        facts["certificate"] = sock.getpeercert(binary_form=True)
    return facts


class EntryAdapter(HTTPAdapter):
    """Connects to the entry; Host and SNI are the URL's. An address in place of a name is dialled as it is."""

    def __init__(self, entry: Entry, source: str | None = None) -> None:
        self.entry, self._source = entry, source
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """With pools whose connections go to the entry, whatever the URL says."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager: PoolManager
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}

    def get_connection_with_tls_context(self, request, verify, proxies=None, cert=None):
        """Dials the entry, whatever the URL's host is; TLS still asks for, and checks, the host."""
        parts = urlsplit(request.url)
        host_params, pool_kwargs = self.build_connection_pool_key_attributes(request, verify, cert)
        address, port = self.entry.dialled(*destination(parts, self.entry))
        pool_kwargs["source_address"] = (self._source, 0) if self._source else None
        if parts.scheme == "https" and not is_address(parts.hostname or ""):
            pool_kwargs["server_hostname"] = parts.hostname
        scheme = host_params["scheme"]
        return self.poolmanager.connection_from_host(address, port, scheme, pool_kwargs)


def new_session(entry: Entry, source: str | None = None) -> requests.Session:
    """A session that nothing in the environment (proxies, CA bundles, .netrc) can bend."""
    session = requests.Session()
    session.trust_env = False
    session.headers.clear()
    session.headers.update({"User-Agent": "ingress-lab", "Accept": "*/*"})
    adapter = EntryAdapter(entry, source)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def lead_to(session: requests.Session, entry: Entry) -> None:
    """The session's connections go to another entry; those that are open are closed."""
    for adapter in session.adapters.values():
        if isinstance(adapter, EntryAdapter):
            adapter.entry = entry
    session.close()


def require_sendable(method: str, headers: dict[str, str]) -> None:
    """What http.client would refuse further down, in a sentence."""
    if not re.fullmatch(r"[A-Za-z!#$%&'*+.^_`|~-]+", method):
        raise BadArgument(
            phrase(
                '"{method}" is not an HTTP method; write GET, POST, PUT, DELETE, HEAD, PATCH or OPTIONS', method=method
            )
        )
    for name, value in headers.items():
        if not re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", str(name), re.ASCII):
            raise BadArgument(phrase("{name!r} is not the name of a header: letters, digits and - only", name=name))
        if not str(value).isprintable() or not _in_latin1(str(value)):
            raise BadArgument(
                phrase(
                    "the value of header {name} cannot be sent: {value!r}; write one line of Latin-1 text",
                    name=name,
                    value=value,
                )
            )


def _in_latin1(value: str) -> bool:
    return all(ord(character) < 256 for character in value)


def require_settings(source: str | None, ca: str | None) -> None:
    """A source that is an address, a CA file that is there; raises BadArgument."""
    if source and not is_address(source):
        raise BadArgument(phrase('source "{source}" is not an address; write it as 127.0.0.2', source=source))
    if ca and not Path(ca).is_file():
        raise BadArgument(phrase("there is no CA file {ca}; certificates.authority(...) makes one: its .file", ca=ca))


def send(
    session: requests.Session, method: str, url: str, *, headers: dict[str, str],
    body: Iterable[bytes] | bytes | str | None, timeout: float, verify: bool | str, follow: bool,
) -> tuple[requests.Response, dict[str, object]]:  # fmt: skip
    """One exchange; returns the response and the facts of its connection."""
    parts, target = split(url)
    request = session.prepare_request(requests.Request(method, url, data=body))
    host = parts.netloc.rpartition("@")[2]
    request.headers["Host"] = host if host.isascii() else urlsplit(str(request.url)).netloc
    request.headers.update(headers)
    exchange = Exchange(target, _entry_of(session, url))
    token = _exchange.set(exchange)
    try:
        response = session.send(request, timeout=timeout, verify=verify, allow_redirects=False)
    finally:
        _exchange.reset(token)
    if follow and response.is_redirect and response.headers.get("Location"):
        onward = urljoin(url, response.headers["Location"])
        return send(session, "GET" if response.status_code == 303 else method, onward, headers=headers, body=body,
                    timeout=timeout, verify=verify, follow=True)  # fmt: skip
    return response, exchange.facts


def _entry_of(session: requests.Session, url: str) -> Entry:
    adapter = session.get_adapter(url)
    return adapter.entry if isinstance(adapter, EntryAdapter) else Entry()
