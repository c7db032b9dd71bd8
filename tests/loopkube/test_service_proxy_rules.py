"""The L4 proxy: where a Service listens, which endpoints it has, and which of them a connection goes to."""

from collections import Counter

import pytest
from held_clock import HeldClock
from loopkube.node.l4.rules import Rule, endpoints, rules
from loopkube.node.l4.service_proxy import Listener

PODS = ["127.244.200.2", "127.244.200.3", "127.244.200.4"]


def service(**spec: object) -> dict:
    whole = {"clusterIP": "127.96.0.9", "ports": [{"name": "http", "port": 80, "nodePort": 30080}]} | spec
    return {"metadata": {"namespace": "shop", "name": "web"}, "spec": whole}


def endpoint(address: str, node: str = "n1", **conditions: bool) -> dict:
    return {"addresses": [address], "nodeName": node, "conditions": {"ready": True} | conditions}


def slices(*found: dict, port: int = 8080, name: str = "http", protocol: str = "TCP") -> list[dict]:
    return [{"endpoints": list(found), "ports": [{"name": name, "port": port, "protocol": protocol}]}]


def test_a_service_listens_on_its_address_on_every_node_and_on_this_machine() -> None:
    found = rules(service(), slices(endpoint(PODS[0])), {"n1": "127.18.0.2", "n2": "127.18.0.3"})
    assert sorted(found) == [
        ("127.0.0.1", 30080, "TCP"),
        ("127.18.0.2", 30080, "TCP"),
        ("127.18.0.3", 30080, "TCP"),
        ("127.96.0.9", 80, "TCP"),
    ]
    assert {rule.endpoints for rule in found.values()} == {((PODS[0], 8080),)}


@pytest.mark.parametrize(
    "spec", [{"clusterIP": "None"}, {"type": "ExternalName"}, {"ports": [{"port": 53, "protocol": "SCTP"}]}]
)
def test_what_has_no_address_or_is_not_carried_is_not_listened_for(spec: dict) -> None:
    assert rules(service(**spec), slices(endpoint(PODS[0])), {}) == {}


def test_one_port_over_tcp_and_udp_leads_to_the_endpoints_of_each() -> None:
    ports = [{"name": "dns", "port": 53, "protocol": "UDP"}, {"name": "dns-tcp", "port": 53}]
    both = [
        *slices(endpoint(PODS[0]), port=5353, name="dns", protocol="UDP"),
        *slices(endpoint(PODS[1]), port=5354, name="dns-tcp"),
    ]
    found = rules(service(ports=ports), both, {})
    assert {place: rule.endpoints for place, rule in found.items()} == {
        ("127.96.0.9", 53, "UDP"): ((PODS[0], 5353),),
        ("127.96.0.9", 53, "TCP"): ((PODS[1], 5354),),
    }
    assert rules(service(ports=ports[:1]), slices(endpoint(PODS[0]), name="dns"), {}) == {}


def test_several_slices_with_several_ports_are_one_service() -> None:
    """The conformance specs of a Service with multiple endpoint IPs, and ports, in multiple EndpointSlices."""
    ports = [{"name": "http", "port": 80}, {"name": "admin", "port": 81}]
    several = [
        *slices(endpoint(PODS[0]), port=8080),
        *slices(endpoint(PODS[1]), port=8090),
        *slices(endpoint(PODS[2]), port=9000, name="admin"),
    ]
    found = rules(service(ports=ports), several, {})
    assert {place: set(rule.endpoints) for place, rule in found.items()} == {
        ("127.96.0.9", 80, "TCP"): {(PODS[0], 8080), (PODS[1], 8090)},
        ("127.96.0.9", 81, "TCP"): {(PODS[2], 9000)},
    }


def test_without_endpoints_nobody_listens() -> None:
    assert rules(service(), [], {"n1": "127.18.0.2"}) == {}
    assert rules(service(), slices(endpoint(PODS[0]), name="other"), {}) == {}


def test_ready_endpoints_first_then_those_that_still_serve() -> None:
    ending = {"ready": False, "serving": True, "terminating": True}
    unready = endpoint(PODS[0], ready=False, serving=False)
    assert endpoints(slices(unready, endpoint(PODS[1]), endpoint(PODS[2], **ending)), "http") == ((PODS[1], 8080),)
    assert endpoints(slices(unready, endpoint(PODS[2], **ending)), "http") == ((PODS[2], 8080),)
    assert endpoints(slices(unready), "http") == ()


def test_a_local_policy_keeps_a_node_port_on_its_node() -> None:
    both = slices(endpoint(PODS[0], "n1"), endpoint(PODS[1], "n2"))
    found = rules(service(externalTrafficPolicy="Local"), both, {"n1": "127.18.0.2", "n2": "127.18.0.3"})
    assert found["127.18.0.2", 30080, "TCP"].endpoints == ((PODS[0], 8080),)
    assert found["127.18.0.3", 30080, "TCP"].endpoints == ((PODS[1], 8080),)
    assert len(found["127.96.0.9", 80, "TCP"].endpoints) == 2


def test_a_load_balancers_address_is_listened_on() -> None:
    balanced = service() | {"status": {"loadBalancer": {"ingress": [{"ip": "127.18.255.1"}, {"hostname": "x"}]}}}
    assert ("127.18.255.1", 80, "TCP") in rules(balanced, slices(endpoint(PODS[0])), {})


def listener(seconds: int = 0, clock: HeldClock | None = None) -> Listener:
    return Listener(Rule("shop/web", tuple((pod, 8080) for pod in PODS), seconds), clock or HeldClock())


def test_each_connection_goes_anywhere() -> None:
    chosen = Counter(listener().choose(("127.0.0.1", n)) for n in range(300))
    assert len(chosen) == 3 and min(chosen.values()) > 50


async def test_a_client_stays_with_its_pod_until_the_time_is_over_or_the_pod_is_gone() -> None:
    clock = HeldClock()
    sticky = listener(60, clock)
    first = sticky.choose(("127.0.0.7", 1))
    assert {sticky.choose(("127.0.0.7", n)) for n in range(50)} == {first}
    assert len({sticky.choose((f"127.0.0.{n}", 1)) for n in range(8, 80)}) == 3
    sticky.rule = Rule("shop/web", tuple(e for e in sticky.rule.endpoints if e != first), 60)
    second = sticky.choose(("127.0.0.7", 1))
    assert second != first
    await clock.advance(59)
    assert sticky.choose(("127.0.0.7", 1)) == second
    moved = set()
    for _ in range(40):
        await clock.advance(61)
        moved.add(sticky.choose(("127.0.0.7", 1)))
    assert len(moved) == 2
