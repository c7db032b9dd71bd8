"""Sends the requests of a corpus to one side, and takes down what it answered."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from types import MappingProxyType

import requests
from cryptography import x509
from ingress_lab.http import transport
from ingress_lab.http.probe import application_words
from labcore.clusters import Entry

from labtools.migrate.replay.request import Request
from labtools.migrate.replay.seen import Raw, Seen, counted, steady

TIMEOUT = 8.0
PAUSE = 1.0
"""Seconds between the halves of a body that is sent slowly."""
_TRIES = 3
"""A side that refuses a body may close the connection before its answer is read: then the request is sent again."""


class Asker:
    """One client of one side. Each request has a connection of its own; `certificates` are files, by their names."""

    def __init__(
        self, entry: Entry, timeout: float = TIMEOUT, certificates: Mapping[str, str] = MappingProxyType({}),
        ports: tuple[int, int] | None = None,
    ) -> None:  # fmt: skip
        """`ports` are the side's own, for HTTP and HTTPS, where they are not those of the entry."""
        self._entry, self._timeout, self._certificates = entry, timeout, certificates
        http, https = ports or (entry.http_port, entry.https_port)
        self._ports = {"80": "http", "443": "https", str(http): "http", str(https): "https"}

    def ask(self, request: Request) -> Seen:
        """One answer, or what several answers come to."""
        if request.times == 1:
            return self._once(request)[0]
        if request.together:
            with ThreadPoolExecutor(request.times) as threads:
                answers = list(threads.map(lambda _: self._once(request), range(request.times)))
        else:
            first = replace(request, headers=request.headers + request.first)
            with closing(transport.new_session(self._entry)) as session:
                answers = [self._sent(session, each) for each in (first, *[request] * (request.times - 1))]
        pods = {pod for _, pod in answers if pod and not request.first}  # one that goes elsewhere has a Pod by chance
        return counted([seen for seen, _ in answers], len(pods))

    def _once(self, request: Request) -> tuple[Seen, str]:
        with closing(transport.new_session(self._entry)) as session:
            return self._sent(session, request)

    def _sent(self, session: requests.Session, request: Request) -> tuple[Seen, str]:
        """The answer, and the Pod that gave it."""
        session.cert = self._certificates[request.certificate] if request.certificate else None
        for left in reversed(range(_TRIES)):
            session.close()  # the next request opens a connection
            if not request.jar:
                session.cookies.clear()
            try:
                response, facts = transport.send(
                    session, request.method, request.url, headers=dict(request.headers),
                    body=_body(request), timeout=request.within or self._timeout, verify=False, follow=False,
                )  # fmt: skip
            except requests.RequestException as error:
                if not (request.body and left):
                    return Seen(0, error=_reason(error)), ""
            else:
                return self._seen(response, facts), response.headers.get("X-Answered-Pod", "")
        raise AssertionError("unreachable")

    def _seen(self, response: requests.Response, facts: Mapping[str, object]) -> Seen:
        raw = Raw(
            response.status_code,
            headers=tuple(response.raw.headers.items()),
            application=application_words(response.text),
            certificate=_names(facts.get("certificate")),
        )
        return steady(raw, self._ports)


class _Slowly:
    """A body in two halves, with a pause between them."""

    def __init__(self, size: int) -> None:
        self._size = size

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        half = self._size // 2
        yield b"b" * half
        time.sleep(PAUSE)
        yield b"b" * (self._size - half)


def _body(request: Request) -> Iterable[bytes] | bytes | None:
    return _Slowly(request.body) if request.slowly else b"b" * request.body or None


def answers(
    ask: Callable[[Request], Seen], corpus: tuple[Request, ...], said: Callable[[int], None] = lambda number: None
) -> Iterator[Seen]:
    """The answers in the corpus' order; `said` is told how many there are."""
    for number, request in enumerate(corpus, 1):
        yield ask(request)
        said(number)


def _names(certificate: object) -> tuple[str, ...]:
    """The DNS names of a certificate; its common name where it has none."""
    if not isinstance(certificate, bytes):
        return ()
    read = x509.load_der_x509_certificate(certificate)
    common = read.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    try:
        names = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        found = sorted(map(str, names.get_values_for_type(x509.DNSName)))
    except x509.ExtensionNotFound:
        found = []
    return tuple(found) or tuple(str(attribute.value) for attribute in common)


_CLOSED = ("certificate required", "Transport endpoint is not connected", "RemoteDisconnected", "reset by peer",
           "Broken pipe")  # fmt: skip
"""One thing with several names: a server that ends a connection may be heard before or after the request is sent."""


def _reason(error: requests.RequestException) -> str:
    """In English, as it is compared and stored: how the exchange failed, not where in a library."""
    message = str(error)
    if any(sign in message for sign in _CLOSED):
        return "closed without an answer"
    if isinstance(error, requests.exceptions.SSLError) or "SSLError" in message:
        return "TLS failed"
    if isinstance(error, requests.exceptions.Timeout):
        return "no answer in time"
    known = {"refused": "connection refused", "IncompleteRead": "half an answer", "BadStatusLine": "no HTTP answer"}
    return next((said for sign, said in known.items() if sign in message), type(error).__name__)
