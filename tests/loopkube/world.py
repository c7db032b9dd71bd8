"""A cluster without processes for tests: the API in memory, controllers and scheduler, a kubelet of a few lines."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable

from loopkube import controllers
from loopkube.api.custom.keeper import DefinitionKeeper
from loopkube.api.in_process import InProcessClient
from loopkube.api.store.store import Store
from loopkube.api.verbs import Api
from loopkube.client.informer import Informer, Informers
from loopkube.controllers.loop import Controller
from loopkube.controllers.scheduling.scheduler import Scheduler
from loopkube.kinds.registry import Kinds
from loopkube.shared.clock import Clock
from loopkube.shared.status import ApiError

DEADLINE = 5.0


class World:
    """`client` is the API; `run` starts controllers; `until` waits for a condition to hold."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.store = Store(None)
        self.kinds = Kinds()
        self.client = InProcessClient(Api(self.store, self.kinds, self.clock), "test")
        self.informers = Informers(self.client, self.clock)
        self.kubelet = Kubelet(self.client, self.informers, self.clock)
        self.started: list[Controller | Scheduler] = []

    async def run(self, *kinds: type, **settings: object) -> None:
        """Starts these controllers (all when none is named; `Scheduler` may be among them)."""
        made = controllers.make_all(self.client, self.informers, self.clock, kinds=self.kinds, ca="PEM", **settings)
        for part in [*made, Scheduler(self.client, self.informers, self.clock)]:
            if not kinds or type(part) in kinds:
                await part.start()
                self.started.append(part)
        for part in self.started:
            await part.ready()

    async def stop(self) -> None:
        for part in reversed(self.started):
            await part.stop()
        await self.informers.stop()
        self.store.close()

    async def until(self, holds: Callable[[], object], *resources: str) -> object:
        """The first true value of `holds()`, asked again after every change of one of the resources."""
        changed = asyncio.Event()
        undo = [self.store.subscribe(resource, lambda _: changed.set()) for resource in resources or ALL]
        try:
            async with asyncio.timeout(DEADLINE):
                while not (found := holds()):
                    await changed.wait()
                    changed.clear()
                return found
        finally:
            for unsubscribe in undo:
                unsubscribe()

    async def quiet(self) -> None:
        """Returns when no controller has anything left to do."""
        still = 0
        while still < 20:
            await asyncio.sleep(0)
            busy = any(isinstance(part, Controller) and not part.queue.idle for part in self.started)
            still = 0 if busy else still + 1

    @contextlib.asynccontextmanager
    async def definitions(self) -> AsyncIterator[None]:
        """Custom kinds are served while it lasts."""
        keeper = DefinitionKeeper(self.store, self.kinds, self.client, self.clock)
        await keeper.start()
        try:
            yield
        finally:
            await keeper.stop()

    def get(self, resource: str, name: str, namespace: str = "default") -> dict | None:
        found = self.store.get(resource, namespace, name)
        return found.obj if found else None

    def list(self, resource: str, namespace: str = "default") -> list[dict]:
        return [stored.obj for stored in self.store.list(resource, namespace)]

    def events(self, namespace: str = "default") -> set[tuple[str, str, str, str]]:
        """(kind, type, reason, message) of every event."""
        return {
            (e["involvedObject"]["kind"], e["type"], e["reason"], e["message"]) for e in self.list("events", namespace)
        }

    async def add_node(self, name: str, **spec: object) -> dict:
        labels = spec.pop("labels", {})
        status = {
            "allocatable": {"cpu": "2", "memory": "4Gi", "pods": "110"},
            "capacity": {"cpu": "2", "memory": "4Gi", "pods": "110"},
            "conditions": [_condition("Ready", self.clock, reason="KubeletReady")],
        }
        metadata = {"name": name, "labels": {"kubernetes.io/hostname": name, **labels}}
        node = {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": spec}
        made = await self.client.create("nodes", node)
        made = await self.client.update("nodes", made | {"status": status}, subresource="status")
        return await self.client.patch("nodes", name, {"spec": {"taints": spec.get("taints")}})

    async def add_namespace(self, name: str) -> None:
        metadata = {"name": name}
        await self.client.create("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
        account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": name}}
        with contextlib.suppress(ApiError):
            await self.client.create("serviceaccounts", account, name)


ALL = [kind.resource for kind in Kinds()]


def _condition(type: str, clock: Clock, status: str = "True", **more: str) -> dict:
    return {"type": type, "status": status, "lastTransitionTime": clock.stamp(), **more}


class Kubelet:
    """Makes scheduled Pods run and be ready at once, and ends deleted ones, while `live` is true."""

    def __init__(self, client: InProcessClient, informers: Informers, clock: Clock) -> None:
        self._client, self._clock = client, clock
        self._pods: Informer = informers.of("pods")
        self._tasks: set[asyncio.Task] = set()
        self._addresses = (f"127.244.0.{n}" for n in range(2, 250))
        self.ready = True

    async def start(self) -> None:
        self._pods.on_change(self._changed)
        await self._pods.start()

    def _changed(self, type: str, pod: dict, old: dict | None) -> None:
        if type == "DELETED" or not pod["spec"].get("nodeName"):
            return
        metadata = pod["metadata"]
        if metadata.get("deletionTimestamp"):
            self._soon(self._client.delete("pods", metadata["name"], metadata["namespace"], grace=0))
        elif not pod["status"].get("podIP"):
            self._soon(self.report(pod, ready=self.ready))

    async def report(self, pod: dict, *, ready: bool, phase: str = "Running") -> None:
        metadata = pod["metadata"]
        ip = pod["status"].get("podIP") or next(self._addresses)
        status = {"phase": phase, "podIP": ip, "podIPs": [{"ip": ip}]}
        status["conditions"] = [_condition("Ready", self._clock, "True" if ready else "False")]
        await self._client.patch(
            "pods",
            metadata["name"],
            {"status": status},
            metadata["namespace"],
            subresource="status",
            type="strategic",
        )

    def _soon(self, work) -> None:
        async def quietly() -> None:
            with contextlib.suppress(ApiError):
                await work

        task = asyncio.create_task(quietly())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


@contextlib.asynccontextmanager
async def world(
    *kinds: type, nodes: Iterable[str] = ("one",), kubelet: bool = True, **settings: object
) -> AsyncIterator[World]:
    """A World with the namespace `default`, these nodes, and these controllers running."""
    made = World(settings.pop("clock", None))
    await made.add_namespace("default")
    for name in nodes:
        await made.add_node(name)
    if kubelet:
        await made.kubelet.start()
    await made.run(*kinds, **settings)
    try:
        yield made
    finally:
        await made.stop()


def deployment(name: str = "web", replicas: int = 1, image: str = "python:3.13", **spec: object) -> dict:
    template = {
        "metadata": {"labels": {"app": name}},
        "spec": {"containers": [{"name": "app", "image": image, "ports": [{"name": "http", "containerPort": 8080}]}]},
    }
    whole = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template} | spec
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": whole}


def service(name: str = "web", **spec: object) -> dict:
    whole = {"selector": {"app": name}, "ports": [{"name": "http", "port": 80, "targetPort": "http"}]} | spec
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": whole}


def pod(name: str, **spec: object) -> dict:
    whole = {"containers": [{"name": "app", "image": "python:3.13"}]} | spec
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": name}}, "spec": whole}
