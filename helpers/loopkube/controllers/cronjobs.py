"""CronJobs: a Job whenever its schedule is due (pkg/controller/cronjob)."""

import copy
from datetime import datetime, timedelta

from loopkube.client.client import Client
from loopkube.client.informer import Informers, Key, key_of
from loopkube.controllers.answers import namespace_ends
from loopkube.controllers.job_plan import finished
from loopkube.controllers.loop import Controller
from loopkube.controllers.owners import controller_of, controller_ref, controller_uid
from loopkube.controllers.writes import Writes
from loopkube.shared.clock import Clock, parse
from loopkube.shared.schedule import BadSchedule, Schedule, time_zone
from loopkube.shared.status import ApiError

RESOURCE, JOBS = "cronjobs.batch", "jobs.batch"
SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp"
SLACK = 0.1
"""Seconds after a time at which the controller looks again, so that it has surely come."""
_HISTORY = (("Complete", "successfulJobsHistoryLimit"), ("Failed", "failedJobsHistoryLimit"))


class CronJobController(Controller):
    component = "cronjob-controller"

    def __init__(self, client: Client, informers: Informers, clock: Clock) -> None:
        super().__init__(client, informers, clock)
        self._crons = self.follow(RESOURCE, self._cron_changed)
        self._jobs = self.follow(JOBS, self._job_changed)
        self._jobs_by_owner = self._jobs.index("controller", controller_uid)
        self._writes, self._own = Writes(self._jobs, clock), Writes(self._crons, clock)

    def _cron_changed(self, type: str, obj: dict, old: dict | None) -> None:
        self.queue.add(key_of(obj))

    def _job_changed(self, type: str, job: dict, old: dict | None) -> None:
        owner = controller_of(job)
        if owner and owner["kind"] == "CronJob":
            self.queue.add((job["metadata"]["namespace"], owner["name"]))

    async def reconcile(self, key: Key) -> None:
        """Takes in what its Jobs have become, starts the one that is due, and comes again at the next time."""
        cron = self._crons.items.get(key)
        if cron is None:
            self._writes.forget(key)
            self._own.forget(key)
            return
        if not self._own.visible(key) or not self._writes.visible(key):
            return
        jobs, status = self._jobs_by_owner.of(cron["metadata"]["uid"]), copy.deepcopy(cron.get("status") or {})
        # before the start: under the policy Forbid, what has ended makes room for what is due
        await self._settle(cron, status, jobs)
        await self._remove_old(key, cron, jobs)
        if not cron["metadata"].get("deletionTimestamp") and not cron["spec"].get("suspend"):
            await self._start_due(key, cron, status)
        if status != (cron.get("status") or {}):
            self._own.wrote(key, await self.client.update(RESOURCE, cron | {"status": status}, subresource="status"))

    async def _settle(self, cron: dict, status: dict, jobs: list[dict]) -> None:
        """Takes what is over out of the active Jobs."""
        by_uid, active = {job["metadata"]["uid"]: job for job in jobs}, []
        for reference in status.pop("active", ()):
            job = by_uid.get(reference["uid"])
            over = finished(job) if job else None
            if job is None:
                text = f"Active job went missing: {reference['name']}"
                await self.recorder.event(cron, "Normal", "MissingJob", text)
            elif over:
                text = f"Saw completed job: {reference['name']}, condition: {over['type']}"
                await self.recorder.event(cron, "Normal", "SawCompletedJob", text)
            else:
                active.append(reference)
        known = {reference["uid"] for reference in active}
        for job in jobs:
            if job["metadata"]["uid"] not in known and not finished(job):
                text = f"Saw a job that the controller did not create or forgot: {job['metadata']['name']}"
                await self.recorder.event(cron, "Warning", "UnexpectedJob", text)
        ends = [job["status"]["completionTime"] for job in jobs if (job.get("status") or {}).get("completionTime")]
        if ends:
            status["lastSuccessfulTime"] = max([*ends, status.get("lastSuccessfulTime", "")])
        if active:
            status["active"] = active

    async def _start_due(self, key: Key, cron: dict, status: dict) -> None:
        try:
            schedule = Schedule(cron["spec"]["schedule"], cron["spec"].get("timeZone", "UTC"))
        except BadSchedule as error:
            text = f'unparseable schedule: "{cron["spec"]["schedule"]}" : {error}'
            await self.recorder.event(cron, "Warning", "UnparseableSchedule", text)
            return
        now = self.clock.now()
        following = schedule.after(now)
        if following:
            self.queue.add_after(key, (following - now).total_seconds() + SLACK)
        due = _due(cron, status, schedule, now)
        if due and await self._may_start(key, cron, status):
            await self._start(key, cron, status, due)

    async def _may_start(self, key: Key, cron: dict, status: dict) -> bool:
        policy = cron["spec"].get("concurrencyPolicy")
        if policy == "Forbid" and status.get("active"):
            text = "Not starting job because prior execution is running and concurrency policy is Forbid"
            await self.recorder.event(cron, "Normal", "JobAlreadyActive", text)
            return False
        if policy == "Replace":
            for reference in status.pop("active", ()):
                await self._delete(key, cron, reference["name"], reference["uid"])
        return True

    async def _start(self, key: Key, cron: dict, status: dict, due: datetime) -> None:
        try:
            made = await self.client.create(JOBS, job_of(cron, due), key[0])
        except ApiError as error:
            if namespace_ends(error):
                return
            if error.reason != "AlreadyExists":
                await self.recorder.event(cron, "Warning", "FailedCreate", f"Error creating job: {error.message}")
                raise
            # made by an earlier call, which did not get as far as its status
            made = await self.client.get(JOBS, name_of(cron, due), key[0])
            if (controller_of(made) or {}).get("uid") != cron["metadata"]["uid"]:
                return
        else:
            name = made["metadata"]["name"]
            await self.recorder.event(cron, "Normal", "SuccessfulCreate", f"Created job {name}")
        self._writes.wrote(key, made)
        status["active"] = [*status.get("active", ()), _reference(made)]
        status["lastScheduleTime"] = due.strftime("%Y-%m-%dT%H:%M:%SZ")

    async def _remove_old(self, key: Key, cron: dict, jobs: list[dict]) -> None:
        for condition, field in _HISTORY:
            limit = cron["spec"].get(field)
            over = [job for job in jobs if (end := finished(job)) and end["type"] == condition and not _leaves(job)]
            over.sort(key=lambda job: (job["status"].get("startTime", ""), job["metadata"]["name"]))
            if limit is not None:
                for job in over[: max(0, len(over) - limit)]:
                    self._writes.deleted(key, job)
                    await self._delete(key, cron, job["metadata"]["name"], job["metadata"]["uid"])

    async def _delete(self, key: Key, cron: dict, name: str, uid: str) -> None:
        try:
            await self.client.delete(JOBS, name, key[0], uid=uid, propagation="Background")
        except ApiError as error:
            if error.code in (404, 409):
                return
            await self.recorder.event(cron, "Warning", "FailedDelete", f"Deleted job: {error.message}")
            raise
        await self.recorder.event(cron, "Normal", "SuccessfulDelete", f"Deleted job {name}")


def _due(cron: dict, status: dict, schedule: Schedule, now: datetime) -> datetime | None:
    """The latest time that has come and for which no Job has been started."""
    since = parse(status.get("lastScheduleTime") or cron["metadata"]["creationTimestamp"])
    deadline = cron["spec"].get("startingDeadlineSeconds")
    if deadline is not None:
        since = max(since, now - timedelta(seconds=deadline))
    return schedule.latest(since, now)


def name_of(cron: dict, due: datetime) -> str:
    """The same for the same time, so that no time has two Jobs."""
    return f"{cron['metadata']['name']}-{int(due.timestamp()) // 60}"


def job_of(cron: dict, due: datetime) -> dict:
    """The Job of one scheduled time; its name is made from the time, so that it is made once."""
    template, zone = cron["spec"]["jobTemplate"], time_zone(cron["spec"].get("timeZone", "UTC"))
    meta = template.get("metadata") or {}
    stamp = due.astimezone(zone).isoformat(timespec="seconds").replace("+00:00", "Z")
    metadata = {
        "name": name_of(cron, due),
        "namespace": cron["metadata"]["namespace"],
        "labels": dict(meta.get("labels") or {}),
        "annotations": {**(meta.get("annotations") or {}), SCHEDULED: stamp},
        "ownerReferences": [controller_ref(cron)],
    }
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": copy.deepcopy(template["spec"])}


def _leaves(job: dict) -> bool:
    return bool(job["metadata"].get("deletionTimestamp"))


def _reference(job: dict) -> dict:
    metadata = job["metadata"]
    named = {field: metadata[field] for field in ("namespace", "name", "uid", "resourceVersion")}
    return {"kind": "Job", "apiVersion": "batch/v1", **named}
