"""IPAddresses follow the Services' addresses; NetworkPolicies are kept, and said not to be enforced."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from loopkube.api.in_process import InProcessClient
from loopkube.api.verbs import Api
from loopkube.client.informer import Informers
from loopkube.controllers.ipaddresses import IPAddressController
from loopkube.shared.clock import Clock
from served import Served

DEADLINE = 10.0
THE_CLUSTERS = {"kubernetes", "kube-dns"}
ADDRESSES = "ipaddresses.networking.k8s.io"


def _service(name: str, **spec: object) -> dict:
    return {"metadata": {"name": name}, "spec": {"ports": [{"port": 80}], "selector": {"app": name}} | spec}


@pytest.fixture
async def controlled(api: Api, client: InProcessClient) -> AsyncIterator[InProcessClient]:
    informers = Informers(client)
    controller = IPAddressController(client, informers, Clock())
    await controller.start()
    await controller.ready()
    yield client
    await controller.stop()
    await informers.stop()


async def _parents(client: InProcessClient, wanted: set[str]) -> None:
    """Waits until the addresses belong to exactly these Services."""
    async with asyncio.timeout(DEADLINE):
        while {a["spec"]["parentRef"]["name"] for a in (await client.list(ADDRESSES)).items} != wanted:
            await asyncio.sleep(0.005)


async def test_each_address_of_a_service_has_an_object(controlled: InProcessClient) -> None:
    made = await controlled.create("services", _service("web"), "default")
    await controlled.create("services", _service("headless", clusterIP="None"), "default")
    await _parents(controlled, {*THE_CLUSTERS, "web"})
    found = await controlled.get(ADDRESSES, made["spec"]["clusterIP"])
    assert found["spec"]["parentRef"] == {"resource": "services", "namespace": "default", "name": "web"}
    await controlled.delete("services", "web", "default")
    await _parents(controlled, THE_CLUSTERS)


async def test_an_address_that_changes_hands_names_its_new_service(controlled: InProcessClient) -> None:
    made = await controlled.create("services", _service("old"), "default")
    await _parents(controlled, {*THE_CLUSTERS, "old"})
    await controlled.delete("services", "old", "default")
    await controlled.create("services", _service("new", clusterIP=made["spec"]["clusterIP"]), "default")
    await _parents(controlled, {*THE_CLUSTERS, "new"})


async def test_a_network_policy_is_kept_and_its_caller_warned(served: Served) -> None:
    policy = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "deny"}}
    policy |= {"spec": {"podSelector": {}, "egress": [{"ports": [{"port": 53}]}]}}
    made = await served.call("POST", "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies", policy)
    assert made.status == 201
    assert "not enforced" in made.headers["Warning"]
    assert made.body["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert made.body["spec"]["egress"][0]["ports"] == [{"port": 53, "protocol": "TCP"}]


async def test_the_range_of_the_services_is_an_object(served: Served) -> None:
    found = await served.call("GET", "/apis/networking.k8s.io/v1/servicecidrs/kubernetes")
    assert found.body["spec"]["cidrs"] == ["127.96.0.0/16"]
