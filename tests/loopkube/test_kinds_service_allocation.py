"""Addresses and node ports of Services, and what type changes do to them."""

from ipaddress import IPv4Address, IPv4Network

import pytest
from loopkube.shared.status import ApiError
from offline_api import OfflineApi, refusal, service


def test_addresses_are_different_and_from_the_plan(offline: OfflineApi) -> None:
    found = [offline.create(service(f"s{n}"))[0]["spec"]["clusterIP"] for n in range(50)]
    assert len(set(found)) == 50
    assert all(IPv4Address(address) in IPv4Network("127.96.0.0/16") for address in found)
    assert "127.96.0.1" not in found


def test_a_chosen_address_is_given_once(offline: OfflineApi) -> None:
    assert offline.create(service("a", clusterIP="127.96.0.10"))[0]["spec"]["clusterIPs"] == ["127.96.0.10"]
    assert refusal(offline, service("b", clusterIP="127.96.0.10")).endswith(
        'spec.clusterIPs: Invalid value: ["127.96.0.10"]: failed to allocate IP 127.96.0.10: '
        "provided IP is already allocated"
    )


def test_an_address_that_is_none_is_told_by_validation(offline: OfflineApi) -> None:
    assert 'spec.clusterIPs[0]: Invalid value: "one": must be a valid IP address' in refusal(
        offline, service(clusterIP="one")
    )


def test_node_ports_are_in_range_and_differ(offline: OfflineApi) -> None:
    ports = [{"name": str(n), "port": n} for n in range(80, 100)]
    found = [port["nodePort"] for port in offline.create(service(type="NodePort", ports=ports))[0]["spec"]["ports"]]
    assert len(set(found)) == 20
    assert all(30000 <= port <= 32767 for port in found)


def test_tcp_and_udp_of_one_port_share_a_node_port(offline: OfflineApi) -> None:
    ports = [{"name": "t", "port": 53}, {"name": "u", "port": 53, "protocol": "UDP"}]
    found = [port["nodePort"] for port in offline.create(service(type="NodePort", ports=ports))[0]["spec"]["ports"]]
    assert found[0] == found[1]


def test_a_load_balancer_may_do_without_node_ports(offline: OfflineApi) -> None:
    spec = offline.create(service(type="LoadBalancer", allocateLoadBalancerNodePorts=False))[0]["spec"]
    assert "nodePort" not in spec["ports"][0]


def test_a_local_load_balancer_gets_a_health_check_port(offline: OfflineApi) -> None:
    spec = offline.create(service(type="LoadBalancer", externalTrafficPolicy="Local"))[0]["spec"]
    assert spec["healthCheckNodePort"] != spec["ports"][0]["nodePort"]


def test_one_family_only(offline: OfflineApi) -> None:
    assert "not configured for dual-stack services" in refusal(offline, service(ipFamilyPolicy="RequireDualStack"))
    assert "not configured on this cluster" in refusal(offline, service(ipFamilies=["IPv6"]))
    headless = offline.create(service(clusterIP="None"))[0]["spec"]
    assert (headless["ipFamilies"], headless["ipFamilyPolicy"]) == (["IPv4", "IPv6"], "RequireDualStack")


def test_an_update_that_leaves_them_out_keeps_address_and_ports(offline: OfflineApi) -> None:
    old = offline.create(service(type="NodePort"))[0]
    replaced = offline.update(old, {"spec": {"clusterIP": None, "clusterIPs": None, "ports": [{"port": 80}]}})
    assert replaced["spec"]["clusterIP"] == old["spec"]["clusterIP"]
    assert replaced["spec"]["ports"][0]["nodePort"] == old["spec"]["ports"][0]["nodePort"]


def test_the_type_decides_what_stays(offline: OfflineApi) -> None:
    old = offline.create(service(type="NodePort"))[0]
    inside = offline.update(old, {"spec": {"type": "ClusterIP"}})["spec"]
    assert inside["clusterIP"] == old["spec"]["clusterIP"]
    assert "nodePort" not in inside["ports"][0]
    assert "externalTrafficPolicy" not in inside
    outside = offline.update(old, {"spec": {"type": "ExternalName", "externalName": "example.com"}})["spec"]
    assert not {"clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"} & set(outside)


def test_an_address_may_not_change_nor_go(offline: OfflineApi) -> None:
    old = offline.create(service())[0]
    with pytest.raises(ApiError, match="may not change once set"):
        offline.update(old, {"spec": {"clusterIP": "127.96.77.77"}})
    with pytest.raises(ApiError, match="may not change once set"):
        offline.update(old, {"spec": {"clusterIP": "None"}})
