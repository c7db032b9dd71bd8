"""Pods that no Job counts any more are let go: their Job is gone, is being deleted, is over, or has released them."""

from loopkube.client.client import Client
from loopkube.client.informer import Informers, Key, key_of
from loopkube.controllers.job_plan import finished
from loopkube.controllers.job_pods import is_tracked, let_go
from loopkube.controllers.loop import Controller
from loopkube.controllers.owners import controller_of, controller_uid
from loopkube.shared.clock import Clock


class JobOrphanController(Controller):
    """Takes away the finalizer by which a Job keeps its Pods until they are counted (syncOrphanPod)."""

    component = "job-controller"

    def __init__(self, client: Client, informers: Informers, clock: Clock) -> None:
        super().__init__(client, informers, clock)
        self._jobs = self.follow("jobs.batch", self._job_changed)
        self._pods = self.follow("pods", self._pod_changed)
        self._pods_by_owner = self._pods.index("controller", controller_uid)

    def _job_changed(self, type: str, job: dict, old: dict | None) -> None:
        if type == "DELETED" or not _counts(job):
            for pod in self._pods_by_owner.of(job["metadata"]["uid"]):
                self._pod_changed("MODIFIED", pod, None)

    def _pod_changed(self, type: str, pod: dict, old: dict | None) -> None:
        if type != "DELETED" and is_tracked(pod):
            self.queue.add(key_of(pod))

    async def reconcile(self, key: Key) -> None:
        """Takes the finalizer from a Pod that no Job counts any more: it could never be deleted."""
        pod = self._pods.items.get(key)
        if pod is None or not is_tracked(pod):
            return
        owner = controller_of(pod) or {}
        job = self._jobs.items.get((key[0], owner.get("name", "")))
        if job is None or job["metadata"]["uid"] != owner.get("uid") or not _counts(job):
            await let_go(self.client, pod)


def _counts(job: dict) -> bool:
    return not finished(job) and not job["metadata"].get("deletionTimestamp")
