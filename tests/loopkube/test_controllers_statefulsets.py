"""StatefulSets: numbered Pods in turn, replaced from the last one on; their claims, which nothing binds."""

import pytest
from loopkube.controllers.scheduling.scheduler import Scheduler
from loopkube.controllers.statefulsets import StatefulSetController
from loopkube.shared.status import ApiError
from world import World, deployment, world

STS, REVISIONS = "statefulsets.apps", "controllerrevisions.apps"


def stateful_set(replicas: int = 3, **spec: object) -> dict:
    found = deployment("web", replicas, serviceName="web", **spec)
    return found | {"kind": "StatefulSet"}


def names(w: World) -> list[str]:
    return sorted(p["metadata"]["name"] for p in w.list("pods"))


def status(w: World) -> dict:
    return w.get(STS, "web")["status"]


async def test_pods_are_numbered_and_made_in_turn() -> None:
    async with world(StatefulSetController, Scheduler) as w:
        seen: list[list[str]] = []
        w.store.subscribe("pods", lambda _: seen.append(names(w)))
        await w.client.create(STS, stateful_set(), "default")
        await w.until(lambda: status(w).get("availableReplicas") == 3)
        assert names(w) == ["web-0", "web-1", "web-2"] and ["web-0"] in seen and ["web-0", "web-2"] not in seen
        first = w.get("pods", "web-0")
        assert (first["spec"]["hostname"], first["spec"]["subdomain"]) == ("web-0", "web")
        labels = first["metadata"]["labels"]
        assert labels["statefulset.kubernetes.io/pod-name"] == "web-0" and labels["apps.kubernetes.io/pod-index"] == "0"
        assert labels["controller-revision-hash"] == status(w)["currentRevision"] == status(w)["updateRevision"]
        assert ("Normal", "create Pod web-0 in StatefulSet web successful") in {(e[1], e[3]) for e in w.events()}
        await w.client.patch(STS, "web", {"spec": {"replicas": 2}}, "default", subresource="scale")
        await w.until(lambda: status(w)["replicas"] == 2)
        assert names(w) == ["web-0", "web-1"]


async def test_a_new_template_replaces_the_last_pod_first_and_can_be_undone() -> None:
    async with world(StatefulSetController, Scheduler) as w:
        await w.client.create(STS, stateful_set(2), "default")
        await w.until(lambda: status(w).get("availableReplicas") == 2)
        old = {p["metadata"]["name"]: p["metadata"]["uid"] for p in w.list("pods")}
        order: list[str] = []

        def ended(_: object) -> None:
            now = {p["metadata"]["name"]: p["metadata"]["uid"] for p in w.list("pods")}
            order.extend(n for n, uid in old.items() if now.get(n) != uid and n not in order)

        w.store.subscribe("pods", ended)
        change = {"spec": {"template": {"metadata": {"annotations": {"n": "2"}}}}}
        await w.client.patch(STS, "web", change, "default")
        await w.until(lambda: status(w)["observedGeneration"] == 2 and status(w).get("updatedReplicas") == 2)
        await w.until(lambda: status(w)["currentRevision"] == status(w)["updateRevision"])
        assert order == ["web-1", "web-0"]
        revisions = sorted(w.list(REVISIONS), key=lambda r: r["revision"])
        assert [r["revision"] for r in revisions] == [1, 2]
        assert "annotations" not in revisions[0]["data"]["spec"]["template"]["metadata"]


async def test_a_partition_keeps_the_pods_below_it() -> None:
    async with world(StatefulSetController, Scheduler) as w:
        rolling = {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}
        await w.client.create(STS, stateful_set(2, updateStrategy=rolling), "default")
        await w.until(lambda: status(w).get("availableReplicas") == 2)
        before = status(w)["currentRevision"]
        await w.client.patch(STS, "web", {"spec": {"template": {"metadata": {"annotations": {"n": "2"}}}}}, "default")
        await w.until(lambda: status(w).get("updatedReplicas") == 1 and status(w).get("readyReplicas") == 2)
        kept = w.get("pods", "web-0")
        await w.client.delete("pods", "web-0", "default", grace=0)
        await w.until(lambda: (w.get("pods", "web-0") or kept)["metadata"]["uid"] != kept["metadata"]["uid"], "pods")
        assert w.get("pods", "web-0")["metadata"]["labels"]["controller-revision-hash"] == before


async def test_all_at_once_and_claims_that_stay_pending() -> None:
    async with world(StatefulSetController, Scheduler) as w:
        storage = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
        claim = {"metadata": {"name": "data"}, "spec": storage}
        await w.client.create(
            STS, stateful_set(2, podManagementPolicy="Parallel", volumeClaimTemplates=[claim]), "default"
        )
        await w.until(lambda: names(w) == ["web-0", "web-1"])
        found = await w.until(lambda: (w.get("pods", "web-1").get("status") or {}).get("conditions"))
        assert "pod has unbound immediate PersistentVolumeClaims" in found[0]["message"]
        claims = w.list("persistentvolumeclaims")
        assert {c["metadata"]["name"]: c["status"]["phase"] for c in claims} == {
            "data-web-0": "Pending",
            "data-web-1": "Pending",
        }


async def test_what_may_not_change() -> None:
    async with world(StatefulSetController, kubelet=False) as w:
        await w.client.create(STS, stateful_set(1), "default")
        with pytest.raises(ApiError, match="updates to statefulset spec for fields other than 'replicas'"):
            await w.client.patch(STS, "web", {"spec": {"serviceName": "other"}}, "default")
