"""Endpoints of one's own: a Service without a selector, whose addresses a person wrote."""

import json

from labcore.language.messages import phrase

from labtools.explain.fault import Fault
from labtools.traefik.ingress_paths import Claim
from labtools.traefik.objects import Objects

_MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
_MIRRORING = "endpointslicemirroring-controller.k8s.io"


def other_port_name(claim: Claim, name: str, objects: Objects) -> Fault:
    """The ports of the slices have other names than the Service's port."""
    pieces = objects.slices_of(claim.namespace, claim.service)
    names = sorted({port.get("name") or "" for piece in pieces for port in piece.get("ports") or []})
    values = {"service": claim.service, "name": name or '""', "found": ", ".join(n or '""' for n in names)}
    why = (
        phrase(
            "Service {service} calls the port {name}, and its EndpointSlices, which are written by hand, call "
            "theirs {found}. The names must be the same.",
            **values,
        )
        if names
        else phrase("The EndpointSlices of Service {service}, which are written by hand, have no ports.", **values)
    )
    return Fault(
        "EndpointSlice",
        why,
        phrase("give the port the Service's name:\n  {command}", command=_renamed(claim, pieces, name)),
    )


def _renamed(claim: Claim, pieces: tuple[dict, ...], name: str) -> str:
    """The first port of the object that a person wrote: Endpoints, or a slice."""
    metadata = pieces[0]["metadata"]
    mirrored = (metadata.get("labels") or {}).get(_MANAGED_BY) == _MIRRORING
    what, path = ("endpoints", "/subsets/0/ports/0/name") if mirrored else ("endpointslice", "/ports/0/name")
    patch = json.dumps([{"op": "add", "path": path, "value": name}])
    owner = claim.service if mirrored else metadata["name"]
    return f"kubectl -n {claim.namespace} patch {what} {owner} --type=json -p '{patch}'"


def addresses(claim: Claim, objects: Objects) -> list[str]:
    """`ADDRESS:PORT` of every endpoint."""
    return [
        f"{address}:{port['port']}"
        for piece in objects.slices_of(claim.namespace, claim.service)
        for endpoint in piece.get("endpoints") or []
        for address in endpoint.get("addresses") or []
        for port in piece.get("ports") or []
        if port.get("port")
    ]
