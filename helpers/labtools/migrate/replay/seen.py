"""What one side answered, without what differs from one request to the next: dates, ids, addresses, ports."""

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

Headers = tuple[tuple[str, str], ...]

_OWN_ANSWER = {"x-answered-by", "x-answered-pod", "x-filled"}
_UNSTEADY = {"date", "server", "connection", "keep-alive", "content-length", "transfer-encoding", "etag", "age", "via",
             "x-request-id", "alt-svc", "location", "set-cookie", "content-type", "last-modified"}  # fmt: skip
"""Headers of answers that say something of a moment or of one connection, or are compared as fields of their own."""
_OF_ONE_HOP = {"host", "connection", "keep-alive", "content-length", "transfer-encoding", "te", "trailer", "x-stand-in",
               "accept-encoding", "user-agent", "accept", "x-long"}  # fmt: skip
_IDS = {"x-request-id", "traceparent", "tracestate"}
_CERTIFICATES = {"ssl-client-cert", "x-forwarded-tls-client-cert"}
_PORTS = {"80": "http", "443": "https"}


@dataclass(frozen=True)
class Seen:
    """The answer to one request; with several, what was counted, and the rest of the first."""

    status: int
    error: str = ""
    application: str = ""
    """The Service that answered; "" where the proxy did itself."""
    path: str = ""
    host: str = ""
    method: str = ""
    protocol: str = ""
    location: str = ""
    cookies: tuple[str, ...] = ()
    certificate: tuple[str, ...] = ()
    headers: Headers = ()
    """Of the answer."""
    received: Headers = ()
    """Headers that the application saw."""
    counts: tuple[tuple[str, int], ...] = ()
    """For a request that was sent several times: how many answers each outcome had."""
    pods: int = 0
    """How many Pods answered such a request."""

    def data(self) -> dict[str, object]:
        """As JSON and YAML have it: without what is empty."""
        return {
            name: _plain(value) for name, value in asdict(self).items() if value not in ("", (), 0) or name == "status"
        }

    @classmethod
    def of(cls, data: Mapping) -> "Seen":
        """From `data`."""
        known = dict(data)
        for name in ("cookies", "certificate"):
            known[name] = tuple(known.get(name) or ())
        for name in ("headers", "received", "counts"):
            known[name] = tuple((key, value) for key, value in (known.get(name) or {}).items())
        return cls(**known)


def _plain(value: object) -> object:
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True)
class Raw:
    """One answer as it came: what `asking` hands on."""

    status: int
    error: str = ""
    headers: Sequence[tuple[str, str]] = ()
    application: Mapping = field(default_factory=dict)
    certificate: tuple[str, ...] = ()


def steady(raw: Raw, ports: Mapping[str, str] = _PORTS) -> Seen:
    """One answer, made comparable; `ports` names the ports at which the proxy itself listens."""
    said, answer = raw.application, {name.lower(): value for name, value in raw.headers}
    return Seen(
        raw.status,
        raw.error,
        str(said.get("service") or answer.get("x-answered-by", "")),
        _cut(str(said.get("path", ""))),
        str(said.get("host", "")),
        str(said.get("method", "")),
        str(said.get("protocol", "")),
        _cut(_place(answer.get("location", ""), ports)),
        tuple(sorted(_cookie(value) for name, value in raw.headers if name.lower() == "set-cookie")),
        raw.certificate,
        _headers(raw.headers, _UNSTEADY | _OWN_ANSWER, ports),
        _headers((pair for pair in said.get("headers", ())), _OF_ONE_HOP, ports),
    )


def counted(answers: Sequence[Seen], pods: int) -> Seen:
    """Several answers to one request."""
    first = answers[0]
    outcomes = Counter(answer.error or f"{answer.status} {answer.application}".strip() for answer in answers)
    return Seen(
        first.status, first.error, first.application, cookies=first.cookies,
        counts=tuple(sorted(outcomes.items())), pods=pods,
    )  # fmt: skip


def _headers(pairs: Iterable[Sequence[str]], left_out: set[str], ports: Mapping[str, str]) -> Headers:
    """By name, in small letters; those of one name joined, as HTTP has it."""
    found: dict[str, str] = {}
    for name, value in pairs:
        small = name.lower()
        if small in left_out:
            continue
        value = _cut(_value(small, str(value), ports))
        found[small] = f"{found[small]}, {value}" if small in found else value
    return tuple(sorted(found.items()))


def _cut(text: str) -> str:
    """What is very long by its beginning, its length and a sum of all of it."""
    return text if len(text) <= 400 else f"{text[:100]}... ({len(text)} letters, {zlib.crc32(text.encode()):08x})"


def _value(name: str, value: str, ports: Mapping[str, str]) -> str:
    if name in _IDS:
        return "(an id)"
    if name in _CERTIFICATES:
        return f"{value[:32]} (a certificate)"
    if name == "x-forwarded-server":
        return "(the proxy's name)"
    if name == "x-forwarded-port":
        return ports.get(value, value)
    if name == "cookie" or name.startswith("x-"):
        return re.sub(r"\b127(\.\d{1,3}){3}\b", "(the client)", value) if name != "cookie" else value
    return value


def _place(location: str, ports: Mapping[str, str]) -> str:
    """Without the proxy's own port, which differs from place to place; with the path "/" where there is none."""
    found = re.match(r"(https?)://([^/?#]*):(\d+)(?=[/?#]|$)", location)
    if found and ports.get(found[3]) == found[1]:
        location = f"{found[1]}://{found[2]}{location[found.end() :]}"
    return re.sub(r"^(https?://[^/?#]+)(?=[?#]|$)", r"\1/", location)


def _cookie(line: str) -> str:
    """`name; Path=/; HttpOnly`: what the value is differs each time; when it ends is a date."""
    first, *attributes = (part.strip() for part in line.split(";"))
    kept = sorted("Expires" if a.lower().startswith("expires=") else a for a in attributes if a)
    return "; ".join([first.partition("=")[0], *kept])
