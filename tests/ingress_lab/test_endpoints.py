"""Endpoints read from EndpointSlices."""

from ingress_lab.kube.endpoints import Endpoint, endpoints_of


def piece(*endpoints: dict, ports: tuple[int | None, ...] = (8080,)) -> dict:
    return {"endpoints": list(endpoints), "ports": [{"name": "http", "port": port} for port in ports]}


def endpoint(pod: str, **conditions: bool) -> dict:
    return {"targetRef": {"kind": "Pod", "name": pod}, "conditions": conditions, "addresses": ["127.244.1.2"]}


def test_conditions_are_read_as_they_stand() -> None:
    leaving = endpoint("web-1", ready=False, serving=True, terminating=True)
    assert endpoints_of([piece(leaving)]) == [Endpoint("web-1", (8080,), False, True, True)]


def test_what_is_not_told_counts_as_ready() -> None:
    """`nil should be interpreted as "true"` for ready; serving follows it, terminating is false (API reference)."""
    assert endpoints_of([piece(endpoint("web-1"))]) == [Endpoint("web-1", (8080,), True, True, False)]
    assert endpoints_of([piece(endpoint("web-1", ready=False))])[0].serving is False


def test_several_slices_and_none() -> None:
    both = endpoints_of([piece(endpoint("a"), ports=(9090, 8080)), piece(endpoint("b"), endpoint("c"), ports=(None,))])
    assert [(e.pod, e.ports) for e in both] == [("a", (8080, 9090)), ("b", ()), ("c", ())]
    assert endpoints_of([{"endpoints": None, "ports": None}]) == []
