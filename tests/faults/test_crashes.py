"""Any part is killed with SIGKILL at any moment under write load: nothing acknowledged is lost, and it serves again.

Every write goes through webhooks, policies and a quota, and none passes them by.

`pytest --crashes 50 tests/faults/test_crashes.py` (or `make crash`) is the long form.
"""

import random
import time

import busy_admission
import psutil
import pytest
from busy_admission import MARKED
from victims import NAMESPACE, SERVES_AGAIN, WORDS, Victim, until, victim
from webhook_program import Webhook
from writers import Writer, lost

from bench.api import Api

PARTS = ("cluster", *WORDS)
USUAL_START = 1.0
"""Seconds of an undisturbed start on an idle machine; where that takes longer, everything may."""


@pytest.mark.long
def test_kills_under_load(request: pytest.FixtureRequest) -> None:
    count, dice = request.config.getoption("--crashes"), random.Random(request.config.getoption("--crash-seed"))
    with victim() as cluster, busy_admission.running(busy_admission.marking) as hook:
        _admit_by(cluster, hook)
        usual = [_usual_start(cluster)]
        writers = [Writer(n, NAMESPACE, _each_its_own(cluster)) for n in range(3)]
        for writer in writers:
            writer.start()
        took: dict[str, list[float]] = {}
        try:
            for part in _plan(count, dice):
                time.sleep(dice.uniform(0.0, 0.3))  # a moment of the writers' work, any one
                took.setdefault(part, []).append(_kill(cluster, part, dice))
        finally:
            for writer in writers:
                writer.end()
        stored = _config_maps(cluster.api)
        until(lambda: _counted(cluster.api))
        assert lost(writers, stored) == []
        assert [words for writer in writers for words in writer.refused if " 5" in words.partition(":")[2][:3]] == []
        written = sum(writer.acknowledged for writer in writers)
        assert written > 10 * count
        _print(took, written, len(stored))
        usual.append(_usual_start(cluster))
        allowed = max(SERVES_AGAIN, SERVES_AGAIN * max(usual) / USUAL_START)
        assert max(seconds for each in took.values() for seconds in each) < allowed, (took, usual)


def _usual_start(cluster: Victim) -> float:
    """Seconds of an undisturbed stop and start, until everything serves: how fast this machine is just now."""
    cluster.stop()
    began = time.monotonic()
    cluster.start()
    until(cluster.serves)
    until(lambda: _is_complete(cluster))
    return time.monotonic() - began


def _plan(count: int, dice: random.Random) -> list[str]:
    """Every part as often as any other, in any order."""
    plan = [PARTS[n % len(PARTS)] for n in range(count)]
    dice.shuffle(plan)
    return plan


def _kill(cluster: Victim, part: str, dice: random.Random) -> float:
    """Seconds from the kill until everything serves again."""
    found = cluster.processes(part)
    assert found, f"no process of the {part}"
    process = dice.choice(found)
    began = time.monotonic()
    cluster.kill(process)
    if part == "cluster":
        cluster.start()
    until(cluster.serves)
    took = time.monotonic() - began
    until(lambda: _is_complete(cluster) or _replace_crashed(cluster))
    return took


def _replace_crashed(cluster: Victim) -> None:
    """A Pod whose container was killed often waits ever longer, as on any cluster: another takes its place."""
    pods = cluster.api.session.get(cluster.api.path("Pod", NAMESPACE)).json()["items"]
    for pod in pods:
        states = [status.get("state", {}) for status in pod["status"].get("containerStatuses") or []]
        if any(state.get("waiting", {}).get("reason") == "CrashLoopBackOff" for state in states):
            cluster.api.session.delete(cluster.api.path("Pod", NAMESPACE, pod["metadata"]["name"]))


def _is_complete(cluster: Victim) -> bool:
    return all(len(cluster.processes(part)) == (2 if part == "container" else 1) for part in PARTS)


def _each_its_own(cluster: Victim):
    """A connection of the writer's own, renewed when the cluster has started again."""
    held: dict[str, object] = {}

    def api() -> Api:
        if held.get("of") is not cluster.api:
            held["of"], held["api"] = cluster.api, Api(cluster.info.kubeconfig)
        return held["api"]  # type: ignore[return-value]

    return api


def _admit_by(cluster: Victim, hook: Webhook) -> None:
    """From now on every ConfigMap is completed and judged, and counted."""
    parts = [
        busy_admission.configurations(hook, NAMESPACE, "configmaps"),
        busy_admission.policies(NAMESPACE, "configmaps"),
    ]
    for obj in [*parts[0], *parts[1], *busy_admission.bounds()]:
        answer = cluster.api.session.post(cluster.api.base + busy_admission.path_of(obj, NAMESPACE), json=obj)
        assert answer.status_code == 201, answer.text


def _config_maps(api: Api) -> dict[str, str]:
    """{name: value} of what the writers wrote; each bears the marks of the webhook and of the policy."""
    found = {}
    for item in _listed(api):
        if item["metadata"]["name"].startswith("w") and "value" in item.get("data", {}):
            assert item["metadata"]["labels"][MARKED] == "webhook"
            assert item["metadata"]["annotations"][MARKED] == "policy"
            found[item["metadata"]["name"]] = item["data"]["value"]
    return found


def _listed(api: Api) -> list[dict]:
    answer = api.session.get(api.path("ConfigMap", NAMESPACE))
    answer.raise_for_status()
    return answer.json()["items"]


def _counted(api: Api) -> bool:
    """Whether the quota has counted what is there."""
    quota = api.session.get(f"{api.base}/api/v1/namespaces/{NAMESPACE}/resourcequotas/busy").json()
    return quota["status"]["used"]["count/configmaps"] == str(len(_listed(api)))


def _print(took: dict[str, list[float]], written: int, stored: int) -> None:
    print(f"\n{written} writes acknowledged, {stored} objects there, none lost; seconds until it serves again:")
    for part, seconds in took.items():
        print(f"  {part:10} {len(seconds):3} kills  {min(seconds):.2f} to {max(seconds):.2f}")


LEAVES = "(cd / && setsid env -i /bin/sleep 61.5 </dev/null >/dev/null 2>&1 &) ; exec sleep 60"


@pytest.mark.long
@pytest.mark.parametrize("way", ["killed", "stopped"])
def test_nothing_outlives_a_cluster(way: str) -> None:
    """Not even what has left its session, its environment and its folder."""
    with victim() as cluster:
        containers = [{"name": "app", "image": "python:3.13", "command": ["sh", "-c", LEAVES]}]
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "leaves"}, "spec": {"containers": containers}}
        cluster.api.create(pod, NAMESPACE)
        main = psutil.Process(cluster.pid)
        until(lambda: any("61.5" in _words(child) for child in main.children(cluster.info.isolated)))
        everything = main.children(recursive=True)
        assert len(everything) >= 6
        if way == "killed":
            cluster.kill(main)
        else:
            cluster.stop()
        _, alive = psutil.wait_procs(everything, timeout=5)
        assert [process.cmdline() for process in alive] == []


def _words(process: psutil.Process) -> list[str]:
    """Its command line; nothing for one that has just ended, as the first process of an isolated container does."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []
