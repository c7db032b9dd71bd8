"""ResourceQuotas: their status says what is used (pkg/controller/resourcequota)."""

from loopkube.client.client import Client
from loopkube.client.informer import Informers, Key, key_of
from loopkube.controllers.everything import Everything
from loopkube.controllers.loop import Controller
from loopkube.kinds.shared.quota import counting, usage
from loopkube.shared.clock import Clock

RESOURCE = "resourcequotas"
COUNTED_AGAIN = 10.0
"""Seconds after which the status is looked at again, whoever wrote it."""
_CHANGING = (usage.PODS, usage.SERVICES, usage.CLAIMS)
"""Resources whose objects do not always use the same."""


class ResourceQuotaController(Controller):
    component = "resourcequota-controller"

    def __init__(self, client: Client, informers: Informers, clock: Clock, everything: Everything) -> None:
        super().__init__(client, informers, clock)
        self._everything = everything
        self._quotas = self.follow(RESOURCE, self._quota_changed)
        self._by_namespace = self._quotas.index("namespace", lambda quota: (quota["metadata"]["namespace"],))
        everything.on_change(self._object_changed)

    async def prepare(self) -> None:
        await self._everything.start()

    def _quota_changed(self, type: str, quota: dict, old: dict | None) -> None:
        """A status that somebody else has written stays for a while: kube-controller-manager counts every 5 minutes."""
        if old is None or old.get("spec") != quota.get("spec"):
            self.queue.add(key_of(quota))
        elif old.get("status") != quota.get("status"):
            self.queue.add_after(key_of(quota), COUNTED_AGAIN)

    def _object_changed(self, resource: str, type: str, obj: dict, old: dict | None) -> None:
        quotas = self._by_namespace.of(obj["metadata"].get("namespace", ""))
        if not quotas or (type == "MODIFIED" and (resource not in _CHANGING or (old and _uses_the_same(obj, old)))):
            return
        for quota in quotas:
            self.queue.add(key_of(quota))

    async def reconcile(self, key: Key) -> None:
        """Counts the namespace's objects, and writes what is used."""
        quota = self._quotas.items.get(key)
        if quota is None:
            return
        used = counting.used(quota, lambda resource: self._everything.listed(resource, key[0]))
        status = {"hard": counting.hard(quota), "used": used}
        if status != quota.get("status"):
            await self.client.update(RESOURCE, quota | {"status": status}, subresource="status")


def _uses_the_same(obj: dict, old: dict) -> bool:
    phases = [(each.get("status") or {}).get("phase") for each in (obj, old)]
    return phases[0] == phases[1] and obj.get("spec") == old.get("spec")
