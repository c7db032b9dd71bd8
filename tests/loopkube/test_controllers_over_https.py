"""Controllers and scheduler are clients like any other: they run against an API over the network."""

import asyncio
from pathlib import Path

from loopkube import controllers
from loopkube.client.https import HttpsClient
from loopkube.client.informer import Informers
from loopkube.controllers.scheduling.scheduler import Scheduler
from loopkube.shared.clock import Clock
from world import deployment, service


async def test_a_deployment_is_served_by_controllers_in_another_process_as_it_were(served, tmp_path: Path):
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(served.credentials.kubeconfig(served.server.url))
    clock, client = Clock(), HttpsClient(kubeconfig)
    informers = Informers(client, clock)
    made = controllers.make_all(client, informers, clock, kinds=served.api.kinds, ca=served.credentials.ca)
    parts = [*made, Scheduler(client, informers, clock)]
    for part in parts:
        await part.start()
        await part.ready()
    capacity = {"cpu": "2", "memory": "4Gi", "pods": "110"}
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "one"}}
    await served.client.create("nodes", node)
    ready = {"type": "Ready", "status": "True"}
    status = {"status": {"allocatable": capacity, "conditions": [ready]}}
    await served.client.patch("nodes", "one", status, subresource="status", type="strategic")
    await served.client.create("services", service(), "default")
    await served.client.create("deployments.apps", deployment(replicas=2), "default")
    async with asyncio.timeout(10):
        async for change in served.client.watch("pods", "default", since="0"):
            pods = (await served.client.list("pods", "default")).items
            if change.type != "BOOKMARK" and sum(bool(p["spec"].get("nodeName")) for p in pods) == 2:
                break
    (found,) = (await served.client.list("replicasets.apps", "default")).items
    assert found["metadata"]["ownerReferences"][0]["kind"] == "Deployment"
    for part in reversed(parts):
        await part.stop()
    await informers.stop()
    await client.close()
