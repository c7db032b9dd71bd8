"""The endpoints of a Service, as its EndpointSlices list them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labcore.language.messages import phrase

if TYPE_CHECKING:
    from ingress_lab.display.tables import Table
    from ingress_lab.lab import Lab

SERVICE_NAME = "kubernetes.io/service-name"
COLUMNS = ("pod", "port", "ready", "serving", "terminating")


@dataclass(frozen=True)
class Endpoint:
    """One address of a Service: its Pod's name, the ports there, and the three conditions (API reference)."""

    pod: str
    ports: tuple[int, ...]
    ready: bool
    serving: bool
    terminating: bool


def endpoints_of(slices: Iterable[dict]) -> list[Endpoint]:
    """The endpoints of EndpointSlices; an untold `ready` or `serving` counts as true."""
    return [
        _endpoint(endpoint, tuple(sorted(p["port"] for p in piece.get("ports") or [] if p.get("port"))))
        for piece in slices
        for endpoint in piece.get("endpoints") or []
    ]


def _endpoint(endpoint: dict, ports: tuple[int, ...]) -> Endpoint:
    conditions = endpoint.get("conditions") or {}
    ready = conditions.get("ready") is not False
    serving = conditions.get("serving")
    return Endpoint(
        pod=(endpoint.get("targetRef") or {}).get("name", ""),
        ports=ports,
        ready=ready,
        serving=ready if serving is None else serving,
        terminating=bool(conditions.get("terminating")),
    )


def read(lab: "Lab", service: str) -> list[Endpoint]:
    """The endpoints of a Service as they are now."""
    lab.object("service", service)  # a wrong name is an error; a Service without endpoints is none
    return endpoints_of(lab.objects("endpointslices", f"{SERVICE_NAME}={service}"))


def endpoint_table(lab: "Lab", service: str) -> "Table":
    """One row an endpoint, by alias."""
    from ingress_lab.display.tables import table

    lab.objects("pods")  # numbers the Pods, oldest first
    rows = [_row(lab, endpoint) for endpoint in read(lab, service)]
    rows.sort(key=lambda row: str(row["pod"]))
    return table(rows, COLUMNS, title=phrase("endpoints of {service}", service=service))


def _row(lab: "Lab", endpoint: Endpoint) -> dict[str, object]:
    return {
        "pod": lab.aliases.of(endpoint.pod) or None,
        "port": ", ".join(map(str, endpoint.ports)) or None,
        "ready": phrase("yes") if endpoint.ready else phrase("no"),
        "serving": phrase("yes") if endpoint.serving else phrase("no"),
        "terminating": phrase("yes") if endpoint.terminating else phrase("no"),
    }
