"""Create, update, patch: names, versions, generations, dry run, and what the server keeps to itself."""

import pytest
from loopkube.api.in_process import InProcessClient
from loopkube.api.options import WriteOptions
from loopkube.api.verbs import Api
from loopkube.shared.status import ApiError

CONFIG = {"metadata": {"name": "settings"}, "data": {"colour": "blue"}}


def deployment(name: str = "web") -> dict:
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "app", "image": "python:3"}]}}
    return {"metadata": {"name": name}, "spec": {"selector": {"matchLabels": labels}, "template": template}}


async def refused(awaitable: object) -> ApiError:
    with pytest.raises(ApiError) as found:
        await awaitable  # type: ignore[misc]
    return found.value


async def test_create_gives_identity(client: InProcessClient) -> None:
    made = await client.create("configmaps", CONFIG, "default")
    place = made["metadata"]
    assert (made["kind"], made["apiVersion"], place["namespace"]) == ("ConfigMap", "v1", "default")
    assert place["uid"] and place["creationTimestamp"] and int(place["resourceVersion"]) > 1000
    assert "generation" not in place
    assert list(made)[:3] == ["kind", "apiVersion", "metadata"]
    error = await refused(client.create("configmaps", CONFIG, "default"))
    assert (error.code, error.reason) == (409, "AlreadyExists")


async def test_generated_names_differ(client: InProcessClient) -> None:
    made = [await client.create("configmaps", {"metadata": {"generateName": "made-"}}, "default") for _ in range(5)]
    names = {obj["metadata"]["name"] for obj in made}
    assert len(names) == 5 and all(len(name) == len("made-") + 5 for name in names)


async def test_what_a_writer_may_not_set(client: InProcessClient) -> None:
    given = {"name": "x", "uid": "mine", "creationTimestamp": "2001-01-01T00:00:00Z", "generation": 9}
    made = await client.create(
        "deployments.apps", deployment() | {"metadata": given, "status": {"replicas": 3}}, "default"
    )
    place = made["metadata"]
    assert place["uid"] != "mine" and place["generation"] == 1 and not place["creationTimestamp"].startswith("2001")
    assert made["status"] == {}
    error = await refused(client.create("configmaps", {"metadata": {"name": "y", "resourceVersion": "5"}}, "default"))
    assert error.code == 400


async def test_namespaces_must_fit(client: InProcessClient, api: Api) -> None:
    elsewhere = {"metadata": {"name": "x", "namespace": "kube-system"}}
    assert (await refused(client.create("configmaps", elsewhere, "default"))).code == 400
    error = await refused(client.create("configmaps", {"metadata": {"name": "x"}}, "nowhere"))
    assert error.message == 'namespaces "nowhere" not found'


async def test_an_update_needs_the_current_version(client: InProcessClient) -> None:
    first = await client.create("configmaps", CONFIG, "default")
    second = await client.update("configmaps", first | {"data": {"colour": "red"}})
    assert second["metadata"]["uid"] == first["metadata"]["uid"]
    error = await refused(client.update("configmaps", first | {"data": {}}))
    assert (error.code, error.reason) == (409, "Conflict") and "the object has been modified" in error.message
    place = {"name": "settings", "namespace": "default"}
    third = await client.update("configmaps", {"metadata": place, "data": {"colour": "green"}})
    assert third["data"] == {"colour": "green"}


async def test_another_uid_is_another_object(client: InProcessClient) -> None:
    first = await client.create("configmaps", CONFIG, "default")
    place = first["metadata"] | {"uid": "other", "resourceVersion": ""}
    error = await refused(client.update("configmaps", first | {"metadata": place}))
    assert error.code == 409 and "Precondition failed: UID in precondition: other" in error.message


async def test_an_update_that_changes_nothing_writes_nothing(client: InProcessClient, api: Api) -> None:
    first = await client.create("configmaps", CONFIG, "default")
    version = api.store.version
    assert await client.update("configmaps", first) == first
    assert await client.patch("configmaps", "settings", {"data": {"colour": "blue"}}, "default") == first
    assert api.store.version == version


async def test_generation_counts_specs_only(client: InProcessClient) -> None:
    await client.create("deployments.apps", deployment(), "default")
    labelled = await client.patch("deployments.apps", "web", {"metadata": {"labels": {"a": "b"}}}, "default")
    assert labelled["metadata"]["generation"] == 1
    scaled = await client.patch("deployments.apps", "web", {"spec": {"replicas": 3}}, "default")
    assert scaled["metadata"]["generation"] == 2
    told = await client.patch("deployments.apps", "web", {"status": {"replicas": 3}}, "default", subresource="status")
    assert told["metadata"]["generation"] == 2 and told["status"]["replicas"] == 3


async def test_status_and_spec_keep_apart(client: InProcessClient) -> None:
    await client.create("deployments.apps", deployment(), "default")
    both = {"spec": {"replicas": 7}, "status": {"replicas": 5}}
    through_status = await client.patch("deployments.apps", "web", both, "default", subresource="status")
    assert (through_status["spec"]["replicas"], through_status["status"]["replicas"]) == (1, 5)
    through_object = await client.patch("deployments.apps", "web", {**both, "status": {"replicas": 9}}, "default")
    assert (through_object["spec"]["replicas"], through_object["status"]["replicas"]) == (7, 5)


async def test_objects_from_the_store_are_never_changed(client: InProcessClient) -> None:
    first = await client.create("configmaps", CONFIG, "default")
    before = {"data": dict(first["data"]), "labels": first["metadata"].get("labels")}
    patch = {"data": {"size": "xl"}, "metadata": {"labels": {"a": "b"}}}
    for type in ("merge", "strategic"):
        await client.patch("configmaps", "settings", patch, "default", type=type)
    assert {"data": first["data"], "labels": first["metadata"].get("labels")} == before


async def test_dry_run_leaves_nothing(api: Api) -> None:
    kind = api.kinds.named("configmaps")
    assert kind is not None
    body, version = b'{"metadata":{"name":"ghost"}}', api.store.version
    written = api.create(kind, "default", body, "application/json", WriteOptions(dry_run=True))
    assert "resourceVersion" not in written.stored.obj["metadata"] and written.stored.obj["metadata"]["uid"]
    assert api.store.version == version and api.store.get("configmaps", "default", "ghost") is None


async def test_server_side_apply_creates_and_leases_are_created_by_update(client: InProcessClient) -> None:
    applied = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "new"}, "data": {"a": "b"}}
    made = await client.patch("configmaps", "new", applied, "default", type="apply")
    assert made["metadata"]["managedFields"][0]["operation"] == "Apply"
    lease = {"metadata": {"name": "l", "namespace": "default"}, "spec": {"holderIdentity": "me"}}
    assert (await client.update("leases.coordination.k8s.io", lease))["spec"]["holderIdentity"] == "me"
    place = {"name": "none", "namespace": "default"}
    assert (await refused(client.update("configmaps", {"metadata": place}))).code == 404


async def test_a_patch_may_not_rename(client: InProcessClient) -> None:
    await client.create("configmaps", CONFIG, "default")
    error = await refused(client.patch("configmaps", "settings", {"metadata": {"name": "x"}}, "default"))
    assert (error.code, error.reason) == (400, "BadRequest")


async def test_scale(client: InProcessClient) -> None:
    await client.create("deployments.apps", deployment(), "default")
    scale = await client.patch("deployments.apps", "web", {"spec": {"replicas": 4}}, "default", subresource="scale")
    assert (scale["kind"], scale["spec"], scale["status"]) == (
        "Scale",
        {"replicas": 4},
        {"replicas": 0, "selector": "app=web"},
    )
    assert (await client.get("deployments.apps", "web", "default"))["spec"]["replicas"] == 4
    stale = scale["metadata"] | {"resourceVersion": "1001"}
    error = await refused(client.update("deployments.apps", scale | {"metadata": stale}, subresource="scale"))
    assert error.code == 409
    error = await refused(
        client.patch("deployments.apps", "web", {"spec": {"replicas": -1}}, "default", subresource="scale")
    )
    assert error.message.startswith('Scale.autoscaling "web" is invalid: spec.replicas')


async def test_both_names_of_an_event(client: InProcessClient, api: Api) -> None:
    event = {
        "metadata": {"name": "e"},
        "involvedObject": {"kind": "Pod", "name": "p", "namespace": "default"},
        "reason": "Started",
        "message": "it runs",
        "type": "Normal",
        "source": {"component": "kubelet"},
    }
    await client.create("events", event, "default")
    from loopkube.api.options import ListOptions
    from loopkube.api.representation import raw
    from loopkube.kinds.registry import NOT_STORED

    second = next(kind for kind in NOT_STORED if kind.group == "events.k8s.io")
    page = api.list(second, "default", ListOptions(fields="regarding.name=p"))
    assert b'"note":"it runs"' in raw(second, page.items[0]) and b'"regarding"' in raw(second, page.items[0])
    api.patch(second, "default", "e", b'{"note":"still"}', "application/merge-patch+json")
    assert (await client.get("events", "e", "default"))["message"] == "still"


@pytest.mark.parametrize("version", ["", "0", "000", "v1", "-1", "1_0", "+5", "18446744073709551616", "9" * 5000])
async def test_what_names_no_version_is_no_version_of_a_new_object(client: InProcessClient, version: str) -> None:
    made = await client.create("configmaps", {"metadata": {"name": "c", "resourceVersion": version}}, "default")
    assert made["metadata"]["resourceVersion"] not in ("0", version)


@pytest.mark.parametrize("version", ["1", "007", "18446744073709551615"])
async def test_a_new_object_has_no_version(client: InProcessClient, version: str) -> None:
    with pytest.raises(ApiError, match="resourceVersion should not be set on objects to be created") as caught:
        await client.create("configmaps", {"metadata": {"name": "c", "resourceVersion": version}}, "default")
    assert caught.value.code == 400
