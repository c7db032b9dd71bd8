"""Informers: the first list, changes in order, indexes, and what happens when the watch breaks."""

import asyncio

from loopkube.client.client import Change, ObjectList
from loopkube.client.informer import Informer, Informers
from loopkube.shared.status import expired


def obj(name: str, version: int, **labels: str) -> dict:
    metadata = {"name": name, "namespace": "default", "resourceVersion": str(version), "labels": labels}
    return {"kind": "Pod", "metadata": metadata}


class ScriptedClient:
    """Answers list and watch from a script; `send` feeds the open watch."""

    def __init__(self, *lists: ObjectList) -> None:
        self.lists, self.watches, self.queue = list(lists), [], asyncio.Queue()

    async def list(self, resource, namespace="", *, labels="", fields=""):
        answer = self.lists.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def watch(self, resource, namespace="", *, since="", labels="", fields=""):
        self.watches.append(since)
        while True:
            change = await self.queue.get()
            if change is None:
                return
            if isinstance(change, Exception):
                raise change
            yield change


class NoWait:
    """A clock on which no time passes."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def started(client) -> tuple[Informer, list]:
    informer, seen = Informer(client, "pods", clock=NoWait()), []
    informer.on_change(lambda type, obj, old: seen.append((type, obj["metadata"]["name"], old is not None)))
    await informer.start()
    await informer.start()
    await informer.synced()
    return informer, seen


async def test_lists_then_follows():
    client = ScriptedClient(ObjectList([obj("a", 1)], "5"))
    informer, seen = await started(client)
    client.queue.put_nowait(Change("ADDED", obj("b", 6)))
    client.queue.put_nowait(Change("MODIFIED", obj("a", 7)))
    client.queue.put_nowait(Change("BOOKMARK", {"metadata": {"resourceVersion": "9"}}))
    client.queue.put_nowait(Change("DELETED", obj("b", 10)))
    await settle()
    assert seen == [("ADDED", "a", False), ("ADDED", "b", False), ("MODIFIED", "a", True), ("DELETED", "b", False)]
    assert list(informer.items) == [("default", "a")]
    assert informer.version == 10
    assert client.watches == ["5"]
    await informer.stop()
    await informer.stop()


async def test_a_watch_that_ends_is_taken_up_where_it_ended():
    client = ScriptedClient(ObjectList([], "5"))
    informer, _ = await started(client)
    client.queue.put_nowait(Change("ADDED", obj("a", 8)))
    client.queue.put_nowait(None)
    await settle()
    assert client.watches == ["5", "8"]
    await informer.stop()


async def test_an_expired_watch_lists_again_and_tells_what_changed_meanwhile():
    again = ObjectList([obj("b", 21), obj("c", 22)], "30")
    client = ScriptedClient(ObjectList([obj("a", 1), obj("b", 2)], "5"), again)
    informer, seen = await started(client)
    client.queue.put_nowait(expired("too old resource version: 5 (20)"))
    await settle()
    assert seen[2:] == [("DELETED", "a", False), ("MODIFIED", "b", True), ("ADDED", "c", False)]
    assert client.watches == ["5", "30"]
    await informer.stop()


async def test_an_api_that_is_away_is_asked_again():
    client = ScriptedClient(ConnectionError("refused"), ObjectList([obj("a", 1)], "5"))
    informer, seen = await started(client)
    assert seen == [("ADDED", "a", False)]
    await informer.stop()


async def test_an_index_follows_the_objects():
    client = ScriptedClient(ObjectList([obj("a", 1, app="web"), obj("b", 2, app="web")], "5"))
    informer, _ = await started(client)
    index = informer.index("app", lambda o: [o["metadata"]["labels"]["app"]])
    assert [o["metadata"]["name"] for o in index.of("web")] == ["a", "b"]
    client.queue.put_nowait(Change("MODIFIED", obj("a", 6, app="shop")))
    client.queue.put_nowait(Change("DELETED", obj("b", 7, app="web")))
    await settle()
    assert index.of("web") == []
    assert [o["metadata"]["name"] for o in index.of("shop")] == ["a"]
    await informer.stop()


async def test_one_informer_is_shared_by_all_who_ask_for_the_same():
    informers = Informers(ScriptedClient())
    assert informers.of("pods") is informers.of("pods")
    assert informers.of("pods") is not informers.of("pods", namespace="shop")


async def test_who_comes_late_hears_of_what_is_known():
    client = ScriptedClient(ObjectList([obj("a", 1)], "5"))
    informer, _ = await started(client)
    late = []
    informer.on_change(lambda type, obj, old: late.append(type))
    assert late == ["ADDED"]
    await informer.stop()
