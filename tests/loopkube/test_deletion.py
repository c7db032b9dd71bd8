"""How objects go: finalizers, grace, propagation, preconditions, namespaces."""

from datetime import UTC, datetime

import pytest
from loopkube.api.delete_options import DeleteOptions
from loopkube.api.in_process import InProcessClient
from loopkube.api.options import ListOptions
from loopkube.api.verbs import Api
from loopkube.shared.status import ApiError

POD = {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "app", "image": "python:3"}]}}


async def bound_pod(client: InProcessClient, **spec: object) -> dict:
    pod = {"metadata": {"name": "p"}, "spec": POD["spec"] | spec}
    await client.create("pods", pod, "default")
    binding = {"metadata": {"name": "p"}, "target": {"kind": "Node", "name": "n1"}}
    await client.create("pods", binding, "default", name="p", subresource="binding")
    return await client.get("pods", "p", "default")


async def gone(client: InProcessClient, resource: str, name: str) -> bool:
    try:
        await client.get(resource, name, "default")
    except ApiError as error:
        return error.code == 404
    return False


async def test_a_plain_object_goes_at_once(client: InProcessClient) -> None:
    made = await client.create("configmaps", {"metadata": {"name": "x"}}, "default")
    status = await client.delete("configmaps", "x", "default")
    assert status["status"] == "Success"
    assert status["details"] == {"name": "x", "kind": "configmaps", "uid": made["metadata"]["uid"]}
    assert await gone(client, "configmaps", "x")


async def test_finalizers_hold_an_object(client: InProcessClient) -> None:
    await client.create("configmaps", {"metadata": {"name": "x", "finalizers": ["a/hold"]}}, "default")
    held = await client.delete("configmaps", "x", "default")
    assert held["metadata"]["deletionTimestamp"] and held["metadata"]["deletionGracePeriodSeconds"] == 0
    again = await client.delete("configmaps", "x", "default")
    assert again["metadata"]["deletionTimestamp"] == held["metadata"]["deletionTimestamp"]
    await client.patch("configmaps", "x", {"metadata": {"finalizers": None}}, "default")
    assert await gone(client, "configmaps", "x")


@pytest.mark.parametrize(
    ("options", "finalizers"),
    [
        ({"propagation": "Foreground"}, ["foregroundDeletion"]),
        ({"propagation": "Orphan"}, ["orphan"]),
        ({"orphan": True}, ["orphan"]),
    ],
)
async def test_propagation_is_left_to_the_garbage_collector(
    client: InProcessClient, api: Api, options: dict, finalizers: list[str]
) -> None:
    await client.create("configmaps", {"metadata": {"name": "x"}}, "default")
    kind = api.kinds.named("configmaps")
    assert kind is not None
    deleted = api.delete(kind, "default", "x", DeleteOptions(**options))
    assert deleted.stored is not None and deleted.stored.obj["metadata"]["finalizers"] == finalizers


async def test_background_takes_the_other_policies_back(client: InProcessClient) -> None:
    await client.create("configmaps", {"metadata": {"name": "x", "finalizers": ["orphan"]}}, "default")
    assert (await client.delete("configmaps", "x", "default", propagation="Background"))["status"] == "Success"


async def test_preconditions(client: InProcessClient, api: Api) -> None:
    await client.create("configmaps", {"metadata": {"name": "x"}}, "default")
    with pytest.raises(ApiError, match="the UID in the precondition"):
        await client.delete("configmaps", "x", "default", uid="other")
    kind = api.kinds.named("configmaps")
    assert kind is not None
    with pytest.raises(ApiError, match="the ResourceVersion in the precondition"):
        api.delete(kind, "default", "x", DeleteOptions(version="1"))


async def test_a_running_pod_is_given_time(client: InProcessClient) -> None:
    pod = await bound_pod(client)
    before = datetime.now(UTC)
    ending = await client.delete("pods", "p", "default", grace=20)
    place = ending["metadata"]
    assert place["deletionGracePeriodSeconds"] == 20 and place["generation"] == pod["metadata"]["generation"] + 1
    end = datetime.fromisoformat(place["deletionTimestamp"])
    assert 18 < (end - before).total_seconds() < 22
    longer = await client.delete("pods", "p", "default", grace=40)
    assert longer["metadata"]["deletionGracePeriodSeconds"] == 20
    shorter = await client.delete("pods", "p", "default", grace=5)
    sooner = datetime.fromisoformat(shorter["metadata"]["deletionTimestamp"])
    assert (end - sooner).total_seconds() == 15
    await client.delete("pods", "p", "default", grace=0)
    assert await gone(client, "pods", "p")


async def test_a_pod_on_no_node_goes_at_once(client: InProcessClient) -> None:
    await client.create("pods", POD, "default")
    last = await client.delete("pods", "p", "default")
    assert last["metadata"]["deletionGracePeriodSeconds"] == 0
    assert await gone(client, "pods", "p")


async def test_a_finished_pod_goes_at_once(client: InProcessClient) -> None:
    await bound_pod(client)
    await client.patch("pods", "p", {"status": {"phase": "Succeeded"}}, "default", subresource="status")
    await client.delete("pods", "p", "default")
    assert await gone(client, "pods", "p")


async def test_eviction_deletes(client: InProcessClient) -> None:
    await bound_pod(client)
    eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "p"}}
    eviction["deleteOptions"] = {"gracePeriodSeconds": 7}
    await client.create("pods", eviction, "default", name="p", subresource="eviction")
    assert (await client.get("pods", "p", "default"))["metadata"]["deletionGracePeriodSeconds"] == 7


async def test_a_pod_is_bound_once(client: InProcessClient) -> None:
    pod = await bound_pod(client)
    condition = next(c for c in pod["status"]["conditions"] if c["type"] == "PodScheduled")
    assert (pod["spec"]["nodeName"], condition["status"]) == ("n1", "True")
    binding = {"metadata": {"name": "p"}, "target": {"kind": "Node", "name": "n2"}}
    with pytest.raises(ApiError, match='already assigned to node "n1"'):
        await client.create("pods", binding, "default", name="p", subresource="binding")


async def test_a_namespace_empties_itself_first(client: InProcessClient, api: Api) -> None:
    await client.create("namespaces", {"metadata": {"name": "shop"}})
    ending = await client.delete("namespaces", "shop")
    assert ending["status"]["phase"] == "Terminating" and ending["metadata"]["deletionTimestamp"]
    with pytest.raises(ApiError, match="because it is being terminated"):
        await client.create("configmaps", {"metadata": {"name": "late"}}, "shop")
    with pytest.raises(ApiError, match="is ensuring all content is removed"):
        await client.delete("namespaces", "shop")
    await client.update("namespaces", ending | {"spec": {"finalizers": []}}, subresource="finalize")
    assert api.store.get("namespaces", "", "shop") is None


async def test_some_namespaces_stay(client: InProcessClient) -> None:
    with pytest.raises(ApiError) as refused:
        await client.delete("namespaces", "kube-system")
    assert refused.value.code == 403


async def test_a_collection_goes_by_selector(client: InProcessClient, api: Api) -> None:
    for name, colour in [("a", "red"), ("b", "red"), ("c", "blue")]:
        await client.create("configmaps", {"metadata": {"name": name, "labels": {"colour": colour}}}, "default")
    kind = api.kinds.named("configmaps")
    assert kind is not None
    page = api.delete_collection(kind, "default", ListOptions(labels="colour=red"), DeleteOptions())
    assert [s.obj["metadata"]["name"] for s in page.items] == ["a", "b"]
    assert [s.obj["metadata"]["name"] for s in api.list(kind, "default").items] == ["c"]


@pytest.mark.parametrize(
    ("resource", "name", "why"),
    [
        ("namespaces", "kube-system", "this namespace may not be deleted"),
        (
            "priorityclasses.scheduling.k8s.io",
            "system-node-critical",
            "this is a system priority class and cannot be deleted",
        ),
    ],
)
async def test_what_every_cluster_needs_stays(client: InProcessClient, resource: str, name: str, why: str) -> None:
    with pytest.raises(ApiError) as refused:
        await client.delete(resource, name)
    assert (refused.value.code, refused.value.message) == (403, f'{resource} "{name}" is forbidden: {why}')
