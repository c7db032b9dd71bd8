"""What a controller wrote into its access log about one request: in the words of its log, read into one record."""

import json
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from labcore.errors import LabError
from labcore.kube.api import Api
from labcore.kube.patience import patient

from labtools.trace.sending import ID

_FIELD = f"request_{ID.title()}"  # Go writes a header's name as X-Request-Id
_LINES, _PAUSE = "200", 0.005
_NGINX = re.compile(
    r"\d+ (?P<took>[\d.]+) \[(?P<upstream>[^\]]*)\] \[[^\]]*\] (?P<addresses>-|\S+(?:, \S+)*)"
    r" (?:-|[\d-]+(?:, [\d-]+)*) (?P<times>-|[\d.-]+(?:, [\d.-]+)*) (?:-|[\d-]+(?:, [\d-]+)*) (?P<id>\S+)$"
)
"""The end of a line of ingress-nginx's format `upstreaminfo`; an address, a time and a status for each Pod asked."""
_NGINX_STATUS = re.compile(r'\] "(?:[^"\\]|\\.)*" (?P<status>\d{3}) ')


@dataclass(frozen=True)
class Line:
    """Times in milliseconds; `start` in seconds since the epoch, 0 where the log does not tell it exactly enough."""

    start: float = 0.0
    duration: float = 0.0
    origin: float | None = None
    """What the Pod took, with the way to it and back; None where no Pod was asked."""
    router: str = ""
    address: str = ""
    """The address that was chosen: `10.1.2.3:8080`."""
    service: str = ""
    status: int = 0
    upstream: str = ""
    """nginx's own name of the group of addresses it chose from: `namespace-service-port`."""
    whole: bool = False
    """The log counts whole milliseconds."""
    written: str = field(default="", repr=False)
    """The whole line, as it stands in the log."""

    @property
    def own(self) -> float:
        """What the controller itself took."""
        return max(self.duration - (self.origin or 0.0), 0.0)


def read(lines: Iterable[str], request_id: str) -> Line | None:
    """The line about the request with this id: Traefik's in JSON, or nginx's in the format of ingress-nginx."""
    for line in lines:
        if request_id not in line:
            continue
        if not line.startswith("{"):
            if found := _of_nginx(line, request_id):
                return found
            continue
        try:
            said = json.loads(line)
            if said.get(_FIELD) == request_id:
                return _of_traefik(said, line)
        except (ValueError, AttributeError, TypeError, KeyError):
            continue
    return None


def _of_traefik(said: dict, line: str) -> Line:
    """Durations are in nanoseconds."""
    address = said.get("ServiceAddr", "")
    return Line(
        start=_seconds(said["StartUTC"]),
        duration=said["Duration"] / 1e6,
        origin=said["OriginDuration"] / 1e6 if address else None,
        router=said.get("RouterName", ""),
        address=address,
        service=said.get("KubernetesServiceName", ""),
        status=said.get("DownstreamStatus", 0),
        written=line,
    )


def _of_nginx(line: str, request_id: str) -> Line | None:
    """Durations are in seconds, three digits of a fraction; it tells no moment exactly enough to compare clocks."""
    end, begin = _NGINX.search(line), _NGINX_STATUS.search(line)
    if not end or not begin or end["id"] != request_id:
        return None
    asked = [float(time) for time in end["times"].split(", ") if time != "-"]
    address = end["addresses"].split(", ")[-1].removeprefix("-")
    return Line(
        duration=round(float(end["took"]) * 1000, 3),
        origin=round(sum(asked) * 1000, 3) if asked else None,
        address=address,
        upstream=end["upstream"],
        status=int(begin["status"]),
        whole=True,
        written=line,
    )


def _seconds(time_of_go: str) -> float:
    """RFC 3339 with up to nine digits of a second's fraction."""
    whole, _, fraction = time_of_go.removesuffix("Z").partition(".")
    return datetime.fromisoformat(f"{whole}+00:00").timestamp() + float(f"0.{fraction or 0}")


def find(api: Api, pods: Iterable[dict], request_id: str, longest: float) -> tuple[dict, Line] | None:
    """The Pod that wrote the line, and the line; a log arrives a moment after its answer."""
    deadline, asked = time.monotonic() + patient(longest), list(pods)
    while asked:
        for pod in asked:
            if line := read(_tail(api, pod), request_id):
                return pod, line
        if time.monotonic() > deadline:
            break
        time.sleep(_PAUSE)
    return None


def _tail(api: Api, pod: dict) -> list[str]:
    resource = api.resources().named("pods")
    path = resource.path(pod["metadata"]["namespace"], pod["metadata"]["name"], "log")
    names = [one["name"] for one in pod["spec"]["containers"] if "nginx" in one["image"]]
    container = {"container": names[0]} if names else {}
    try:
        return str(api.request("get", path, query={"tailLines": _LINES} | container)).split("\n")
    except LabError:
        return []
