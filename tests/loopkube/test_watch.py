"""Watches: resumption, an object's way through a selection, bookmarks, and readers that are too slow."""

import asyncio

import pytest
from loopkube.api import watch as watching
from loopkube.api.in_process import InProcessClient
from loopkube.api.options import ListOptions
from loopkube.api.verbs import Api
from loopkube.api.watch import Watch
from loopkube.kinds import Kind
from loopkube.shared.status import ApiError


@pytest.fixture
def kind(api: Api) -> Kind:
    found = api.kinds.named("configmaps")
    assert found is not None
    return found


async def seen(watch: Watch, count: int) -> list[tuple[str, str]]:
    """The next events as (type, name)."""
    found: list[tuple[str, str]] = []
    async with asyncio.timeout(5):
        async for batch in watch.batches():
            found += [(s.type, s.stored.obj["metadata"]["name"] if s.stored else "") for s in batch]
            if len(found) >= count:
                break
    return found


def config_map(name: str, **labels: str) -> dict:
    return {"metadata": {"name": name, "labels": labels}}


async def test_a_watch_resumes_after_a_version(api: Api, client: InProcessClient, kind: Kind) -> None:
    first = await client.create("configmaps", config_map("a"), "default")
    await client.patch("configmaps", "a", {"data": {"x": "y"}}, "default")
    await client.create("configmaps", config_map("elsewhere"), "kube-system")
    with api.watch(kind, "default", ListOptions(version=first["metadata"]["resourceVersion"])) as watch:
        await client.delete("configmaps", "a", "default")
        assert await seen(watch, 2) == [("MODIFIED", "a"), ("DELETED", "a")]


async def test_leaving_a_selection_is_deletion(api: Api, client: InProcessClient, kind: Kind) -> None:
    with api.watch(kind, "", ListOptions(labels="app=shop", version=str(api.store.version))) as watch:
        await client.create("configmaps", config_map("a", app="blog"), "default")
        await client.patch("configmaps", "a", {"metadata": {"labels": {"app": "shop"}}}, "default")
        await client.patch("configmaps", "a", {"data": {"x": "y"}}, "default")
        left = await client.patch("configmaps", "a", {"metadata": {"labels": {"app": "blog"}}}, "default")
        await client.delete("configmaps", "a", "default")
        events = [batch async for batch in _some(watch)]
    [batch] = events
    assert [s.type for s in batch] == ["ADDED", "MODIFIED", "DELETED"]
    last = batch[-1].stored.obj["metadata"]
    assert last["labels"] == {"app": "shop"}
    assert last["resourceVersion"] == left["metadata"]["resourceVersion"]


async def _some(watch: Watch):
    async for batch in watch.batches():
        yield batch
        return


async def test_initial_events_end_with_a_bookmark(api: Api, client: InProcessClient, kind: Kind) -> None:
    await client.create("configmaps", config_map("a"), "default")
    options = ListOptions(initial_events=True, version_match="NotOlderThan", bookmarks=True)
    with api.watch(kind, "", options) as watch:
        [batch] = [b async for b in _some(watch)]
    assert [s.type for s in batch] == ["ADDED", "BOOKMARK"]
    assert batch[1].bookmark["annotations"] == {"k8s.io/initial-events-end": "true"}
    assert batch[1].bookmark["resourceVersion"] == str(api.store.version)


async def test_a_watch_waits_without_polling(api: Api, client: InProcessClient, kind: Kind) -> None:
    with api.watch(kind, "", ListOptions(version=str(api.store.version))) as watch:
        reader = asyncio.create_task(seen(watch, 1))
        await asyncio.sleep(0)
        assert not reader.done()
        await client.create("configmaps", config_map("a"), "default")
        assert await reader == [("ADDED", "a")]


async def test_time_runs_out_with_a_last_bookmark(api: Api, kind: Kind) -> None:
    options = ListOptions(version=str(api.store.version), timeout=1, bookmarks=True)
    with api.watch(kind, "", options) as watch:
        watch._timeout = 0.02
        batches = [batch async for batch in watch.batches()]
    assert [[s.type for s in batch] for batch in batches] == [["BOOKMARK"]]


async def test_a_slow_reader_is_cut_off(
    api: Api, client: InProcessClient, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "BACKLOG", 3)
    with api.watch(kind, "", ListOptions(version=str(api.store.version))) as watch:
        for number in range(5):
            await client.create("configmaps", config_map(f"c{number}"), "default")
        assert len(watch._pending) == 3
        assert [batch async for batch in watch.batches()] == []


async def test_a_closed_watch_hears_nothing_more(api: Api, client: InProcessClient, kind: Kind) -> None:
    before = api.store._of("configmaps").subscribers
    with api.watch(kind, "", ListOptions(version=str(api.store.version))) as watch:
        assert len(api.store._of("configmaps").subscribers) == len(before) + 1
    assert api.store._of("configmaps").subscribers == before
    assert [batch async for batch in watch.batches()] == []


@pytest.mark.parametrize(("version", "code"), [("1", 410), ("999999999", 504), ("x", 400)])
async def test_versions_that_cannot_be_watched(api: Api, kind: Kind, version: str, code: int) -> None:
    with pytest.raises(ApiError) as refused:
        api.watch(kind, "", ListOptions(version=version))
    assert refused.value.code == code


async def test_clients_see_changes_in_order(client: InProcessClient) -> None:
    start = (await client.list("configmaps", "default")).version
    changes = client.watch("configmaps", "default", since=start)
    for name in "abc":
        await client.create("configmaps", config_map(name), "default")
    found = [(await anext(changes)) for _ in range(3)]
    await changes.aclose()  # type: ignore[attr-defined]
    assert [c.object["metadata"]["name"] for c in found] == ["a", "b", "c"]
