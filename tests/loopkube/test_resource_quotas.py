"""ResourceQuotas and LimitRanges: what is let in, what is counted, and what is filled in."""

import pytest
from held_clock import HeldClock
from loopkube.controllers.resource_quotas import COUNTED_AGAIN, ResourceQuotaController
from loopkube.shared.status import ApiError
from world import World, pod, service, world

QUOTAS, LIMITS = "resourcequotas", "limitranges"


def quota(name: str = "q", **spec: object) -> dict:
    return {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": name}, "spec": spec}


def limits(*items: dict) -> dict:
    return {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "l"}, "spec": {"limits": list(items)}}


def asking(name: str, requests: dict | None = None, **more: object) -> dict:
    resources = {"requests": requests or {}, "limits": more.pop("limits", {})}
    container = {"name": "app", "image": "python:3.13", "resources": {k: v for k, v in resources.items() if v}}
    return pod(name, containers=[container], **more)


def used(w: World, name: str = "q") -> dict:
    return w.get(QUOTAS, name).get("status", {}).get("used", {})


async def create(w: World, resource: str, obj: dict) -> dict:
    return await w.client.create(resource, obj, "default")


async def refused(w: World, resource: str, obj: dict) -> str:
    with pytest.raises(ApiError) as found:
        await create(w, resource, obj)
    assert (found.value.code, found.value.reason) == (403, "Forbidden")
    return found.value.message


async def test_the_life_of_a_pod_is_counted() -> None:
    async with world(ResourceQuotaController, kubelet=False) as w:
        await create(w, QUOTAS, quota(hard={"pods": "2", "requests.cpu": "1", "requests.memory": "1Gi", "cpu": "1"}))
        await w.until(lambda: used(w).get("pods") == "0")
        await create(w, "pods", asking("a", {"cpu": "600m", "memory": "256Mi"}))
        await w.until(
            lambda: used(w) == {"pods": "1", "cpu": "600m", "requests.cpu": "600m", "requests.memory": "256Mi"}
        )
        assert await refused(w, "pods", asking("b", {"cpu": "500m", "memory": "1Mi"})) == (
            'pods "b" is forbidden: exceeded quota: q, requested: cpu=500m,requests.cpu=500m, '
            "used: cpu=600m,requests.cpu=600m, limited: cpu=1,requests.cpu=1"
        )
        assert await refused(w, "pods", pod("c")) == (
            'pods "c" is forbidden: failed quota: q: must specify cpu for: app; requests.cpu for: app; '
            "requests.memory for: app"
        )
        finished = w.get("pods", "a") | {"status": {"phase": "Succeeded"}}
        await w.client.update("pods", finished, subresource="status")
        await w.until(lambda: used(w)["pods"] == "0")
        await create(w, "pods", asking("b", {"cpu": "1", "memory": "1Gi"}))
        await w.client.delete("pods", "b", "default", grace=0)
        await w.until(lambda: used(w) == {"pods": "0", "cpu": "0", "requests.cpu": "0", "requests.memory": "0"})


async def test_objects_are_counted_by_kind() -> None:
    async with world(ResourceQuotaController, kubelet=False) as w:
        hard = {"services": "10", "services.nodeports": "1", "services.loadbalancers": "1", "configmaps": "1"}
        await create(w, QUOTAS, quota(hard=hard | {"count/replicasets.apps": "1", "resourcequotas": "1"}))
        await create(w, "services", service("plain"))
        await create(w, "services", service("open", type="NodePort"))
        message = await refused(w, "services", service("more", type="NodePort"))
        assert message.endswith(
            "exceeded quota: q, requested: services.nodeports=1, used: services.nodeports=1, "
            "limited: services.nodeports=1"
        )
        with pytest.raises(ApiError, match="exceeded quota: q"):
            await w.client.patch("services", "plain", {"spec": {"type": "NodePort"}}, "default")
        await create(w, "configmaps", {"metadata": {"name": "one"}})
        assert "exceeded quota: q, requested: configmaps=1" in await refused(
            w, "configmaps", {"metadata": {"name": "two"}}
        )
        wanted = {"services": "2", "services.nodeports": "1", "services.loadbalancers": "0", "configmaps": "1"}
        await w.until(lambda: used(w) == wanted | {"count/replicasets.apps": "0", "resourcequotas": "1"})


@pytest.mark.parametrize(
    ("spec", "counted", "left_out"),
    [
        ({"scopes": ["BestEffort"]}, pod("a"), asking("b", {"cpu": "1m"})),
        ({"scopes": ["NotBestEffort"]}, asking("a", {"cpu": "1m"}), pod("b")),
        ({"scopes": ["Terminating"]}, pod("a", activeDeadlineSeconds=5), pod("b")),
        ({"scopes": ["NotTerminating"]}, pod("a"), pod("b", activeDeadlineSeconds=5)),
        (
            {
                "scopeSelector": {
                    "matchExpressions": [
                        {"scopeName": "PriorityClass", "operator": "In", "values": ["system-node-critical"]}
                    ]
                }
            },
            pod("a", priorityClassName="system-node-critical"),
            pod("b", priorityClassName="system-cluster-critical"),
        ),
    ],
)
async def test_a_scope_says_which_pods_are_counted(spec: dict, counted: dict, left_out: dict) -> None:
    async with world(ResourceQuotaController, kubelet=False) as w:
        await create(w, QUOTAS, quota(hard={"pods": "1"}, **spec))
        await create(w, "pods", left_out)
        await create(w, "pods", counted)
        await w.until(lambda: used(w) == {"pods": "1"})
        again = counted | {"metadata": {"name": "again"}}
        assert "exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1" in await refused(w, "pods", again)


async def test_a_status_written_by_hand_stays_until_something_is_counted() -> None:
    """The conformance spec on a ResourceQuota's status reads its own, and waits until it is reset."""
    clock = HeldClock()
    async with world(ResourceQuotaController, kubelet=False, clock=clock) as w:
        await create(w, QUOTAS, quota(hard={"pods": "5"}))
        await w.until(lambda: used(w))
        by_hand = {"status": {"hard": {"pods": "7"}, "used": {"pods": "3"}}}
        await w.client.patch(QUOTAS, "q", by_hand, "default", subresource="status")
        await w.quiet()
        assert used(w) == {"pods": "3"}
        await clock.advance(COUNTED_AGAIN)
        await w.until(lambda: w.get(QUOTAS, "q")["status"] == {"hard": {"pods": "5"}, "used": {"pods": "0"}})
        await w.client.patch(QUOTAS, "q", by_hand, "default", subresource="status")
        await w.client.patch(QUOTAS, "q", {"spec": {"hard": {"pods": "6"}}}, "default")
        await w.until(lambda: w.get(QUOTAS, "q")["status"] == {"hard": {"pods": "6"}, "used": {"pods": "0"}})


async def test_what_a_quota_may_not_say() -> None:
    async with world() as w:
        for spec, words in (
            (
                {"hard": {"fruit": "1"}},
                'spec.hard[fruit]: Invalid value: "fruit": must be a standard resource for quota',
            ),
            ({"hard": {"pods": "500m"}}, 'spec.hard[pods]: Invalid value: "500m": must be an integer'),
            ({"hard": {"cpu": "1"}, "scopes": ["BestEffort"]}, "unsupported scope applied to resource"),
            ({"scopes": ["BestEffort", "NotBestEffort"]}, "conflicting scopes"),
        ):
            with pytest.raises(ApiError) as found:
                await create(w, QUOTAS, quota(**spec))
            assert words in found.value.message


async def test_a_limit_range_fills_in_and_refuses() -> None:
    async with world(kubelet=False) as w:
        limit = {"type": "Container", "min": {"cpu": "50m"}, "max": {"cpu": "500m"}}
        given = {"defaultRequest": {"cpu": "100m"}, "default": {"cpu": "400m", "memory": "1Gi"}}
        made = await create(w, LIMITS, limits(limit | given | {"maxLimitRequestRatio": {"cpu": "4"}}))
        assert made["spec"]["limits"][0]["defaultRequest"] == {"cpu": "100m", "memory": "1Gi"}
        bare = await create(w, "pods", pod("bare"))
        assert bare["spec"]["containers"][0]["resources"] == {
            "requests": {"cpu": "100m", "memory": "1Gi"},
            "limits": {"cpu": "400m", "memory": "1Gi"},
        }
        assert bare["metadata"]["annotations"]["kubernetes.io/limit-ranger"] == (
            "LimitRanger plugin set: cpu, memory request for container app; cpu, memory limit for container app"
        )
        for requests, most, words in (
            ({"cpu": "10m"}, {"cpu": "40m"}, "minimum cpu usage per Container is 50m, but request is 10m"),
            ({"cpu": "200m"}, {"cpu": "600m"}, "maximum cpu usage per Container is 500m, but limit is 600m"),
            (
                {"cpu": "50m"},
                {"cpu": "500m"},
                "cpu max limit to request ratio per Container is 4, but provided ratio is 10.000000",
            ),
        ):
            message = await refused(w, "pods", asking("odd", requests, limits=most))
            assert message == f'pods "odd" is forbidden: {words}'


async def test_a_limit_range_of_whole_pods_and_of_claims() -> None:
    async with world(kubelet=False) as w:
        claim = {"type": "PersistentVolumeClaim", "min": {"storage": "1Gi"}}
        await create(w, LIMITS, limits({"type": "Pod", "max": {"memory": "1Gi"}}, claim))
        assert (await refused(w, "pods", pod("a"))).endswith(
            "maximum memory usage per Pod is 1Gi.  No limit is specified"
        )
        assert await create(w, "pods", asking("b", limits={"memory": "1Gi"}))
        spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "500Mi"}}}
        message = await refused(w, "persistentvolumeclaims", {"metadata": {"name": "c"}, "spec": spec})
        assert message.endswith("minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 500Mi")
