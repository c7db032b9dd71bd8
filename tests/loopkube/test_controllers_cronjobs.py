"""CronJobs: Jobs at their times, what happens when two meet, and how many are kept."""

from datetime import UTC, datetime, timedelta

import pytest
from held_clock import HeldClock
from loopkube.controllers.cronjobs import CronJobController
from loopkube.controllers.jobs import JobController
from loopkube.controllers.scheduling.scheduler import Scheduler
from loopkube.shared.schedule import BadSchedule, Schedule
from loopkube.shared.status import ApiError
from world import World, world

CRONS, JOBS = "cronjobs.batch", "jobs.batch"
EXPLICIT = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
TEMPLATE = {"spec": {"restartPolicy": "Never", "containers": [{"name": "app", "image": "python:3.13"}]}}


def cron(schedule: str = "* * * * *", **spec: object) -> dict:
    whole = {"schedule": schedule, "jobTemplate": {"metadata": {"labels": {"a": "b"}}, "spec": {"template": TEMPLATE}}}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "tick"}, "spec": whole | spec}


async def create(w: World, obj: dict) -> dict:
    return await w.client.create(CRONS, obj, "default")


def status(w: World) -> dict:
    return w.get(CRONS, "tick").get("status", {})


async def end_pods(w: World, phase: str = "Succeeded") -> None:
    running = await w.until(lambda: [p for p in w.list("pods") if p["status"].get("phase") == "Running"])
    for pod in running:
        await w.kubelet.report(pod, ready=False, phase=phase)
    await w.quiet()


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)


async def test_a_job_each_minute_and_no_time_has_two() -> None:
    clock = HeldClock()
    async with world(CronJobController, JobController, clock=clock) as w:
        made = await create(w, cron(timeZone="Asia/Seoul"))
        await w.quiet()
        assert w.list(JOBS) == []
        await clock.advance(60)
        [job] = await w.until(lambda: w.list(JOBS))
        due = at(2026, 1, 2, 3, 5)
        assert job["metadata"]["name"] == f"tick-{int(due.timestamp()) // 60}"
        assert job["metadata"]["labels"] == {"a": "b"}
        assert job["metadata"]["annotations"]["batch.kubernetes.io/cronjob-scheduled-timestamp"] == (
            "2026-01-02T12:05:00+09:00"
        )
        assert job["metadata"]["ownerReferences"][0]["uid"] == made["metadata"]["uid"]
        await w.until(lambda: status(w).get("lastScheduleTime") == "2026-01-02T03:05:00Z")
        assert [a["name"] for a in status(w)["active"]] == [job["metadata"]["name"]]
        await clock.advance(60)
        await w.until(lambda: len(status(w).get("active", ())) == 2)
        created = ("CronJob", "Normal", "SuccessfulCreate", f"Created job {job['metadata']['name']}")
        await w.until(lambda: created in w.events())


async def test_forbid_waits_for_the_one_that_runs() -> None:
    clock = HeldClock()
    async with world(CronJobController, JobController, Scheduler, clock=clock) as w:
        await create(w, cron(concurrencyPolicy="Forbid"))
        await clock.advance(200)
        await w.quiet()
        assert len(w.list(JOBS)) == 1
        await end_pods(w)
        await w.until(lambda: status(w).get("lastSuccessfulTime"))
        await w.until(lambda: len(w.list(JOBS)) == 2)


async def test_replace_ends_the_one_that_runs() -> None:
    clock = HeldClock()
    async with world(CronJobController, JobController, clock=clock) as w:
        await create(w, cron(concurrencyPolicy="Replace"))
        await clock.advance(60)
        [first] = await w.until(lambda: w.list(JOBS))
        await clock.advance(60)
        await w.until(lambda: [j["metadata"]["name"] for j in w.list(JOBS)] != [first["metadata"]["name"]])
        await w.until(lambda: len(status(w).get("active", ())) == 1)
        [second] = w.list(JOBS)
        assert status(w)["active"][0]["uid"] == second["metadata"]["uid"] != first["metadata"]["uid"]


async def test_a_suspended_one_starts_nothing_and_a_deleted_job_is_missed() -> None:
    clock = HeldClock()
    async with world(CronJobController, JobController, clock=clock) as w:
        await create(w, cron())
        await clock.advance(60)
        [job] = await w.until(lambda: w.list(JOBS))
        await w.client.patch(CRONS, "tick", {"spec": {"suspend": True}}, "default")
        await w.client.delete(JOBS, job["metadata"]["name"], "default", propagation="Background")
        await w.until(lambda: not status(w).get("active"))
        await clock.advance(180)
        await w.quiet()
        assert w.list(JOBS) == []


async def test_a_start_that_was_missed_for_too_long_is_left_out() -> None:
    clock = HeldClock()
    async with world(JobController, clock=clock) as w:
        await create(w, cron("0 * * * *", startingDeadlineSeconds=60))
        clock.jump(3600)  # 04:04:05; 04:00 is over for longer than a minute
        await w.run(CronJobController)
        await w.quiet()
        assert w.list(JOBS) == []
        await w.client.patch(CRONS, "tick", {"spec": {"startingDeadlineSeconds": 600}}, "default")
        await w.until(lambda: w.list(JOBS))


async def test_only_the_last_jobs_are_kept() -> None:
    clock = HeldClock()
    async with world(CronJobController, JobController, Scheduler, clock=clock) as w:
        await create(w, cron(successfulJobsHistoryLimit=1))
        names = []
        for _ in range(3):
            await clock.advance(60)
            await end_pods(w)
            names.append(max(j["metadata"]["name"] for j in w.list(JOBS)))
        await w.until(lambda: [j["metadata"]["name"] for j in w.list(JOBS)] == names[-1:])


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ("* * *", "expected exactly 5 fields, found 3: [* * *]"),
        ("60 * * * *", "end of range (60) above maximum (59): 60"),
        ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
        ("5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1"),
        ("*/0 * * * *", "step of range should be a positive number: */0"),
        ("x * * * *", 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'),
        ("@fortnightly", "unrecognized descriptor: @fortnightly"),
        ("@every 9999999999h", 'failed to parse duration @every 9999999999h: time: invalid duration "9999999999h"'),
        ("@every x", 'failed to parse duration @every x: time: invalid duration "x"'),
    ],
)
def test_what_a_schedule_may_not_say(schedule: str, words: str) -> None:
    with pytest.raises(BadSchedule) as refused:
        Schedule(schedule)
    assert str(refused.value) == words


@pytest.mark.parametrize(
    ("schedule", "zone", "following"),
    [
        ("*/15 * * * *", "UTC", at(2026, 1, 2, 3, 15)),
        ("0 9 * * mon-fri", "Asia/Seoul", at(2026, 1, 5, 0, 0)),
        ("0 0 13 * fri", "UTC", at(2026, 1, 9)),
        ("0 0 */2 * mon", "UTC", at(2026, 1, 3)),
        ("@daily", "UTC", at(2026, 1, 3)),
        ("0 0 ? * 0", "UTC", at(2026, 1, 4)),
        ("@every 1h30m", "UTC", at(2026, 1, 2, 4, 34, 5)),
        ("0 0 30 2 *", "UTC", None),
    ],
)
def test_when_a_schedule_is_due(schedule: str, zone: str, following: datetime | None) -> None:
    now = at(2026, 1, 2, 3, 4, 5)
    assert Schedule(schedule, zone).after(now) == following
    if following:
        assert Schedule(schedule, zone).latest(now, following + timedelta(seconds=1)) == following


async def test_what_a_cron_job_may_not_say() -> None:
    async with world() as w:
        for spec, words in (
            ({"timeZone": "Mars/Base"}, 'spec.timeZone: Invalid value: "Mars/Base": unknown time zone Mars/Base'),
            ({"timeZone": ""}, 'spec.timeZone: Invalid value: "": timeZone must be nil or non-empty string'),
            ({"timeZone": "../UTC"}, 'spec.timeZone: Invalid value: "../UTC": unknown time zone ../UTC'),
            ({"timeZone": "Local"}, f'spec.timeZone: Invalid value: "Local": {EXPLICIT}'),
            (
                {"timeZone": "local", "startingDeadlineSeconds": -1},
                "[spec.startingDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0, "
                f'spec.timeZone: Invalid value: "local": {EXPLICIT}, '
                'spec.timeZone: Invalid value: "local": unknown time zone local]',
            ),
            (
                {"schedule": "TZ=UTC 0 * * * *"},
                'spec.schedule: Invalid value: "TZ=UTC 0 * * * *": cannot use TZ or CRON_TZ in schedule, '
                "use timeZone field instead",
            ),
            (
                {"concurrencyPolicy": "Maybe"},
                'spec.concurrencyPolicy: Unsupported value: "Maybe": supported values: "Allow", "Forbid", "Replace"',
            ),
        ):
            with pytest.raises(ApiError) as refused:
                await create(w, cron(**spec))
            assert words in refused.value.message
