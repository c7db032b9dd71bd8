"""Namespaces: a deleted one is emptied, Pods first, and then let go."""

from loopkube.client.client import Client
from loopkube.client.informer import Informers
from loopkube.controllers.everything import Everything
from loopkube.controllers.loop import Controller
from loopkube.controllers.namespace_status import Remains, conditions
from loopkube.kinds import Kind
from loopkube.shared.clock import Clock
from loopkube.shared.status import ApiError

FINALIZER = "kubernetes"
LOOK_AGAIN = 15.0
"""Seconds after which a namespace that still holds something is looked at even if no change was seen."""


class NamespaceController(Controller):
    """Its keys are names of namespaces."""

    component = "namespace-controller"

    def __init__(self, client: Client, informers: Informers, clock: Clock, everything: Everything) -> None:
        super().__init__(client, informers, clock)
        self._everything = everything
        self._namespaces = self.follow("namespaces", self._namespace_changed)
        everything.on_change(self._content_changed)

    async def prepare(self) -> None:
        await self._everything.start()

    def _namespace_changed(self, type: str, obj: dict, old: dict | None) -> None:
        if type != "DELETED" and obj["metadata"].get("deletionTimestamp"):
            self.queue.add(obj["metadata"]["name"])

    def _content_changed(self, resource: str, type: str, obj: dict, old: dict | None) -> None:
        name = obj["metadata"].get("namespace", "")
        namespace = self._namespaces.get("", name) if name and type == "DELETED" else None
        if namespace is not None and namespace["metadata"].get("deletionTimestamp"):
            self.queue.add(name)

    async def reconcile(self, key: str) -> None:
        """Empties a namespace that is being deleted, then lets it go (pkg/controller/namespace/deletion)."""
        namespace = self._namespaces.get("", key)
        if namespace is None or not namespace["metadata"].get("deletionTimestamp"):
            return
        finalizers = namespace["spec"].get("finalizers") or []
        if FINALIZER not in finalizers:
            return
        remains = await self._empty(key)
        if remains.anything:
            await self._report(namespace, remains)
            self.queue.add_after(key, LOOK_AGAIN)
            return
        kept = [f for f in finalizers if f != FINALIZER]
        finished = namespace | {"spec": namespace["spec"] | {"finalizers": kept}}
        await self._write(finished, "finalize")

    async def _empty(self, name: str) -> Remains:
        """Deletes what is in the namespace and says what is left; everything else waits for the Pods."""
        remains = Remains()
        kinds = {k.resource: k for k in self._everything.kinds if k.namespaced and "delete" in k.verbs}
        # first, and alone: they may still need what the other objects hold while they end
        pods = kinds.pop("pods", None)
        if pods:
            await self._empty_kind(pods, name, remains)
        if remains.anything:
            return remains
        for kind in kinds.values():
            await self._empty_kind(kind, name, remains)
        return remains

    async def _empty_kind(self, kind: Kind, name: str, remains: Remains) -> None:
        for obj in (await self.client.list(kind.resource, name)).items:
            if not obj["metadata"].get("deletionTimestamp"):
                await self._delete(kind, obj, remains)
        # again: what has a finalizer is still there
        for obj in (await self.client.list(kind.resource, name)).items:
            remains.add(kind, obj)

    async def _delete(self, kind: Kind, obj: dict, remains: Remains) -> None:
        metadata = obj["metadata"]
        try:
            await self.client.delete(kind.resource, metadata["name"], metadata["namespace"], propagation="Background")
        except ApiError as error:
            if error.code != 404:
                remains.failures.append(error.message)

    async def _report(self, namespace: dict, remains: Remains) -> None:
        status = namespace.get("status", {})
        desired = conditions(status.get("conditions") or [], remains, self.clock.stamp())
        if desired != status.get("conditions"):
            await self._write(namespace | {"status": status | {"conditions": desired}}, "status")

    async def _write(self, namespace: dict, subresource: str) -> None:
        try:
            await self.client.update("namespaces", namespace, subresource=subresource)
        except ApiError as error:
            if error.code != 404:
                raise
