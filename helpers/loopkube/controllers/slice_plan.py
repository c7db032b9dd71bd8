"""Which EndpointSlices a Service should have: a pure function of its endpoints and of the slices it has.

Endpoints stay where they are, changed ones are replaced in place, new ones go where there is room; a slice that
would be empty is reused rather than removed (k8s.io/endpointslice, reconciler).
"""

from dataclasses import dataclass, field

LARGEST = 100
"""Endpoints in one slice at most."""


@dataclass
class Plan:
    """Slices to write; those to create have neither name nor version yet."""

    create: list[dict] = field(default_factory=list)
    update: list[dict] = field(default_factory=list)
    delete: list[dict] = field(default_factory=list)


@dataclass
class Group:
    """Endpoints that share the same ports."""

    ports: list[dict]
    endpoints: list[dict]


def ports_key(ports: list[dict] | None) -> tuple:
    """Ports as a key: slices hold endpoints of the same ports only, in whatever order these are written."""
    fields = ("name", "port", "protocol", "appProtocol")
    return tuple(sorted(tuple(str(p.get(f) or "") for f in fields) for p in ports or ()))


def group(served: list[tuple[list[dict], dict]]) -> list[Group]:
    """Endpoints, each with its ports, put together by ports."""
    groups: dict[tuple, Group] = {}
    for ports, endpoint in served:
        groups.setdefault(ports_key(ports), Group(ports, [])).endpoints.append(endpoint)
    return list(groups.values())


def plan(template: dict, groups: list[Group], existing: list[dict]) -> Plan:
    """`template` is a slice without ports and endpoints: what every slice of this Service and family looks like."""
    result = Plan()
    by_ports = {ports_key(g.ports): g for g in groups}
    for key, of_ports in by_ports.items():
        _fit(result, template, of_ports, [s for s in existing if ports_key(s.get("ports")) == key])
    result.delete += [s for s in existing if ports_key(s.get("ports")) not in by_ports]
    if len(existing) == len(result.delete) and not result.create:
        _keep_one_empty(result, template)
    while result.create and result.delete:
        result.update.append(_dressed(result.delete.pop(0), result.create.pop()))
    return result


def _keep_one_empty(result: Plan, template: dict) -> None:
    """A Service without endpoints has one slice that says so."""
    empty = template | {"endpoints": None, "ports": None}
    if len(result.delete) == 1 and not _differs(result.delete[0], empty):
        result.delete.clear()
    else:
        result.create.append(empty)


def _fit(result: Plan, template: dict, of_ports: Group, slices: list[dict]) -> None:
    left = {_identity(e): e for e in of_ports.endpoints}
    kept: list[tuple[dict, list[dict]]] = []
    for known in slices:
        endpoints = [left.pop(_identity(e)) for e in known.get("endpoints") or () if _identity(e) in left]
        kept.append((known, endpoints)) if endpoints else result.delete.append(known)
    rest = list(left.values())
    for known, endpoints in sorted(kept, key=lambda pair: (pair[1] == pair[0].get("endpoints"), -len(pair[1]))):
        room = LARGEST - len(endpoints)
        endpoints, rest = endpoints + rest[:room], rest[room:]
        desired = template | {"endpoints": endpoints, "ports": of_ports.ports}
        if _differs(known, desired):
            result.update.append(_dressed(known, desired))
    for start in range(0, len(rest), LARGEST):
        result.create.append(template | {"endpoints": rest[start : start + LARGEST], "ports": of_ports.ports})


def _identity(endpoint: dict) -> tuple:
    return tuple(sorted(endpoint["addresses"])), (endpoint.get("targetRef") or {}).get("uid")


def _differs(known: dict, desired: dict) -> bool:
    """Whether the slice must be written; a new trigger time alone is not a reason."""
    return (
        (known.get("endpoints") or []) != (desired["endpoints"] or [])
        or ports_key(known.get("ports")) != ports_key(desired["ports"])
        or known["metadata"].get("labels") != desired["metadata"]["labels"]
        or known["metadata"].get("ownerReferences") != desired["metadata"]["ownerReferences"]
    )


def _dressed(known: dict, desired: dict) -> dict:
    """The existing slice with everything the controller decides taken from `desired`."""
    metadata = dict(known["metadata"])
    annotations = {k: v for k, v in (metadata.pop("annotations", None) or {}).items() if "last-change-trigger" not in k}
    annotations |= desired["metadata"].get("annotations") or {}
    metadata |= {"annotations": annotations} if annotations else {}
    metadata |= {name: desired["metadata"][name] for name in ("labels", "ownerReferences")}
    return known | {"metadata": metadata, "endpoints": desired["endpoints"], "ports": desired["ports"]}
