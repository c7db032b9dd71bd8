"""Requests as a client would send them, always to the lab's entry, with the URL's own Host and SNI."""

import inspect
import json
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Self

import requests
from labcore import clusters
from labcore.clusters import Entry
from labcore.errors import BadArgument, unknown
from labcore.language.messages import phrase

from ingress_lab.http import transport
from ingress_lab.http.answers import NOBODY, Answer, Answers
from ingress_lab.http.urls import checked_urls
from ingress_lab.kube import connected
from ingress_lab.kube.aliases import Aliases

TIMEOUT = 5.0


class Client:
    """One client: its source address, its connections and its cookies.

    `keep_connection` sends all requests over one connection (else each opens its own); `cookies` keeps what the
    answers set; `source` is another address of this machine (127.0.0.2); `ca` is a PEM file to verify certificates
    with (without it they are looked at, not verified); `follow` goes where redirects point.
    """

    def __init__(
        self,
        entry: Entry | None = None,
        *,
        name: str = "",
        keep_connection: bool = False,
        cookies: bool = False,
        source: str | None = None,
        ca: str | None = None,
        follow: bool = False,
        timeout: float = TIMEOUT,
        aliases: Aliases | None = None,
    ) -> None:
        self.entry, self.name = entry or _current_entry(), name
        self.keep_connection, self.cookies, self.source = keep_connection, cookies, source
        self.ca, self.follow, self.timeout = ca, follow, timeout
        transport.require_settings(source, ca)
        self._aliases = aliases if aliases is not None else _current_aliases()
        self._session = transport.new_session(self.entry, source)

    def probe(
        self,
        urls: str | Iterable[str],
        *,
        method: str = "GET",
        headers: dict[str, str] | None = None,
        body: bytes | str | None = None,
        times: int = 1,
    ) -> Answers:
        """Send one request per URL (`times` over, in turn); what fails is an Answer with an `error`."""
        targets = checked_urls(urls)
        transport.require_sendable(method, headers or {})
        return Answers(self._send(url, method, headers or {}, body) for _ in range(times) for url in targets)

    def __repr__(self) -> str:
        return phrase("client {name} at {address}", name=self.name or phrase("without a name"), address=self.address)

    @property
    def address(self) -> str:
        """Where its requests come from."""
        return self.source or "127.0.0.1"

    def lead_to(self, entry: Entry) -> None:
        """Connections go there from now on, as after a change in DNS; cookies stay."""
        if entry != self.entry:
            self.entry = entry
            transport.lead_to(self._session, entry)

    def close(self) -> None:
        """Forget connections and cookies."""
        self._session.cookies.clear()
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _send(self, url: str, method: str, headers: dict[str, str], body: bytes | str | None) -> Answer:
        if not self.keep_connection:
            self._session.close()
        if not self.cookies:
            self._session.cookies.clear()
        begin = time.perf_counter()
        try:
            response, facts = transport.send(
                self._session, method, url, headers=headers, body=body, timeout=self.timeout,
                verify=self.ca or False, follow=self.follow,
            )  # fmt: skip
        except requests.RequestException as error:
            if isinstance(error, requests.exceptions.InvalidURL):
                raise BadArgument(phrase('"{url}" cannot be requested: {error}', url=url, error=error)) from error
            return Answer(url, 0, method=method, error=_reason(error), milliseconds=_since(begin))
        return self._answer(url, method, response, facts, _since(begin))

    def _answer(
        self, url: str, method: str, response: requests.Response, facts: dict[str, object], milliseconds: float
    ) -> Answer:
        application = application_words(response.text)
        return Answer(
            url,
            response.status_code,
            service=application.get("service", NOBODY),
            pod=self._aliases.of(application["pod"]) if application.get("pod") else "",
            node=application.get("node", ""),
            path=application.get("path", ""),
            host=application.get("host", ""),
            method=method,
            visits=application.get("visits"),
            client=application.get("client", ""),
            headers=dict(response.headers),
            seen=application.get("headers", {}),
            layers=facts,
            text=response.text,
            milliseconds=milliseconds,
        )


def probe(
    urls: str | Iterable[str],
    *,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    body: bytes | str | None = None,
    times: int = 1,
    entry: Entry | None = None,
    http_port: int | None = None,
    https_port: int | None = None,
    **client: object,
) -> Answers:
    """Send requests to the lab's entry; one Answer each. Nothing is tried twice.

    Further arguments are `Client`'s: `keep_connection`, `cookies`, `source`, `ca`, `follow`, `timeout`.
    """
    require_known(client, "probe(...)")
    where = entry or _current_entry()
    if http_port or https_port:
        where = replace(
            where, http_port=http_port or where.http_port, https_port=https_port or where.https_port, how=""
        )
    with Client(where, **client) as sender:  # type: ignore[arg-type]
        return sender.probe(urls, method=method, headers=headers, body=body, times=times)


def require_known(settings: Iterable[str], place: str) -> None:
    """Raise UnknownName for a setting that no client has."""
    known = [name for name in inspect.signature(Client).parameters if name not in ("entry", "name")]
    for setting in settings:
        if setting not in known:
            raise unknown(phrase("setting"), setting, (n for n in known if n != "aliases"), place=place)


def application_words(text: str) -> dict:
    """What one of the lab's applications says in an answer; {} for any other answer."""
    try:
        fields = json.loads(text)
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) and {"service", "pod"} <= fields.keys() else {}


def _since(begin: float) -> float:
    return (time.perf_counter() - begin) * 1000


def _reason(error: requests.RequestException) -> str:
    """A failure in two or three words; the layers of library errors around it say nothing more."""
    message = str(error)
    if isinstance(error, requests.exceptions.SSLError):
        cause = message.partition("certificate verify failed: ")[2].partition(" (_ssl")[0]
        return phrase("certificate: {cause}", cause=cause) if cause else phrase("TLS failed")
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return phrase("no connection in time")
    if isinstance(error, requests.exceptions.Timeout):
        return phrase("no answer in time")
    for sign, said in (
        ("refused", phrase("connection refused")),
        ("RemoteDisconnected", phrase("connection closed without an answer")),
        ("reset by peer", phrase("connection reset")),
        ("assign requested address", phrase("this source address is not on this machine")),
        ("unreachable", phrase("no way to that address")),
    ):
        if sign in message:
            return said
    return type(error).__name__


def _current_entry() -> Entry:
    """The entry of the Lab connected last, else of the chosen cluster."""
    lab = connected.last()
    return lab.entry if lab else clusters.access().entry


def _current_aliases() -> Aliases:
    lab = connected.last()
    return lab.aliases if lab else Aliases()
