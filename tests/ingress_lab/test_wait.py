"""Waiting ends with the event that makes a condition true, and says what was missing when none does."""

import pytest
from fake_api import FakeApi
from ingress_lab.kube.conditions import condition
from ingress_lab.kube.wait import Wait
from labcore.errors import TimedOut, UnknownName

POD = "/api/v1/namespaces/ns/pods/web"


def pod(ready: str, name: str = "web") -> dict:
    status = {"conditions": [{"type": "Ready", "status": ready, "reason": "ContainersNotReady", "message": "not yet"}]}
    return {"kind": "Pod", "metadata": {"name": name}, "status": status}


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


class Clock:
    """Time that passes only when told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def wait(api: FakeApi, name: str, wanted: str | None = None, clock: Clock | None = None) -> Wait:
    resource = api.resources().named("pods")
    return Wait(api, resource, "ns", name, condition("Pod", wanted), 5, clock or Clock())


def test_a_condition_that_is_true_needs_no_watch(api: FakeApi) -> None:
    api.put(POD, pod("True"))
    assert [o["metadata"]["name"] for o in wait(api, "web").run()] == ["web"]


def test_an_event_ends_the_wait(api: FakeApi) -> None:
    api.put(POD, pod("False"))
    api.changes = [
        lambda: iter([{"type": "MODIFIED", "object": pod("False")}, {"type": "MODIFIED", "object": pod("True")}])
    ]
    assert wait(api, "web").run()[0]["status"]["conditions"][0]["status"] == "True"


def test_after_an_expired_watch_the_list_is_read_again(api: FakeApi) -> None:
    api.put(POD, pod("False"))

    def expired():
        api.put(POD, pod("True"))
        return iter([{"type": "ERROR", "object": {"code": 410}}])

    api.changes = [expired]
    assert wait(api, "web").run()


def test_all_objects_of_a_kind(api: FakeApi) -> None:
    api.put(POD, pod("True"))
    api.put(POD + "-2", pod("False", "web-2"))
    api.changes = [lambda: iter([{"type": "MODIFIED", "object": pod("True", "web-2")}])]
    assert len(wait(api, "").run()) == 2


def test_a_wrong_name_lists_the_names_that_a_reader_knows(api: FakeApi) -> None:
    api.put(POD + "-x2x7k", pod("True", "web-x2x7k"))
    asked = wait(api, "nope")
    asked.shown = lambda obj: "web-1"
    with pytest.raises(UnknownName, match=r'there is no Pod "nope" in namespace "ns" \(there are: web-1\)'):
        asked.run()


def test_gone(api: FakeApi) -> None:
    assert wait(api, "web", "deleted").run() == []
    api.put(POD, pod("True"))
    api.changes = [lambda: iter([{"type": "DELETED", "object": pod("True")}])]
    assert wait(api, "web", "deleted").run() == []


def test_a_timeout_shows_conditions_and_last_events(api: FakeApi) -> None:
    clock = Clock()
    api.put(POD, pod("False"))
    about = {"kind": "Pod", "name": "web"}
    event = {
        "metadata": {"name": "e"},
        "involvedObject": about,
        "type": "Warning",
        "reason": "BackOff",
        "message": "back-off",
    }
    api.put("/api/v1/namespaces/ns/events/e", event)

    def late():
        clock.now = 6.0
        return iter(())

    api.changes = [late]
    with pytest.raises(TimedOut) as caught:
        wait(api, "web", clock=clock).run()
    assert "pod/web did not become Ready within 5 s: Ready is False" in caught.value.message
    assert "Ready=False (ContainersNotReady: not yet)" in caught.value.message
    assert "Warning BackOff Pod web: back-off" in caught.value.message


def test_a_name_that_nothing_has_names_the_nearest(api: FakeApi) -> None:
    api.put(POD, pod("True"))
    with pytest.raises(UnknownName, match='the nearest is "web"'):
        wait(api, "wep").run()


def test_patience_moves_the_deadline(api: FakeApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGRESS_LAB_PATIENCE", "0.5")
    api.put(POD, pod("False"))
    clock = Clock()

    def late():
        clock.now = 2.5
        return iter(())

    api.changes = [late]
    with pytest.raises(TimedOut, match=r"within 2\.5 s"):
        wait(api, "web", clock=clock).run()
