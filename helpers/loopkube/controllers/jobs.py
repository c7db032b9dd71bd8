"""Jobs: Pods until enough of them have succeeded, or too many have failed."""

import asyncio
from datetime import datetime
from itertools import islice

from loopkube.client.client import Client
from loopkube.client.informer import Informers, Key, key_of
from loopkube.controllers import job_plan, job_status
from loopkube.controllers.answers import namespace_ends
from loopkube.controllers.job_counting import Tally, is_indexed, tally
from loopkube.controllers.job_plan import Verdict
from loopkube.controllers.job_pods import FINALIZER, let_go, new_pod
from loopkube.controllers.loop import Controller
from loopkube.controllers.owners import Claims, controller_of, controller_uid, orphan_namespace, selector_of
from loopkube.controllers.writes import Writes
from loopkube.shared.clock import Clock, parse
from loopkube.shared.labels import labels_of, matches
from loopkube.shared.status import ApiError

RESOURCE, MANAGER = "jobs.batch", "kubernetes.io/job-controller"


class JobController(Controller):
    """Runs a Job's Pods until enough have succeeded or too many failed (pkg/controller/job)."""

    component = "job-controller"

    def __init__(self, client: Client, informers: Informers, clock: Clock) -> None:
        super().__init__(client, informers, clock)
        self._jobs, self._pods = self.follow(RESOURCE), self.follow("pods")
        self._pods_by_owner = self._pods.index("controller", controller_uid)
        self._orphans = self._pods.index("orphans", orphan_namespace)
        self._jobs_by_namespace = self._jobs.index("namespace", lambda job: (job["metadata"]["namespace"],))
        self._writes, self._own = Writes(self._pods, clock), Writes(self._jobs, clock)
        self._claims = Claims(client, "pods", RESOURCE, self._writes.wrote, FINALIZER)
        self._let_go: set[str] = set()
        self._last_failures: dict[Key, datetime] = {}
        self._jobs.on_change(self._job_changed)
        self._pods.on_change(self._pod_changed)

    def _job_changed(self, type: str, obj: dict, old: dict | None) -> None:
        self.queue.add(key_of(obj))

    def _pod_changed(self, type: str, pod: dict, old: dict | None) -> None:
        if type == "DELETED":
            self._let_go.discard(pod["metadata"]["uid"])
        for seen in (pod, old) if old else (pod,):
            owner = controller_of(seen)
            if owner and owner["kind"] == "Job":
                self.queue.add((pod["metadata"]["namespace"], owner["name"]))
        if controller_of(pod) is None and type != "DELETED":
            for job in self._jobs_by_namespace.of(pod["metadata"]["namespace"]):
                if matches(selector_of(job), labels_of(pod)):
                    self.queue.add(key_of(job))

    async def reconcile(self, key: Key) -> None:
        """Judges before it makes Pods: a Job that has failed gets no new ones."""
        job = self._jobs.items.get(key)
        if job is None:
            self._writes.forget(key)
            self._own.forget(key)
            self._last_failures.pop(key, None)
            return
        if job["spec"].get("managedBy", MANAGER) != MANAGER:
            return
        if not self._own.visible(key) or not self._writes.visible(key) or job["metadata"].get("deletionTimestamp"):
            return
        if job_plan.finished(job):
            await self._remove_in_time(key, job)
            return
        candidates = self._pods_by_owner.of(job["metadata"]["uid"]) + self._orphans.of(key[0])
        counted = tally(job, await self._claims.claim(job, candidates), self._let_go)
        self._remember_failure(key, counted)
        verdict = job_plan.verdict(job, counted, self.clock.now())
        if verdict:
            if counted.active:  # said first: what is deleted now is no reason for another verdict
                job = await self._write(key, job, job_status.of(job, counted, verdict, self.clock.stamp()))
            await self._delete(key, job, counted.active)
            counted.terminating, counted.active = counted.terminating + counted.active, []
        else:
            await self._balance(key, job, counted)
        await self._report(key, job, counted, verdict)

    def _remember_failure(self, key: Key, counted: Tally) -> None:
        """The next Pod waits for a while, also where the failed one is deleted meanwhile."""
        times = [at for at in (counted.last_failure, self._last_failures.get(key)) if at]
        if times:
            counted.last_failure = self._last_failures[key] = max(times)

    async def _balance(self, key: Key, job: dict, counted: Tally) -> None:
        desired = job_plan.wanted_active(job, counted)
        left = job_plan.seconds_left(job, self.clock.now())
        if left is not None:
            self.queue.add_after(key, left)
        surplus = job_plan.surplus(job, counted, desired)
        if surplus:
            counted.active = [pod for pod in counted.active if pod not in surplus]
            await self._release(surplus)  # not to be counted as failed
            await self._delete(key, job, surplus)
            counted.terminating += surplus
        missing = desired - len(counted.active) - len(job_plan.waits_for(job, counted))
        if missing > 0:
            pause = job_plan.pause(job, counted, self.clock.now())
            if pause:
                self.queue.add_after(key, pause)
            else:
                counted.active += await self._create(key, job, self._new_pods(job, counted, missing))

    def _new_pods(self, job: dict, counted: Tally, count: int) -> list[dict]:
        if not is_indexed(job):
            return [new_pod(job) for _ in range(count)]
        limited = job["spec"].get("backoffLimitPerIndex") is not None
        return [
            new_pod(job, index, counted.failures.get(index, 0) if limited else None)
            for index in islice(job_plan.free_indexes(job, counted), count)
        ]

    async def _create(self, key: Key, job: dict, pods: list[dict]) -> list[dict]:
        made = []
        for pod in pods:
            try:
                made.append(await self.client.create("pods", pod, key[0]))
            except ApiError as error:
                if namespace_ends(error):
                    return made
                await self.recorder.event(job, "Warning", "FailedCreate", f"Error creating: {error.message}")
                raise
            self._writes.wrote(key, made[-1])
            name = made[-1]["metadata"]["name"]
            await self.recorder.event(job, "Normal", "SuccessfulCreate", f"Created pod: {name}")
        return made

    async def _delete(self, key: Key, job: dict, pods: list[dict]) -> None:
        await asyncio.gather(*(self._delete_one(key, job, pod) for pod in pods))

    async def _delete_one(self, key: Key, job: dict, pod: dict) -> None:
        # before the request: the change may be seen before the answer
        self._writes.deleted(key, pod)
        name = pod["metadata"]["name"]
        try:
            await self.client.delete("pods", name, key[0], uid=pod["metadata"]["uid"])
        except ApiError as error:
            if error.code not in (404, 409):
                raise
            return
        await self.recorder.event(job, "Normal", "SuccessfulDelete", f"Deleted pod: {name}")

    async def _release(self, pods: list[dict]) -> None:
        await asyncio.gather(*(let_go(self.client, pod) for pod in pods))
        self._let_go |= {pod["metadata"]["uid"] for pod in pods}

    async def _report(self, key: Key, job: dict, counted: Tally, verdict: Verdict | None) -> None:
        """Pods are noted before their finalizers go, and counted after."""
        if counted.ended:
            job = await self._write(key, job, job_status.of(job, counted, verdict, self.clock.stamp()))
            await self._release(counted.ended)
            counted.settle()
        before = job_plan.finished(job)
        job = await self._write(key, job, job_status.of(job, counted, verdict, self.clock.stamp()))
        over = job_plan.finished(job) if not before else None
        if over and over["type"] == "Complete":
            await self.recorder.event(job, "Normal", "Completed", "Job completed")
        elif over:
            await self.recorder.event(job, "Warning", over["reason"], over["message"])

    async def _write(self, key: Key, job: dict, status: dict) -> dict:
        """The Job as it is then."""
        if status == job.get("status"):
            return job
        job = await self.client.update(RESOURCE, job | {"status": status}, subresource="status")
        self._own.wrote(key, job)
        return job

    async def _remove_in_time(self, key: Key, job: dict) -> None:
        """`ttlSecondsAfterFinished`: the Job goes, and its Pods with it."""
        seconds, over = job["spec"].get("ttlSecondsAfterFinished"), job_plan.finished(job)
        if seconds is None or over is None:
            return
        left = seconds - (self.clock.now() - parse(over["lastTransitionTime"])).total_seconds()
        if left > 0:
            self.queue.add_after(key, left)
            return
        try:
            uid = job["metadata"]["uid"]
            await self.client.delete(RESOURCE, key[1], key[0], uid=uid, propagation="Background")
        except ApiError as error:
            if error.code not in (404, 409):
                raise
