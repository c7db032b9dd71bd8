"""Services of type LoadBalancer: without a provider their address stays pending, as on a cluster without a cloud."""

from typing import Protocol

from loopkube.client.client import Client
from loopkube.client.informer import Informers, Key, key_of
from loopkube.controllers.loop import Controller
from loopkube.shared.clock import Clock

FINALIZER = "service.kubernetes.io/load-balancer-cleanup"


class Provider(Protocol):
    """Gives out addresses. `ensure` returns `status.loadBalancer.ingress`; both may be called again and again."""

    async def ensure(self, service: dict) -> list[dict]:
        """The entries of status.loadBalancer.ingress for this Service. Raises an error to be tried again."""

    async def remove(self, service: dict) -> None:
        """Frees what `ensure` made; called before the Service may go, so that nothing is left behind."""


class _Nobody:
    """Stands for the missing provider; no Service comes before it."""

    async def ensure(self, service: dict) -> list[dict]:
        return []

    async def remove(self, service: dict) -> None:
        pass


class LoadBalancerController(Controller):
    """Gives Services of type LoadBalancer their address (k8s.io/cloud-provider/controllers/service)."""

    component = "service-controller"

    def __init__(self, client: Client, informers: Informers, clock: Clock, provider: Provider | None = None) -> None:
        super().__init__(client, informers, clock)
        self._provider = provider or _Nobody()
        self._services = self.follow("services", self._service_changed if provider else None)

    def _service_changed(self, type: str, obj: dict, old: dict | None) -> None:
        self.queue.add(key_of(obj))

    async def reconcile(self, key: Key) -> None:
        """Gives the Service an address, and a finalizer while it has one; releases it before the Service goes."""
        service = self._services.items.get(key)
        if service is None:
            return
        metadata, spec = service["metadata"], service["spec"]
        ours = FINALIZER in (metadata.get("finalizers") or ())
        if spec.get("type") != "LoadBalancer" or metadata.get("deletionTimestamp"):
            if ours:
                await self._release(service)
        elif not spec.get("loadBalancerClass"):
            await self._ensure(service, ours=ours)

    async def _ensure(self, service: dict, *, ours: bool) -> None:
        known = service.get("status", {}).get("loadBalancer", {}).get("ingress") or []
        if not known:
            await self.recorder.event(service, "Normal", "EnsuringLoadBalancer", "Ensuring load balancer")
        if not ours:
            # before there is an address: a Service that is deleted meanwhile still has to give it back
            service = await self._finalizers(service, [*(service["metadata"].get("finalizers") or ()), FINALIZER])
        provided = await self._provider.ensure(service)
        if provided == known:
            return
        await self._status(service, provided)
        await self.recorder.event(service, "Normal", "EnsuredLoadBalancer", "Ensured load balancer")

    async def _release(self, service: dict) -> None:
        await self.recorder.event(service, "Normal", "DeletingLoadBalancer", "Deleting load balancer")
        # while the finalizer holds the Service: a failure is tried again
        await self._provider.remove(service)
        if not service["metadata"].get("deletionTimestamp"):
            await self._status(service, [])
        await self._finalizers(service, [f for f in service["metadata"]["finalizers"] if f != FINALIZER])
        await self.recorder.event(service, "Normal", "DeletedLoadBalancer", "Deleted load balancer")

    async def _finalizers(self, service: dict, finalizers: list[str]) -> dict:
        metadata = service["metadata"]
        patch = {"metadata": {"finalizers": finalizers or None}}
        return await self.client.patch("services", metadata["name"], patch, metadata["namespace"])

    async def _status(self, service: dict, ingress: list[dict]) -> None:
        metadata = service["metadata"]
        patch = {"status": {"loadBalancer": {"ingress": ingress or None}}}
        await self.client.patch("services", metadata["name"], patch, metadata["namespace"], subresource="status")
