"""Events: their shape, counting, the limit per object, and the form of the scheduler's."""

from held_clock import HeldClock
from loopkube.client.events import BURST, Recorder
from world import World, pod


async def recorded(world: World, component: str = "kubelet", host: str = "one") -> tuple[dict, Recorder]:
    await world.add_namespace("default")
    made = await world.client.create("pods", pod("web"), "default")
    return made, Recorder(world.client, world.clock, component, host)


async def test_an_event_names_its_object_source_and_time():
    world = World()
    made, recorder = await recorded(world)
    await recorder.event(made, "Warning", "Failed", "Error: ErrImagePull", field_path="spec.containers{app}")
    await recorder.flush()
    (event,) = world.list("events")
    assert event["involvedObject"] == {
        "kind": "Pod",
        "namespace": "default",
        "name": "web",
        "uid": made["metadata"]["uid"],
        "apiVersion": "v1",
        "resourceVersion": made["metadata"]["resourceVersion"],
        "fieldPath": "spec.containers{app}",
    }
    assert event["source"] == {"component": "kubelet", "host": "one"}
    assert (event["type"], event["reason"], event["message"]) == ("Warning", "Failed", "Error: ErrImagePull")
    assert event["count"] == 1
    assert event["firstTimestamp"] == event["lastTimestamp"]
    assert event["metadata"]["name"].startswith("web.")
    await recorder.stop()


async def test_the_same_event_again_is_counted():
    world = World()
    made, recorder = await recorded(world)
    for _ in range(3):
        await recorder.event(made, "Warning", "BackOff", "Back-off restarting failed container")
    await recorder.event(made, "Warning", "BackOff", "Back-off pulling image")
    await recorder.flush()
    assert sorted((e["message"], e["count"]) for e in world.list("events")) == [
        ("Back-off pulling image", 1),
        ("Back-off restarting failed container", 3),
    ]
    await recorder.stop()


async def test_an_event_that_was_removed_begins_anew():
    world = World()
    made, recorder = await recorded(world)
    await recorder.event(made, "Normal", "Pulled", "Container image already present")
    await recorder.flush()
    (event,) = world.list("events")
    await world.client.delete("events", event["metadata"]["name"], "default")
    await recorder.event(made, "Normal", "Pulled", "Container image already present")
    await recorder.flush()
    assert [e["count"] for e in world.list("events")] == [1]
    await recorder.stop()


async def test_one_object_cannot_flood_the_others():
    world = World()
    made, recorder = await recorded(world)
    for n in range(BURST + 10):
        await recorder.event(made, "Warning", "Unhealthy", f"probe {n} failed")
    await recorder.flush()
    assert len(world.list("events")) == BURST
    await recorder.stop()


async def test_the_schedulers_events_are_of_the_newer_form():
    world = World()
    made, recorder = await recorded(world, "default-scheduler", "")
    for _ in range(2):
        await recorder.event(made, "Normal", "Scheduled", "Successfully assigned", action="Binding")
    await recorder.flush()
    (event,) = world.list("events")
    assert event["reportingComponent"] == "default-scheduler"
    assert event["action"] == "Binding"
    assert event["eventTime"].endswith("Z")
    assert event["series"]["count"] == 2
    assert not event.get("firstTimestamp")
    assert not event.get("count")
    await recorder.stop()


async def test_components_that_speak_in_the_same_moment_are_all_heard():
    world = World(HeldClock())
    made, recorder = await recorded(world)
    other = Recorder(world.client, world.clock, "other")
    for n in range(2):
        await recorder.event(made, "Normal", "Pulled", f"image {n}")
        await other.event(made, "Normal", "Seen", f"image {n}")
    await recorder.flush()
    await other.flush()
    assert len(world.list("events")) == 4
    await recorder.stop()
    await other.stop()


async def test_an_event_of_a_node_stands_in_the_namespace_default():
    world = World()
    await world.add_namespace("default")
    node = await world.add_node("one")
    recorder = Recorder(world.client, world.clock, "node-controller")
    await recorder.event(node, "Normal", "RegisteredNode", "Registered")
    await recorder.flush()
    assert [e["involvedObject"]["name"] for e in world.list("events")] == ["one"]
    await recorder.stop()
