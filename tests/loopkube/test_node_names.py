"""Names of Services, as Pods look them up."""

import asyncio
import json

from loopkube.node.names import records
from loopkube.shared import addresses
from node_harness import Node, ended, node


def service(name: str, **spec: object) -> dict:
    return {"metadata": {"name": name, "namespace": "shop"}, "spec": spec}


def test_what_each_kind_of_service_answers() -> None:
    endpoints = [
        {"addresses": ["127.244.0.2"], "conditions": {"ready": True}, "hostname": "one"},
        {"addresses": ["127.244.0.3"], "conditions": {"ready": False}},
    ]
    labels = {"kubernetes.io/service-name": "headless"}
    part = {"metadata": {"namespace": "shop", "labels": labels}, "endpoints": endpoints}
    services = [
        service("web", clusterIP="127.96.0.9"),
        service("headless", clusterIP="None"),
        service("out", type="ExternalName", externalName="example.com"),
    ]
    assert records(services, [part]) == {
        "web.shop.svc.cluster.local": ["127.96.0.9"],
        "headless.shop.svc.cluster.local": ["127.244.0.2"],
        "one.headless.shop.svc.cluster.local": ["127.244.0.2"],
        "out.shop.svc.cluster.local": ["example.com"],
    }


async def _create(here: Node, name: str, **spec: object) -> None:
    metadata = {"name": name, "namespace": "default"}
    obj = {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}
    await here.client.create("services", obj, "default")


async def test_a_program_finds_services_as_a_pods_resolver_does(tmp_path) -> None:
    script = """
import json, socket
server = socket.create_server(("", 0))
port = server.getsockname()[1]
def address(name):
    try:
        return socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)[0][4][0]
    except OSError:
        return "unknown"
names = ("me", "me.default", "me.default.svc.cluster.local", "me.default.svc.cluster.local.", "out", "me.other")
print(json.dumps({name: address(name) for name in names}))
print(socket.gethostbyname("me"), socket.create_connection(("out", port)).getpeername()[0])
"""
    async with node(tmp_path) as here:
        ports, own_service = [{"port": 80}], str(addresses.services()[77])
        await _create(here, "me", ports=ports, clusterIP=own_service)
        await _create(here, "out", type="ExternalName", externalName="web")
        names = tmp_path / "names" / here.agent.name
        async with asyncio.timeout(5):
            while "out." not in names.read_text():
                await asyncio.sleep(0)
        await here.run("web", {"command": ["python", "-c", script]}, restartPolicy="Never")
        pod = await here.pod("web", ended)
        first, second = (await here.logs("web")).splitlines()
        own = pod["status"]["podIP"]
        assert json.loads(first) == {
            "me": own_service,
            "me.default": own_service,
            "me.default.svc.cluster.local": own_service,
            "me.default.svc.cluster.local.": own_service,
            "out": own,
            "me.other": "unknown",
        }
        assert second == f"{own_service} {own}"
