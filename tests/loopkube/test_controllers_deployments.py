"""Deployments against the real API: rollouts, roll back, scaling, pausing, history, conditions."""

import copy

from held_clock import HeldClock
from loopkube.controllers.revisions import DESIRED, HISTORY, MAXIMUM, REVISION, annotations_of
from world import World, deployment, world


def status(w: World, name: str = "web") -> dict:
    return w.get("deployments.apps", name)["status"]


def conditions(w: World) -> dict[str, tuple[str, str, str]]:
    return {c["type"]: (c["status"], c["reason"], c["message"]) for c in status(w).get("conditions", ())}


def sets(w: World) -> dict[str, dict]:
    """ReplicaSets by the image they run."""
    return {s["spec"]["template"]["spec"]["containers"][0]["image"]: s for s in w.list("replicasets.apps")}


async def create(w: World, obj: dict) -> None:
    await w.client.create("deployments.apps", obj, "default")


async def patch(w: World, spec: dict) -> None:
    await w.client.patch("deployments.apps", "web", {"spec": spec}, "default", type="strategic")


async def set_image(w: World, image: str) -> None:
    await patch(w, {"template": {"spec": {"containers": [{"name": "app", "image": image}]}}})


def is_rolled_out(w: World) -> bool:
    found = w.get("deployments.apps", "web")
    wanted, now = found["spec"]["replicas"], found.get("status", {})
    done = all(now.get(n, 0) == wanted for n in ("replicas", "updatedReplicas", "availableReplicas"))
    return (
        done and now.get("observedGeneration") == found["metadata"]["generation"] and not now.get("terminatingReplicas")
    )


async def test_a_deployment_becomes_a_replica_set_and_pods():
    async with world() as w:
        await create(w, deployment(replicas=2))
        await w.until(lambda: is_rolled_out(w))
        await w.quiet()
        (found,) = w.list("replicasets.apps")
        hash = found["metadata"]["labels"]["pod-template-hash"]
        assert found["metadata"]["name"] == f"web-{hash}"
        assert 7 <= len(hash) <= 10
        assert found["spec"]["selector"] == {"matchLabels": {"app": "web", "pod-template-hash": hash}}
        assert annotations_of(found) == {REVISION: "1", DESIRED: "2", MAXIMUM: "3"}
        owner = found["metadata"]["ownerReferences"][0]
        assert (owner["kind"], owner["controller"], owner["blockOwnerDeletion"]) == ("Deployment", True, True)
        assert found["status"] == {
            "availableReplicas": 2,
            "fullyLabeledReplicas": 2,
            "observedGeneration": 1,
            "readyReplicas": 2,
            "replicas": 2,
            "terminatingReplicas": 0,
        }
        assert annotations_of(w.get("deployments.apps", "web"))[REVISION] == "1"
        assert conditions(w) == {
            "Available": ("True", "MinimumReplicasAvailable", "Deployment has minimum availability."),
            "Progressing": (
                "True",
                "NewReplicaSetAvailable",
                f'ReplicaSet "web-{hash}" has successfully progressed.',
            ),
        }
        scaled = ("Deployment", "Normal", "ScalingReplicaSet", f"Scaled up replica set web-{hash} from 0 to 2")
        assert scaled in w.events()


async def test_a_pod_that_is_never_ready_keeps_the_deployment_progressing():
    async with world() as w:
        w.kubelet.ready = False
        await create(w, deployment())
        await w.until(lambda: status(w).get("updatedReplicas") == 1)
        await w.quiet()
        name = w.list("replicasets.apps")[0]["metadata"]["name"]
        assert conditions(w) == {
            "Available": ("False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability."),
            "Progressing": ("True", "ReplicaSetUpdated", f'ReplicaSet "{name}" is progressing.'),
        }
        counts = {n: v for n, v in status(w).items() if n != "conditions"}
        assert counts == {
            "observedGeneration": 1,
            "replicas": 1,
            "terminatingReplicas": 0,
            "unavailableReplicas": 1,
            "updatedReplicas": 1,
        }


async def test_a_rollout_never_has_too_few_or_too_many_pods():
    async with world() as w:
        await create(w, deployment(replicas=4))
        await w.until(lambda: is_rolled_out(w))
        seen = []

        def look(event) -> None:
            pods = [p for p in w.list("pods") if not p["metadata"].get("deletionTimestamp")]
            ready = sum(
                c["type"] == "Ready" and c["status"] == "True" for p in pods for c in p["status"].get("conditions", ())
            )
            seen.append((len(pods), ready))

        stop = w.store.subscribe("pods", look)
        await set_image(w, "python:3.14")
        await w.until(lambda: is_rolled_out(w))
        stop()
        assert max(count for count, _ in seen) == 5
        assert min(ready for _, ready in seen) == 3
        assert sets(w)["python:3.13"]["spec"]["replicas"] == 0
        assert sets(w)["python:3.14"]["spec"]["replicas"] == 4


async def test_undoing_makes_the_old_replica_set_the_newest_revision():
    async with world() as w:
        await create(w, deployment())
        await w.until(lambda: is_rolled_out(w))
        await set_image(w, "python:3.14")
        await w.until(lambda: is_rolled_out(w))
        await set_image(w, "python:3.13")
        await w.until(lambda: is_rolled_out(w))
        revisions = {image: annotations_of(s)[REVISION] for image, s in sets(w).items()}
        assert revisions == {"python:3.13": "3", "python:3.14": "2"}
        assert annotations_of(sets(w)["python:3.13"])[HISTORY] == "1"
        assert annotations_of(w.get("deployments.apps", "web"))[REVISION] == "3"


async def test_scaling_makes_no_revision():
    async with world() as w:
        await create(w, deployment())
        await w.until(lambda: is_rolled_out(w))
        await patch(w, {"replicas": 3})
        await w.until(lambda: is_rolled_out(w))
        assert len(w.list("pods")) == 3
        (found,) = w.list("replicasets.apps")
        assert annotations_of(found) == {REVISION: "1", DESIRED: "3", MAXIMUM: "4"}
        await patch(w, {"replicas": 0})
        await w.until(lambda: not w.list("pods"))
        await w.quiet()
        assert [c["type"] for c in status(w)["conditions"]] == ["Progressing", "Available"]
        assert {n: v for n, v in status(w).items() if n != "conditions"} == {
            "observedGeneration": 3,
            "terminatingReplicas": 0,
        }


async def test_recreate_stops_all_old_pods_before_it_starts_new_ones():
    async with world() as w:
        await create(w, deployment(replicas=2, strategy={"type": "Recreate"}))
        await w.until(lambda: is_rolled_out(w))
        mixed = []

        def look(event) -> None:
            images = {p["spec"]["containers"][0]["image"] for p in w.list("pods")}
            mixed.append(len(images) > 1)

        stop = w.store.subscribe("pods", look)
        await set_image(w, "python:3.14")
        await w.until(lambda: is_rolled_out(w) and "python:3.14" in sets(w))
        stop()
        assert not any(mixed)
        assert {p["spec"]["containers"][0]["image"] for p in w.list("pods")} == {"python:3.14"}


async def test_a_paused_deployment_scales_but_does_not_roll_out():
    async with world() as w:
        await create(w, deployment())
        await w.until(lambda: is_rolled_out(w))
        await patch(w, {"paused": True})
        await w.until(lambda: conditions(w).get("Progressing", ("",))[0] == "Unknown")
        assert conditions(w)["Progressing"] == ("Unknown", "DeploymentPaused", "Deployment is paused")
        await set_image(w, "python:3.14")
        await patch(w, {"replicas": 2})
        await w.until(lambda: len(w.list("pods")) == 2)
        await w.quiet()
        assert list(sets(w)) == ["python:3.13"]
        await patch(w, {"paused": False})
        await w.until(lambda: is_rolled_out(w))
        assert sets(w)["python:3.14"]["spec"]["replicas"] == 2
        assert conditions(w)["Progressing"][1] == "NewReplicaSetAvailable"


async def test_history_is_kept_up_to_its_limit():
    async with world() as w:
        await create(w, deployment(revisionHistoryLimit=1))
        for image in ("python:3.12", "python:3.11", "python:3.10"):
            await w.until(lambda: is_rolled_out(w))
            await set_image(w, image)
        await w.until(lambda: is_rolled_out(w) and len(w.list("replicasets.apps")) == 2)
        assert set(sets(w)) == {"python:3.11", "python:3.10"}


async def test_a_change_of_annotations_reaches_the_replica_set():
    async with world() as w:
        await create(w, deployment())
        await w.until(lambda: is_rolled_out(w))
        change = {"metadata": {"annotations": {"kubernetes.io/change-cause": "first"}}}
        await w.client.patch("deployments.apps", "web", change, "default")
        await w.until(
            lambda: annotations_of(w.list("replicasets.apps")[0]).get("kubernetes.io/change-cause") == "first"
        )


async def test_a_replica_set_that_matches_is_adopted():
    async with world() as w:
        await create(w, deployment())
        await w.until(lambda: is_rolled_out(w))
        (found,) = w.list("replicasets.apps")
        uids = {p["metadata"]["uid"] for p in w.list("pods")}
        await w.client.delete("deployments.apps", "web", "default", propagation="Orphan")
        await w.until(lambda: w.get("deployments.apps", "web") is None)
        await w.until(lambda: "ownerReferences" not in w.list("replicasets.apps")[0]["metadata"])
        await create(w, deployment())
        await w.until(lambda: w.list("replicasets.apps")[0]["metadata"].get("ownerReferences"))
        await w.until(lambda: is_rolled_out(w))
        assert [s["metadata"]["uid"] for s in w.list("replicasets.apps")] == [found["metadata"]["uid"]]
        assert {p["metadata"]["uid"] for p in w.list("pods")} == uids


async def test_a_name_that_is_taken_gives_another_hash():
    async with world() as w:
        await create(w, deployment(replicas=0))
        await w.until(lambda: is_rolled_out(w))
        (found,) = w.list("replicasets.apps")
        other = copy.deepcopy(found)
        other["metadata"] = {"name": found["metadata"]["name"], "labels": {"app": "other"}}
        other["spec"]["selector"] = {"matchLabels": {"app": "other"}}
        other["spec"]["template"]["metadata"]["labels"] = {"app": "other"}
        await w.client.delete("deployments.apps", "web", "default")
        await w.until(lambda: not w.list("replicasets.apps"))
        await w.client.create("replicasets.apps", other, "default")
        await create(w, deployment(replicas=0))
        await w.until(lambda: len(w.list("replicasets.apps")) == 2)
        await w.until(lambda: is_rolled_out(w))
        assert status(w)["collisionCount"] == 1


async def test_a_rollout_that_stands_too_long_is_told():
    clock = HeldClock()
    async with world(clock=clock) as w:
        w.kubelet.ready = False
        await create(w, deployment(progressDeadlineSeconds=60))
        await w.until(lambda: status(w).get("updatedReplicas") == 1)
        name = w.list("replicasets.apps")[0]["metadata"]["name"]
        await clock.advance(55)
        assert conditions(w)["Progressing"][:2] == ("True", "ReplicaSetUpdated")
        await clock.advance(10)
        told = ("False", "ProgressDeadlineExceeded", f'ReplicaSet "{name}" has timed out progressing.')
        assert conditions(w)["Progressing"] == told
        await w.kubelet.report(w.list("pods")[0], ready=True)
        await w.until(lambda: conditions(w)["Progressing"][1] == "NewReplicaSetAvailable")


async def test_pods_that_cannot_be_made_are_told_in_the_conditions():
    async with world() as w:
        broken = deployment()
        broken["spec"]["template"]["spec"]["serviceAccountName"] = "nobody"
        await create(w, broken)
        await w.until(lambda: "ReplicaFailure" in conditions(w))
        state, reason, message = conditions(w)["ReplicaFailure"]
        assert (state, reason) == ("True", "FailedCreate")
        assert 'serviceaccount "nobody" not found' in message
        assert any(e[:3] == ("ReplicaSet", "Warning", "FailedCreate") for e in w.events())
        account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "nobody"}}
        await w.client.create("serviceaccounts", account, "default")
        await w.until(lambda: is_rolled_out(w))
        await w.until(lambda: "ReplicaFailure" not in conditions(w))
