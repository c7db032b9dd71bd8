"""What a controller wrote into its access log about one request: in the words of its log, read into one record."""

import json
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
    written: str = field(default="", repr=False)
    """The whole line, as it stands in the log."""

    @property
    def own(self) -> float:
        """What the controller itself took."""
        return max(self.duration - (self.origin or 0.0), 0.0)


def read(lines: Iterable[str], request_id: str) -> Line | None:
    """Traefik's line about the request with this id, of a log in JSON."""
    for line in lines:
        if request_id not in line:
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
    try:
        return str(api.request("get", path, query={"tailLines": _LINES})).split("\n")
    except LabError:
        return []
