"""DaemonSets: a Pod on every node that is selected, through changes of nodes and of the template."""

from loopkube.controllers.daemon_pods import HASH_LABEL
from loopkube.controllers.daemonsets import DaemonSetController
from loopkube.controllers.scheduling.scheduler import Scheduler
from world import World, deployment, world

CONTROL_PLANE = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}


def daemon_set(**spec: object) -> dict:
    found = deployment("edge")
    del found["spec"]["replicas"]
    found["spec"] |= {name: value for name, value in spec.items() if name != "template"}
    found["spec"]["template"]["spec"] |= spec.get("template", {})
    return found | {"kind": "DaemonSet"}


async def create(w: World, obj: dict) -> dict:
    return await w.client.create("daemonsets.apps", obj, "default")


def status(w: World) -> dict:
    return w.get("daemonsets.apps", "edge")["status"]


def nodes(w: World) -> list[str]:
    """The nodes of the Pods that are not on their way out."""
    return sorted(p["spec"].get("nodeName", "?") for p in w.list("pods") if not p["metadata"].get("deletionTimestamp"))


async def test_one_pod_on_every_selected_node():
    async with world(DaemonSetController, Scheduler, nodes=("a", "b")) as w:
        await w.add_node("c", labels={"ingress-ready": "true"}, taints=[CONTROL_PLANE])
        chosen = {"nodeSelector": {"ingress-ready": "true"}, "tolerations": [CONTROL_PLANE | {"operator": "Exists"}]}
        await create(w, daemon_set(template=chosen))
        await w.until(lambda: status(w).get("numberAvailable") == 1)
        await w.quiet()
        assert nodes(w) == ["c"]
        assert status(w) == {
            "currentNumberScheduled": 1,
            "desiredNumberScheduled": 1,
            "numberAvailable": 1,
            "numberMisscheduled": 0,
            "numberReady": 1,
            "observedGeneration": 1,
            "updatedNumberScheduled": 1,
        }
        (pod,) = w.list("pods")
        assert set(pod["metadata"]["labels"]) == {"app", HASH_LABEL, "pod-template-generation"}
        terms = pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
        field = {"key": "metadata.name", "operator": "In", "values": ["c"]}
        assert terms == {"nodeSelectorTerms": [{"matchFields": [field]}]}
        assert [(t["key"], t["effect"]) for t in pod["spec"]["tolerations"]] == [
            ("node-role.kubernetes.io/control-plane", "NoSchedule"),
            ("node.kubernetes.io/not-ready", "NoExecute"),
            ("node.kubernetes.io/unreachable", "NoExecute"),
            ("node.kubernetes.io/disk-pressure", "NoSchedule"),
            ("node.kubernetes.io/memory-pressure", "NoSchedule"),
            ("node.kubernetes.io/pid-pressure", "NoSchedule"),
            ("node.kubernetes.io/unschedulable", "NoSchedule"),
        ]
        told = ("DaemonSet", "Normal", "SuccessfulCreate", f"Created pod: {pod['metadata']['name']}")
        assert told in w.events()


async def test_nodes_come_and_change_and_go():
    async with world(DaemonSetController, Scheduler, nodes=("a",)) as w:
        await create(w, daemon_set())
        await w.until(lambda: nodes(w) == ["a"])
        await w.add_node("b", unschedulable=True)
        await w.until(lambda: nodes(w) == ["a", "b"])
        taints = {"spec": {"taints": [{"key": "off", "effect": "NoExecute"}]}}
        await w.client.patch("nodes", "b", taints)
        await w.until(lambda: nodes(w) == ["a"])
        await w.client.patch("nodes", "b", {"spec": {"taints": None}})
        await w.until(lambda: nodes(w) == ["a", "b"])


async def test_a_node_that_no_longer_matches_keeps_nothing():
    async with world(DaemonSetController, Scheduler, nodes=()) as w:
        await w.add_node("a", labels={"ingress-ready": "true"})
        await create(w, daemon_set(template={"nodeSelector": {"ingress-ready": "true"}}))
        await w.until(lambda: nodes(w) == ["a"])
        await w.client.patch("nodes", "a", {"metadata": {"labels": {"ingress-ready": None}}})
        await w.until(lambda: nodes(w) == [])
        await w.until(lambda: status(w)["desiredNumberScheduled"] == 0)


async def test_a_noschedule_taint_keeps_what_runs():
    async with world(DaemonSetController, Scheduler, nodes=("a",)) as w:
        await create(w, daemon_set())
        await w.until(lambda: status(w).get("numberAvailable") == 1)
        await w.client.patch("nodes", "a", {"spec": {"taints": [CONTROL_PLANE]}})
        await w.until(lambda: status(w)["numberMisscheduled"] == 1)
        await w.quiet()
        assert nodes(w) == ["a"]


async def change_image(w: World) -> None:
    containers = [{"name": "app", "image": "python:3.14"}]
    change = {"spec": {"template": {"spec": {"containers": containers}}}}
    await w.client.patch("daemonsets.apps", "edge", change, "default", type="strategic")


def is_updated(w: World) -> bool:
    now, generation = status(w), w.get("daemonsets.apps", "edge")["metadata"]["generation"]
    fresh = now.get("observedGeneration") == generation and now.get("updatedNumberScheduled") == 3
    return fresh and now.get("numberAvailable") == 3 and len(w.list("pods")) == 3


async def test_a_new_template_replaces_pods_node_by_node():
    async with world(DaemonSetController, Scheduler, nodes=("a", "b", "c")) as w:
        await create(w, daemon_set())
        await w.until(lambda: status(w).get("numberAvailable") == 3)
        fewest = []
        w.store.subscribe("pods", lambda _: fewest.append(len(nodes(w))))
        await change_image(w)
        await w.until(lambda: is_updated(w))
        assert min(fewest) == 2
        images = {p["spec"]["containers"][0]["image"] for p in w.list("pods")}
        assert images == {"python:3.14"}
        assert {p["metadata"]["labels"]["pod-template-generation"] for p in w.list("pods")} == {"2"}


async def test_with_surge_the_new_pod_comes_before_the_old_one_goes():
    surge = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
    async with world(DaemonSetController, Scheduler, nodes=("a", "b", "c")) as w:
        await create(w, daemon_set(updateStrategy=surge))
        await w.until(lambda: status(w).get("numberAvailable") == 3)
        counts = []
        w.store.subscribe("pods", lambda _: counts.append(len(nodes(w))))
        await change_image(w)
        await w.until(lambda: is_updated(w))
        assert (min(counts), max(counts)) == (3, 4)


async def test_on_delete_waits_for_a_person():
    async with world(DaemonSetController, Scheduler, nodes=("a",)) as w:
        await create(w, daemon_set(updateStrategy={"type": "OnDelete"}))
        await w.until(lambda: status(w).get("numberAvailable") == 1)
        await change_image(w)
        await w.until(lambda: status(w)["observedGeneration"] == 2)
        await w.quiet()
        (pod,) = w.list("pods")
        assert pod["spec"]["containers"][0]["image"] == "python:3.13"
        assert "updatedNumberScheduled" not in status(w)
        await w.client.delete("pods", pod["metadata"]["name"], "default")
        await w.until(lambda: status(w).get("updatedNumberScheduled") == 1)


async def test_a_pod_that_failed_is_replaced_and_told():
    async with world(DaemonSetController, Scheduler, nodes=("a",)) as w:
        await create(w, daemon_set())
        await w.until(lambda: status(w).get("numberAvailable") == 1)
        (first,) = w.list("pods")
        await w.kubelet.report(first, ready=False, phase="Failed")
        await w.until(lambda: w.list("pods") and w.list("pods")[0]["metadata"]["uid"] != first["metadata"]["uid"])
        name = first["metadata"]["name"]
        told = f"Found failed daemon pod default/{name} on node a, will try to kill it"
        await w.until(lambda: ("DaemonSet", "Warning", "FailedDaemonPod", told) in w.events())
