"""The client over HTTPS: the same verbs, the same errors, against a real server."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from loopkube.client.https import HttpsClient
from loopkube.shared.status import ApiError
from served import Served


@pytest.fixture
async def remote(served: Served, tmp_path: Path) -> AsyncIterator[HttpsClient]:
    path = tmp_path / "kubeconfig"
    path.write_text(served.credentials.kubeconfig(served.server.url))
    client = HttpsClient(path, "remote")
    yield client
    await client.close()


async def test_objects_come_and_go(remote: HttpsClient, served: Served) -> None:
    made = await remote.create("configmaps", {"metadata": {"name": "a", "namespace": "default"}, "data": {"x": "1"}})
    assert made["metadata"]["managedFields"][0]["manager"] == "remote"
    changed = await remote.update("configmaps", made | {"data": {"x": "2"}})
    patched = await remote.patch("configmaps", "a", {"data": {"y": "3"}}, "default")
    assert patched["data"] == {"x": "2", "y": "3"} and changed["data"] == {"x": "2"}
    applied = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"z": "4"}}
    assert (await remote.patch("configmaps", "a", applied, "default", type="apply"))["data"]["z"] == "4"
    listed = await remote.list("configmaps", "default", fields="metadata.name=a")
    assert [(item["kind"], item["metadata"]["name"]) for item in listed.items] == [("ConfigMap", "a")]
    assert await remote.get("configmaps", "a", "default") == await served.client.get("configmaps", "a", "default")
    with pytest.raises(ApiError) as refused:
        await remote.delete("configmaps", "a", "default", uid="other", grace=0, propagation="Background")
    assert refused.value.reason == "Conflict"
    await remote.delete("configmaps", "a", "default")
    with pytest.raises(ApiError) as refused:
        await remote.get("configmaps", "a", "default")
    assert (refused.value.code, refused.value.reason) == (404, "NotFound")


async def test_subresources(remote: HttpsClient) -> None:
    await remote.create("namespaces", {"metadata": {"name": "shop"}})
    await remote.create("serviceaccounts", {"metadata": {"name": "default"}}, "shop")
    token = await remote.create("serviceaccounts", {"spec": {}}, "shop", name="default", subresource="token")
    assert token["status"]["token"].count(".") == 2
    spec = {"containers": [{"name": "app", "image": "python:3"}]}
    await remote.create("pods", {"metadata": {"name": "p"}, "spec": spec}, "shop")
    await remote.patch("pods", "p", {"status": {"phase": "Running"}}, "shop", subresource="status")
    assert (await remote.get("pods", "p", "shop"))["status"]["phase"] == "Running"


async def test_a_watch_follows_and_resumes(remote: HttpsClient, served: Served) -> None:
    start = (await remote.list("configmaps", "default", labels="app=shop")).version
    changes = remote.watch("configmaps", "default", since=start, labels="app=shop")
    for name, app in [("a", "shop"), ("b", "blog"), ("c", "shop")]:
        await served.client.create("configmaps", {"metadata": {"name": name, "labels": {"app": app}}}, "default")
    async with asyncio.timeout(5):
        found = [await anext(changes) for _ in range(2)]
    await changes.aclose()  # type: ignore[attr-defined]
    assert [(c.type, c.object["metadata"]["name"]) for c in found] == [("ADDED", "a"), ("ADDED", "c")]


async def test_a_version_that_is_too_old(remote: HttpsClient) -> None:
    with pytest.raises(ApiError) as refused:
        await anext(remote.watch("configmaps", since="1"))
    assert (refused.value.code, refused.value.reason) == (410, "Expired")


async def test_a_server_that_is_gone(remote: HttpsClient, served: Served) -> None:
    await served.server.stop()
    with pytest.raises(ApiError) as refused:
        await remote.list("configmaps")
    assert refused.value.code == 503
    with pytest.raises(ApiError):
        await anext(remote.watch("configmaps"))


async def test_kinds_that_are_not_known(remote: HttpsClient) -> None:
    with pytest.raises(ApiError) as refused:
        await remote.list("kettles.example.com")
    assert refused.value.code == 404
