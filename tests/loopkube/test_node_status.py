"""A Pod's status from what is known of its containers."""

import pytest
from loopkube.node.records import PodFacts, Record
from loopkube.node.status import pod_status, qos_class

NOW = "2026-01-02T03:04:05Z"
RUNNING = {"running": {"startedAt": NOW}}
CRASHED = {"waiting": {"reason": "CrashLoopBackOff"}}


def done(code: int) -> dict:
    return {"terminated": {"exitCode": code, "reason": "Completed" if code == 0 else "Error"}}


def record(state: dict, name: str = "app", **more: object) -> Record:
    return Record({"name": name, "image": "python:3"} | more.pop("spec", {}), state, **more)


def status(*containers: Record, init: tuple[Record, ...] = (), policy: str = "Always", **more: object) -> dict:
    pod = {
        "metadata": {"name": "web", "generation": 1},
        "spec": {"restartPolicy": policy, "containers": [c.spec for c in containers]} | more.pop("spec", {}),
        "status": more.pop("status", {}),
    }
    facts = PodFacts(pod, list(containers), list(init), "127.18.0.2", "127.244.0.2", NOW, **more)
    return pod_status(facts, NOW)


def conditions(found: dict) -> dict[str, str]:
    return {c["type"]: c["status"] for c in found["conditions"]}


@pytest.mark.parametrize(
    ("containers", "policy", "phase"),
    [
        ([record({"waiting": {"reason": "ContainerCreating"}})], "Always", "Pending"),
        ([record(RUNNING)], "Always", "Running"),
        ([record(RUNNING), record({"waiting": {"reason": "ErrImagePull"}})], "Always", "Pending"),
        ([record(CRASHED, last=done(1))], "Always", "Running"),
        ([record(done(1))], "Always", "Running"),
        ([record(done(0))], "OnFailure", "Succeeded"),
        ([record(done(1))], "OnFailure", "Running"),
        ([record(done(1))], "Never", "Failed"),
        ([record(done(0)), record(RUNNING)], "Never", "Running"),
        ([record(done(0)), record(done(2))], "Never", "Failed"),
    ],
)
def test_phases(containers: list[Record], policy: str, phase: str) -> None:
    assert status(*containers, policy=policy)["phase"] == phase


def test_a_pod_whose_init_container_has_not_succeeded_is_pending_and_not_initialized() -> None:
    main = record({"waiting": {"reason": "PodInitializing"}})
    found = status(main, init=(record(RUNNING, "first"),))
    assert found["phase"] == "Pending"
    assert conditions(found)["Initialized"] == "False"
    initialized = next(c for c in found["conditions"] if c["type"] == "Initialized")
    assert initialized["message"] == "containers with incomplete status: [first]"
    assert status(main, init=(record(done(1), "first"),), policy="Never")["phase"] == "Failed"
    assert conditions(status(record(RUNNING), init=(record(done(0), "first"),)))["Initialized"] == "True"


def test_ready_follows_the_containers() -> None:
    found = status(record(RUNNING, ready=True), record(RUNNING, "side"))
    ready = next(c for c in found["conditions"] if c["type"] == "Ready")
    assert (ready["status"], ready["reason"]) == ("False", "ContainersNotReady")
    assert ready["message"] == "containers with unready status: [side]"
    assert conditions(status(record(RUNNING, ready=True)))["Ready"] == "True"


def test_readiness_gates_of_others_are_kept_and_counted() -> None:
    gate = {"spec": {"readinessGates": [{"conditionType": "example.com/fed"}]}}
    ready = record(RUNNING, ready=True)
    assert conditions(status(ready, **gate))["Ready"] == "False"
    given = {"conditions": [{"type": "example.com/fed", "status": "True"}]}
    found = conditions(status(ready, **gate, status=given))
    assert (found["Ready"], found["example.com/fed"]) == ("True", "True")


def test_a_condition_keeps_the_time_of_its_last_change() -> None:
    old = {"conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2020-01-01T00:00:00Z"}]}
    times = {c["type"]: c["lastTransitionTime"] for c in status(record(RUNNING, ready=True), status=old)["conditions"]}
    assert times["Ready"] == "2020-01-01T00:00:00Z"
    assert times["ContainersReady"] == NOW


def test_a_finished_pod_says_so() -> None:
    found = status(record(done(0)), policy="Never", over=True)
    assert found["phase"] == "Succeeded"
    assert {c["type"]: c.get("reason") for c in found["conditions"]}["Ready"] == "PodCompleted"
    failed = status(record(RUNNING), failure=("DeadlineExceeded", "too long"))
    assert (failed["phase"], failed["reason"], failed["message"]) == ("Failed", "DeadlineExceeded", "too long")


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ({}, "BestEffort"),
        ({"requests": {"cpu": "1"}}, "Burstable"),
        ({"limits": {"cpu": "1", "memory": "1Gi"}}, "Guaranteed"),
        ({"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "500m"}}, "Burstable"),
    ],
)
def test_quality_of_service(resources: dict, expected: str) -> None:
    assert qos_class({"containers": [{"name": "a", "resources": resources}]}) == expected
