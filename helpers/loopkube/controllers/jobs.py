"""Jobs: Pods until enough of them have succeeded, or too many have failed."""

import asyncio
from itertools import islice

from loopkube.client.client import Client
from loopkube.client.informer import Informers, Key, key_of
from loopkube.controllers import job_plan
from loopkube.controllers.answers import namespace_ends
from loopkube.controllers.job_plan import Tally, Verdict
from loopkube.controllers.job_pods import new_pod
from loopkube.controllers.loop import Controller
from loopkube.controllers.owners import controller_of, controller_uid
from loopkube.controllers.pods import condition
from loopkube.controllers.writes import Writes
from loopkube.shared import job_indexes
from loopkube.shared.clock import Clock, parse
from loopkube.shared.status import ApiError

RESOURCE, MANAGER = "jobs.batch", "kubernetes.io/job-controller"
FIRST_HINTS = {"Complete": "SuccessCriteriaMet", "Failed": "FailureTarget"}
"""The condition that comes before the last one, while Pods still end."""


class JobController(Controller):
    """Runs a Job's Pods until enough have succeeded or too many failed (pkg/controller/job)."""

    component = "job-controller"

    def __init__(self, client: Client, informers: Informers, clock: Clock) -> None:
        super().__init__(client, informers, clock)
        self._jobs = self.follow(RESOURCE, self._job_changed)
        self._pods = self.follow("pods", self._pod_changed)
        self._pods_by_owner = self._pods.index("controller", controller_uid)
        self._writes, self._own = Writes(self._pods, clock), Writes(self._jobs, clock)

    def _job_changed(self, type: str, obj: dict, old: dict | None) -> None:
        self.queue.add(key_of(obj))

    def _pod_changed(self, type: str, pod: dict, old: dict | None) -> None:
        owner = controller_of(pod)
        if owner and owner["kind"] == "Job":
            self.queue.add((pod["metadata"]["namespace"], owner["name"]))

    async def reconcile(self, key: Key) -> None:
        """Judges before it makes Pods: a Job that has failed gets no new ones."""
        job = self._jobs.items.get(key)
        if job is None:
            self._writes.forget(key)
            self._own.forget(key)
            return
        if job["spec"].get("managedBy", MANAGER) != MANAGER:
            return
        if not self._own.visible(key) or not self._writes.visible(key) or job["metadata"].get("deletionTimestamp"):
            return
        if job_plan.finished(job):
            await self._remove_in_time(key, job)
            return
        counted = job_plan.tally(job, self._pods_by_owner.of(job["metadata"]["uid"]))
        verdict = job_plan.verdict(job, counted, self.clock.now())
        if verdict:
            await self._delete(key, job, counted.active)
            counted.terminating, counted.active = counted.terminating + counted.active, []
        else:
            await self._balance(key, job, counted)
        await self._report(key, job, counted, verdict)

    async def _balance(self, key: Key, job: dict, counted: Tally) -> None:
        wanted = job_plan.wanted_active(job, counted)
        left = job_plan.seconds_left(job, self.clock.now())
        if left is not None:
            self.queue.add_after(key, left)
        surplus = job_plan.surplus(job, counted, wanted)
        if surplus:
            counted.active = [pod for pod in counted.active if pod not in surplus]
            await self._delete(key, job, surplus)
            counted.terminating += surplus
        missing = wanted - len(counted.active) - len(job_plan.waits_for(job, counted))
        if missing > 0:
            pause = job_plan.pause(job, counted, self.clock.now())
            if pause:
                self.queue.add_after(key, pause)
            else:
                counted.active += await self._create(key, job, self._new_pods(job, counted, missing))

    def _new_pods(self, job: dict, counted: Tally, count: int) -> list[dict]:
        if not job_plan.is_indexed(job):
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
        self._writes.deleted(key, pod)
        name = pod["metadata"]["name"]
        try:
            await self.client.delete("pods", name, key[0], uid=pod["metadata"]["uid"])
        except ApiError as error:
            if error.code not in (404, 409):
                raise
            return
        await self.recorder.event(job, "Normal", "SuccessfulDelete", f"Deleted pod: {name}")

    async def _report(self, key: Key, job: dict, counted: Tally, verdict: Verdict | None) -> None:
        status = self._status(job, counted, verdict)
        if status == job.get("status"):
            return
        self._own.wrote(key, await self.client.update(RESOURCE, job | {"status": status}, subresource="status"))
        over = job_plan.finished({"status": status})
        if over and over["type"] == "Complete":
            await self.recorder.event(job, "Normal", "Completed", "Job completed")
        elif over:
            await self.recorder.event(job, "Warning", over["reason"], over["message"])

    def _status(self, job: dict, counted: Tally, verdict: Verdict | None) -> dict:
        now, before = self.clock.stamp(), job.get("status", {})
        status = {"startTime": before.get("startTime") or now} if not job["spec"].get("suspend") else {}
        counts = {"active": len(counted.active), "succeeded": counted.succeeded, "failed": counted.failed}
        status |= {name: count for name, count in counts.items() if count}
        status |= {"ready": counted.ready, "terminating": len(counted.terminating), "uncountedTerminatedPods": {}}
        if counted.completed:
            status["completedIndexes"] = job_indexes.text(counted.completed)
        if job["spec"].get("backoffLimitPerIndex") is not None:
            status["failedIndexes"] = job_indexes.text(counted.lost)
        conditions = self._conditions(job, counted, verdict, now)
        if conditions:
            status["conditions"] = conditions
        if conditions and conditions[-1]["type"] == "Complete":
            status["completionTime"] = now
        return status

    def _conditions(self, job: dict, counted: Tally, verdict: Verdict | None, now: str) -> list[dict]:
        conditions = [c for c in job.get("status", {}).get("conditions") or () if c["type"] != "Suspended"]
        suspended = condition(job, "Suspended")
        if job["spec"].get("suspend"):
            running = _condition("Suspended", "JobSuspended", "Job suspended", now)
            conditions.append(suspended if suspended and suspended["status"] == "True" else running)
        elif suspended:
            resumed = _condition("Suspended", "JobResumed", "Job resumed", now) | {"status": "False"}
            conditions.append(suspended if suspended["status"] == "False" else resumed)
        if verdict:
            if not condition(job, FIRST_HINTS[verdict.type]):
                conditions.append(_condition(FIRST_HINTS[verdict.type], verdict.reason, verdict.message, now))
            if not counted.terminating:
                conditions.append(_condition(verdict.type, verdict.reason, verdict.message, now))
        return conditions

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


def _condition(type: str, reason: str, message: str, now: str) -> dict:
    times = {"lastProbeTime": now, "lastTransitionTime": now}
    return {"type": type, "status": "True", **times, "reason": reason, "message": message}
