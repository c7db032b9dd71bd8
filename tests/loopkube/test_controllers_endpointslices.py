"""EndpointSlices and Endpoints: what Pods contribute, what stays in place, what a Service without Pods has."""

from loopkube.controllers.endpoint_facts import TRIGGER_ANNOTATION, TriggerTimes, target_port
from loopkube.controllers.endpoint_mirroring import EndpointMirroringController
from loopkube.controllers.endpoints import EndpointsController
from loopkube.controllers.endpointslices import RESOURCE, EndpointSliceController
from loopkube.controllers.garbage import GarbageController
from loopkube.controllers.scheduling.scheduler import Scheduler
from loopkube.controllers.slice_plan import Group, plan
from world import World, pod, service, world

ALL = (EndpointSliceController, EndpointsController, EndpointMirroringController, GarbageController, Scheduler)


async def create(w: World, resource: str, obj: dict) -> dict:
    return await w.client.create(resource, obj, "default")


async def add_pod(w: World, name: str, *, ready: bool = True, labels: dict | None = None, **spec: object) -> dict:
    w.kubelet.ready = ready
    ports = [{"name": "http", "containerPort": 8080}]
    spec = {"containers": [{"name": "app", "image": "python:3.13", "ports": ports}]} | spec
    obj = pod(name, **spec)
    obj["metadata"]["labels"] = labels or {"app": "web"}
    await create(w, "pods", obj)
    return await w.until(lambda: w.get("pods", name)["status"].get("podIP") and w.get("pods", name))


def slices(w: World, name: str = "web") -> list[dict]:
    return [s for s in w.list(RESOURCE) if s["metadata"]["labels"]["kubernetes.io/service-name"] == name]


def endpoints_of(w: World) -> dict[str, dict]:
    """{Pod's name: its conditions} of all slices."""
    return {e["targetRef"]["name"]: e["conditions"] for s in slices(w) for e in s.get("endpoints") or ()}


async def test_a_service_without_pods_has_one_empty_slice():
    async with world(*ALL) as w:
        made = await create(w, "services", service())
        await w.until(lambda: slices(w) and w.get("endpoints", "web"))
        (found,) = slices(w)
        assert found["metadata"]["generateName"] == "web-"
        assert found["metadata"]["labels"] == {
            "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
            "kubernetes.io/service-name": "web",
        }
        owner = found["metadata"]["ownerReferences"][0]
        assert (owner["kind"], owner["uid"], owner["controller"]) == ("Service", made["metadata"]["uid"], True)
        assert found["addressType"] == "IPv4"
        assert not found.get("endpoints") and not found.get("ports")
        assert TRIGGER_ANNOTATION in found["metadata"]["annotations"]
        older = w.get("endpoints", "web")
        assert older["metadata"]["labels"] == {"endpoints.kubernetes.io/managed-by": "endpoint-controller"}
        assert "subsets" not in older


async def test_a_pod_is_found_by_name_of_port_and_followed_through_its_life():
    async with world(*ALL) as w:
        await create(w, "services", service())
        await w.until(lambda: slices(w))
        (first,) = slices(w)
        made = await add_pod(w, "web-1", ready=False)
        await w.until(lambda: endpoints_of(w))
        assert endpoints_of(w) == {"web-1": {"ready": False, "serving": False, "terminating": False}}
        await w.until(lambda: w.get("endpoints", "web").get("subsets"))
        assert "addresses" not in w.get("endpoints", "web")["subsets"][0]
        await w.kubelet.report(made, ready=True)
        await w.until(lambda: endpoints_of(w)["web-1"]["ready"])
        (found,) = slices(w)
        assert found["metadata"]["name"] == first["metadata"]["name"]
        assert found["ports"] == [{"name": "http", "port": 8080, "protocol": "TCP"}]
        (endpoint,) = found["endpoints"]
        assert endpoint["addresses"] == [made["status"]["podIP"]]
        assert endpoint["nodeName"] == "one"
        uid = made["metadata"]["uid"]
        assert endpoint["targetRef"] == {"kind": "Pod", "name": "web-1", "namespace": "default", "uid": uid}
        await w.until(lambda: w.get("endpoints", "web")["subsets"][0].get("addresses"))
        assert w.get("endpoints", "web")["subsets"] == [
            {
                "addresses": [{"ip": made["status"]["podIP"], "nodeName": "one", "targetRef": endpoint["targetRef"]}],
                "ports": [{"name": "http", "port": 8080, "protocol": "TCP"}],
            }
        ]
        await w.client.delete("pods", "web-1", "default")
        await w.until(lambda: not endpoints_of(w))
        assert [s["metadata"]["name"] for s in slices(w)] == [first["metadata"]["name"]]


async def test_a_terminating_pod_serves_but_is_not_ready():
    async with world(EndpointSliceController, EndpointsController, Scheduler, kubelet=False) as w:
        await create(w, "services", service())
        obj = pod("web-1")
        obj["metadata"]["labels"] = {"app": "web"}
        obj["spec"]["containers"][0]["ports"] = [{"name": "http", "containerPort": 8080}]
        await create(w, "pods", obj)
        made = await w.until(lambda: w.get("pods", "web-1")["spec"].get("nodeName") and w.get("pods", "web-1"))
        await w.kubelet.report(made, ready=True)
        await w.until(lambda: endpoints_of(w).get("web-1", {}).get("ready"))
        await w.client.delete("pods", "web-1", "default")
        await w.until(lambda: endpoints_of(w)["web-1"]["terminating"])
        assert endpoints_of(w)["web-1"] == {"ready": False, "serving": True, "terminating": True}
        await w.until(lambda: "subsets" not in w.get("endpoints", "web"))


async def test_publish_not_ready_addresses():
    async with world(*ALL) as w:
        await create(w, "services", service(publishNotReadyAddresses=True))
        await add_pod(w, "web-1", ready=False)
        await w.until(lambda: endpoints_of(w))
        assert endpoints_of(w)["web-1"] == {"ready": True, "serving": False, "terminating": False}
        await w.until(lambda: w.get("endpoints", "web").get("subsets"))
        assert len(w.get("endpoints", "web")["subsets"][0]["addresses"]) == 1


async def test_pods_with_other_port_numbers_make_another_slice():
    async with world(*ALL) as w:
        await create(w, "services", service())
        await add_pod(w, "web-1")
        other = [{"name": "app", "image": "python:3.13", "ports": [{"name": "http", "containerPort": 9090}]}]
        await add_pod(w, "web-2", containers=other)
        await w.until(lambda: len(endpoints_of(w)) == 2)
        assert sorted(s["ports"][0]["port"] for s in slices(w)) == [8080, 9090]


async def test_a_headless_service_is_labelled_and_may_have_no_ports():
    async with world(*ALL) as w:
        headless = service(clusterIP="None")
        headless["spec"].pop("ports")
        await create(w, "services", headless)
        await add_pod(w, "web-1", hostname="first", subdomain="web")
        await w.until(lambda: endpoints_of(w))
        (found,) = slices(w)
        assert found["metadata"]["labels"]["service.kubernetes.io/headless"] == ""
        assert found["endpoints"][0]["hostname"] == "first"
        assert not found["ports"]


async def test_labels_of_the_service_and_zones_of_nodes_are_carried_over():
    async with world(*ALL, nodes=()) as w:
        await w.add_node("one", labels={"topology.kubernetes.io/zone": "east"})
        labelled = service()
        labelled["metadata"]["labels"] = {"team": "shop"}
        await create(w, "services", labelled)
        await add_pod(w, "web-1")
        await w.until(lambda: endpoints_of(w))
        (found,) = slices(w)
        assert found["metadata"]["labels"]["team"] == "shop"
        assert found["endpoints"][0]["zone"] == "east"
        await w.client.patch("services", "web", {"metadata": {"labels": {"team": None}}}, "default")
        await w.until(lambda: "team" not in slices(w)[0]["metadata"]["labels"])


async def test_another_selector_takes_other_pods():
    async with world(*ALL) as w:
        await create(w, "services", service())
        await add_pod(w, "web-1")
        await add_pod(w, "shop-1", labels={"app": "shop"})
        await w.until(lambda: set(endpoints_of(w)) == {"web-1"})
        await w.client.patch("services", "web", {"spec": {"selector": {"app": "shop"}}}, "default")
        await w.until(lambda: set(endpoints_of(w)) == {"shop-1"})


async def test_slices_and_endpoints_go_with_their_service():
    async with world(*ALL) as w:
        await create(w, "services", service())
        await w.until(lambda: slices(w) and w.get("endpoints", "web"))
        await w.client.delete("services", "web", "default")
        await w.until(lambda: not slices(w) and w.get("endpoints", "web") is None)


async def test_a_service_without_a_selector_is_left_to_its_author():
    async with world(*ALL) as w:
        plain = service(selector=None)
        await create(w, "services", plain)
        await w.quiet()
        assert not slices(w) and w.get("endpoints", "web") is None
        subsets = [{"addresses": [{"ip": "192.0.2.7"}], "ports": [{"name": "http", "port": 80}]}]
        written = {"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "web"}, "subsets": subsets}
        await create(w, "endpoints", written)
        (found,) = await w.until(lambda: slices(w))
        manager = found["metadata"]["labels"]["endpointslice.kubernetes.io/managed-by"]
        assert manager == "endpointslicemirroring-controller.k8s.io"
        assert found["endpoints"][0]["addresses"] == ["192.0.2.7"]
        await w.client.delete("services", "web", "default")
        await w.until(lambda: not slices(w))


def _endpoint(n: int) -> dict:
    return {"addresses": [f"127.244.{n // 250}.{n % 250}"], "targetRef": {"uid": str(n)}}


def _template() -> dict:
    return {"metadata": {"labels": {}, "ownerReferences": []}}


def _slice(*numbers: int, name: str = "a") -> dict:
    metadata = {"name": name, "labels": {}, "ownerReferences": []}
    return {"metadata": metadata, "endpoints": [_endpoint(n) for n in numbers], "ports": []}


def test_a_slice_holds_a_hundred_endpoints():
    todo = plan(_template(), [Group([], [_endpoint(n) for n in range(250)])], [])
    assert [len(s["endpoints"]) for s in todo.create] == [100, 100, 50]


def test_new_endpoints_go_where_there_is_room_and_the_others_stay():
    known = [_slice(*range(100), name="full"), _slice(100, 101, name="half")]
    todo = plan(_template(), [Group([], [_endpoint(n) for n in range(103)])], known)
    assert not todo.create and not todo.delete
    assert [(s["metadata"]["name"], len(s["endpoints"])) for s in todo.update] == [("half", 3)]


def test_nothing_is_written_when_nothing_changed():
    todo = plan(_template(), [Group([], [_endpoint(2), _endpoint(1)])], [_slice(1, 2)])
    assert todo == type(todo)()


def test_a_slice_that_is_no_longer_needed_is_used_again():
    todo = plan(_template(), [], [_slice(1)])
    assert not todo.create and not todo.delete
    assert [(s["metadata"]["name"], s["endpoints"], s["ports"]) for s in todo.update] == [("a", None, None)]


def test_a_named_port_is_looked_up_by_protocol_too():
    ports = [{"name": "dns", "containerPort": 53, "protocol": "TCP"}]
    ports.append({"name": "dns", "containerPort": 5353, "protocol": "UDP"})
    found = {"spec": {"containers": [{"ports": ports}]}}
    assert target_port(found, {"targetPort": "dns", "port": 53, "protocol": "UDP"}) == 5353
    assert target_port(found, {"targetPort": "http", "port": 80}) is None
    assert target_port(found, {"port": 80}) == 80


def test_trigger_times_are_those_of_what_changed():
    times, made = TriggerTimes(), {"metadata": {"creationTimestamp": "2026-01-01T00:00:00Z"}}

    def ready(status: str, at: str) -> dict:
        condition = {"type": "Ready", "status": status, "lastTransitionTime": at}
        return {"metadata": {"name": "web-1"}, "status": {"podIP": "127.244.0.2", "conditions": [condition]}}

    def write(*pods: dict) -> str:
        found = times.untold("key", made, list(pods))
        times.told("key", made, list(pods))
        return found

    assert write() == "2026-01-01T00:00:00Z"
    assert write() == ""
    at = "2026-01-01T00:00:09Z"
    assert times.untold("key", made, [ready("False", at)]) == at
    assert write(ready("False", at)) == at
    assert write(ready("False", at)) == ""
    assert write(ready("True", at)) == at
