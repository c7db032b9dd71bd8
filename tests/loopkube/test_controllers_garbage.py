"""Garbage collection and namespaces: what goes with its owner, what is set free, how a namespace empties."""

import pytest
from loopkube.controllers.garbage import GarbageController
from loopkube.controllers.namespaces import NamespaceController
from loopkube.controllers.owners import controller_ref
from loopkube.controllers.serviceaccounts import RootCAController, ServiceAccountController
from loopkube.shared.status import ApiError
from world import World, deployment, pod, world


def config_map(name: str, *owners: dict, block: bool = True, **metadata: object) -> dict:
    references = [controller_ref(o) | {"controller": n == 0, "blockOwnerDeletion": block} for n, o in enumerate(owners)]
    whole = {"name": name, "ownerReferences": references} | metadata
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": whole}


async def create(w: World, obj: dict) -> dict:
    return await w.client.create("configmaps", obj, "default")


def names(w: World, resource: str = "configmaps") -> set[str]:
    return {o["metadata"]["name"] for o in w.list(resource)}


async def chain(w: World) -> None:
    """top owns middle, middle owns bottom."""
    top = await create(w, config_map("top"))
    middle = await create(w, config_map("middle", top))
    await create(w, config_map("bottom", middle))


async def test_what_is_owned_goes_after_its_owner():
    async with world(GarbageController) as w:
        await chain(w)
        await w.client.delete("configmaps", "top", "default", propagation="Background")
        assert "top" not in names(w)
        await w.until(lambda: not names(w))


async def test_in_the_foreground_the_owner_goes_last():
    async with world(GarbageController) as w:
        await chain(w)
        order = []
        w.store.subscribe(
            "configmaps", lambda e: e.type == "DELETED" and order.append(e.object.obj["metadata"]["name"])
        )
        await w.client.delete("configmaps", "top", "default", propagation="Foreground")
        assert w.get("configmaps", "top")["metadata"]["finalizers"] == ["foregroundDeletion"]
        await w.until(lambda: not names(w))
        assert order == ["bottom", "middle", "top"]


async def test_in_the_foreground_only_dependents_that_block_are_waited_for():
    async with world(GarbageController) as w:
        top = await create(w, config_map("top"))
        await create(w, config_map("held", top, block=False, finalizers=["example.com/hold"]))
        await w.client.delete("configmaps", "top", "default", propagation="Foreground")
        await w.until(lambda: names(w) == {"held"})
        assert w.get("configmaps", "held")["metadata"]["deletionTimestamp"]


async def circle(w: World, length: int) -> None:
    """Each owns the next one and the last one owns the first, all with blockOwnerDeletion."""
    made = [await create(w, config_map(f"m{n}")) for n in range(length)]
    for number, obj in enumerate(made):
        owner = controller_ref(made[number - 1])
        await w.client.patch(
            "configmaps", obj["metadata"]["name"], {"metadata": {"ownerReferences": [owner]}}, "default"
        )


@pytest.mark.parametrize("length", [2, 3, 10])
@pytest.mark.parametrize("propagation", ["Foreground", "Background"])
async def test_a_circle_of_owners_is_collected(length: int, propagation: str):
    """The conformance spec "Garbage collector should not be blocked by dependency circle"."""
    async with world(GarbageController) as w:
        await circle(w, length)
        await w.client.delete("configmaps", "m0", "default", propagation=propagation)
        await w.until(lambda: not names(w))


async def test_an_object_that_owns_itself_waits_without_keeping_anybody():
    """As on Kubernetes it stays until its finalizer is taken away by hand; here the controller rests meanwhile."""
    async with world(GarbageController) as w:
        await circle(w, 1)
        await w.client.delete("configmaps", "m0", "default", propagation="Foreground")
        await w.quiet()
        assert names(w) == {"m0"}
        await w.client.patch("configmaps", "m0", {"metadata": {"finalizers": None}}, "default")
        await w.until(lambda: not names(w))


async def test_orphans_are_set_free():
    async with world(GarbageController) as w:
        await chain(w)
        await w.client.delete("configmaps", "top", "default", propagation="Orphan")
        await w.until(lambda: "top" not in names(w))
        await w.quiet()
        assert names(w) == {"middle", "bottom"}
        assert "ownerReferences" not in w.get("configmaps", "middle")["metadata"]


async def test_one_owner_that_stands_is_enough():
    async with world(GarbageController) as w:
        first, second = await create(w, config_map("first")), await create(w, config_map("second"))
        await create(w, config_map("child", first, second))
        await w.client.delete("configmaps", "first", "default")
        await w.until(lambda: len(w.get("configmaps", "child")["metadata"]["ownerReferences"]) == 1)
        assert w.get("configmaps", "child")["metadata"]["ownerReferences"][0]["name"] == "second"


async def test_an_owner_that_never_was_or_has_another_uid_is_no_owner():
    async with world(GarbageController) as w:
        top = await create(w, config_map("top"))
        ghost = top | {"metadata": top["metadata"] | {"uid": "00000000-0000-0000-0000-000000000000"}}
        await create(w, config_map("child", ghost))
        await w.until(lambda: names(w) == {"top"})


async def test_objects_of_custom_kinds_own_and_are_owned():
    async with world(GarbageController) as w:
        shown = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
        version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": shown}}
        kind = {"plural": "shops", "singular": "shop", "kind": "Shop", "listKind": "ShopList"}
        spec = {"group": "example.com", "scope": "Namespaced", "names": kind, "versions": [version]}
        definition = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}
        definition |= {"metadata": {"name": "shops.example.com"}, "spec": spec}
        async with w.definitions():
            await w.client.create("customresourcedefinitions.apiextensions.k8s.io", definition)
            await w.until(lambda: w.kinds.named("shops.example.com"))
            made = {"apiVersion": "example.com/v1", "kind": "Shop", "metadata": {"name": "a"}}
            shop = await w.client.create("shops.example.com", made, "default")
            await create(w, config_map("child", shop))
            await w.client.delete("shops.example.com", "a", "default")
            await w.until(lambda: "child" not in names(w))


async def test_a_namespace_goes_with_all_it_holds():
    async with world() as w:
        await w.add_namespace("shop")
        await w.client.create("deployments.apps", deployment(replicas=2), "shop")
        await w.until(lambda: sum(bool(p["status"].get("podIP")) for p in w.list("pods", "shop")) == 2)
        await w.client.delete("namespaces", "shop")
        assert w.get("namespaces", "shop", "")["status"]["phase"] == "Terminating"
        await w.until(lambda: w.get("namespaces", "shop", "") is None)
        left = [k.resource for k in w.kinds if k.namespaced and w.list(k.resource, "shop")]
        assert left == []


async def test_a_namespace_says_what_holds_it():
    async with world(NamespaceController, GarbageController) as w:
        await w.add_namespace("shop")
        held = config_map("held", finalizers=["example.com/hold"])
        await w.client.create("configmaps", held, "shop")
        await w.client.delete("namespaces", "shop")

        def said() -> dict[str, tuple[str, str, str]]:
            conditions = w.get("namespaces", "shop", "")["status"].get("conditions") or ()
            return {c["type"]: (c["status"], c["reason"], c["message"]) for c in conditions}

        await w.until(said)
        assert said()["NamespaceContentRemaining"] == (
            "True",
            "SomeResourcesRemain",
            "Some resources are remaining: configmaps. has 1 resource instances",
        )
        assert said()["NamespaceFinalizersRemaining"] == (
            "True",
            "SomeFinalizersRemain",
            "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances",
        )
        assert said()["NamespaceDeletionContentFailure"][:2] == ("False", "ContentDeleted")
        with pytest.raises(ApiError) as refused:
            await w.client.create("configmaps", config_map("late"), "shop")
        assert refused.value.code == 403
        await w.client.patch("configmaps", "held", {"metadata": {"finalizers": None}}, "shop")
        await w.until(lambda: w.get("namespaces", "shop", "") is None)


async def test_pods_go_before_the_rest_of_a_namespace():
    async with world(NamespaceController, kubelet=False) as w:
        await w.add_namespace("shop")
        await w.client.create("configmaps", config_map("settings"), "shop")
        await w.client.create("pods", pod("web", nodeName="one"), "shop")
        await w.client.delete("namespaces", "shop")
        await w.until(lambda: w.get("pods", "web", "shop")["metadata"].get("deletionTimestamp"))
        await w.quiet()
        assert w.get("configmaps", "settings", "shop")
        await w.client.delete("pods", "web", "shop", grace=0)
        await w.until(lambda: w.get("namespaces", "shop", "") is None)


async def test_every_namespace_has_an_account_and_the_certificate():
    async with world(ServiceAccountController, RootCAController) as w:
        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
        await w.client.create("namespaces", namespace)
        await w.until(lambda: w.get("serviceaccounts", "default", "shop"))
        found = await w.until(lambda: w.get("configmaps", "kube-root-ca.crt", "shop"))
        assert found["data"] == {"ca.crt": "PEM"}
        assert found["metadata"]["annotations"]["kubernetes.io/description"].startswith("Contains a CA bundle")
        await w.client.patch("configmaps", "kube-root-ca.crt", {"data": {"ca.crt": "forged"}}, "shop")
        await w.until(lambda: w.get("configmaps", "kube-root-ca.crt", "shop")["data"] == {"ca.crt": "PEM"})
        await w.client.delete("serviceaccounts", "default", "shop")
        await w.until(lambda: w.get("serviceaccounts", "default", "shop"))
