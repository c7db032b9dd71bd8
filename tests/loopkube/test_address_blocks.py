"""Two clusters on one machine do not meet on an address."""

from collections.abc import Iterator
from ipaddress import IPv4Address

import pytest
from loopkube.api import bootstrap, renumbering
from loopkube.api.store.store import Store
from loopkube.shared import addresses
from offline_api import OfflineApi, service


@pytest.fixture(autouse=True)
def restored(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(addresses, "_first", 0)
    yield


def plan() -> set[str]:
    return {
        addresses.node_address(0),
        addresses.pod_range(0),
        str(addresses.services()),
        addresses.kubernetes_service(),
    }


def test_a_second_claim_gets_other_addresses() -> None:
    first, one = addresses.claim_block()
    nodes = plan()
    second, two = addresses.claim_block(first)
    others = plan()
    one.close()
    again, three = addresses.claim_block(first)
    two.close()
    three.close()
    assert second != first == again
    assert not nodes & others


def test_the_first_block_has_the_services_of_kinds_plan_and_each_other_its_own() -> None:
    assert str(addresses.SERVICES[0]) == "127.96.0.0/16" and addresses.KUBERNETES_SERVICES[0] == "127.96.0.1"
    assert len(set(addresses.SERVICES)) == addresses.BLOCKS
    assert not {str(network).split(".")[1] for network in addresses.SERVICES} & {"0", "18", "244"}


def in_block(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(addresses, "_first", addresses.NODES_OF_BLOCK * block)


def test_a_service_gets_an_address_of_its_clusters_block(monkeypatch: pytest.MonkeyPatch) -> None:
    in_block(monkeypatch, 2)
    api = OfflineApi()
    given = api.create(service("web"))[0]["spec"]["clusterIP"]
    assert IPv4Address(given) in addresses.SERVICES[2]
    assert api.create(service("chosen", clusterIP="127.98.0.9"))[0]["spec"]["clusterIP"] == "127.98.0.9"


def test_the_services_of_a_cluster_move_with_it_to_another_block(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(None)
    for obj in bootstrap.builtin_objects("127.0.0.1", 6443):
        if obj["kind"] in ("Service", "ServiceCIDR"):
            store.create("services" if obj["kind"] == "Service" else "servicecidrs.networking.k8s.io", obj)
    for name, address in (("web", "127.96.7.9"), ("headless", "None"), ("other", "127.5.0.1")):
        spec = {"clusterIP": address, "clusterIPs": [address], "ports": [{"port": 80}]}
        store.create("services", {"metadata": {"name": name, "namespace": "shop"}, "spec": spec})
    external = {"metadata": {"name": "outside", "namespace": "shop"}, "spec": {"type": "ExternalName"}}
    store.create("services", external)
    assert renumbering.renumber(store) == 0
    in_block(monkeypatch, 3)
    assert renumbering.renumber(store) == 3 and renumbering.renumber(store) == 0
    found = {stored.obj["metadata"]["name"]: stored.obj["spec"] for stored in store.list("services")}
    assert found["kubernetes"]["clusterIP"] == "127.99.0.1" and found["web"]["clusterIPs"] == ["127.99.7.9"]
    assert (found["headless"]["clusterIP"], found["other"]["clusterIP"]) == ("None", "127.5.0.1")
    assert found["outside"] == {"type": "ExternalName"}
    cidr = store.get("servicecidrs.networking.k8s.io", "", "kubernetes")
    assert cidr and cidr.obj["spec"]["cidrs"] == ["127.99.0.0/16"]
