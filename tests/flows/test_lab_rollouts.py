"""What a restart and a drain cost the clients, and the exercises of notebook 15."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ingress_lab.lab import Lab
from ingress_lab.lessons.exercises import ALL
from labcore import clusters
from labcore.clusters.environment import environment
from loopkube.cluster import ClusterInfo

pytestmark = pytest.mark.long

ROLLOUTS = Path(__file__).parents[2] / "manifests" / "rollouts"
GENTLE = "http://gentle.rollouts.example.com/"
LONGER = {
    "spec": {
        "terminationGracePeriodSeconds": 5,
        "containers": [{"name": "steady", "lifecycle": {"preStop": {"sleep": {"seconds": 2}}}}],
    }
}
TIMES = int(os.environ.get("ROLLOUTS", "1"))
"""How often nothing may be lost: five times in a row was seen, once is enough for every day."""


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("rollouts")
    made.apply(ROLLOUTS)
    made.wait("deployments", timeout=120)
    made.wait_routed(GENTLE, "http://plain.rollouts.example.com/")
    yield made
    made.clean_up()


def kubectl(lab: Lab, *words: str) -> str:
    done = subprocess.run(["kubectl", *words], env=variables(lab), capture_output=True, text=True, check=True)
    return done.stdout


def variables(lab: Lab) -> dict[str, str]:
    return {**os.environ, **environment(clusters.access(lab.cluster), lab.namespace)}


def load(lab: Lab, file: Path, *words: str) -> dict:
    command = [sys.executable, "-m", "labtools.cli", "load", *words, "--cluster", lab.cluster, "--out", str(file)]
    subprocess.run(command, env=variables(lab), check=True)
    return json.loads(file.read_text())


def test_a_restart_costs_requests(lab: Lab, tmp_path: Path) -> None:
    url = "http://plain.rollouts.example.com/work"
    restart = ("--run", "kubectl rollout restart deployment/plain")
    (found,) = load(lab, tmp_path / "a.json", url, "--rate", "100", "--seconds", "2", *restart)["loads"]
    assert found["sent"] > found["lost"] > 0


@pytest.mark.parametrize("time", range(TIMES))
def test_none_of_2000_is_lost_in_a_restart_and_a_drain(lab: Lab, tmp_path: Path, time: int) -> None:
    kubectl(lab, "patch", "deployment", "gentle", "-p", json.dumps({"spec": {"template": LONGER}}))
    kubectl(lab, "rollout", "status", "deployment/gentle", "--timeout=60s")
    runs = (
        "kubectl rollout restart deployment/gentle", "kubectl rollout status deployment/gentle --timeout=60s",
        "kubectl drain lab-worker --pod-selector=app=gentle --timeout=60s",
    )  # fmt: skip
    words = [word for run in runs for word in ("--run", run)]
    both = (GENTLE, f"{GENTLE}slow", "--rate", "400", "--rate", "40", "--seconds", "5")
    try:
        found = load(lab, tmp_path / "a.json", *both, *words)
    finally:
        kubectl(lab, "uncordon", "lab-worker")
    assert [command["code"] for command in found["commands"]] == [0, 0, 0]
    print([(one["sent"], one["lost"], one["statuses"]) for one in found["loads"]])
    assert sum(one["sent"] for one in found["loads"]) >= 2000
    assert [one["lost"] for one in found["loads"]] == [0, 0]


UNSOLVED = {
    "15.1": ("shop", "shop was restarted while clients sent requests, and some of these were lost."),
    "15.2": ("desk", "desk was restarted while clients sent requests, and some of these were lost."),
    "15.3": ("stock", "Cannot evict pod as it would violate the pod's disruption budget."),
}


def unsolved(lab: Lab, folder: str) -> None:
    """As the notebook hands it out: what a repair before has put up would go on being ready."""
    lab.delete(ROLLOUTS / "exercise" / f"{folder}.yaml", missing_ok=True)
    lab.apply(ROLLOUTS / "exercise" / f"{folder}.yaml")


@pytest.mark.parametrize("name", UNSOLVED)
def test_exercises(lab: Lab, name: str) -> None:
    folder, why = UNSOLVED[name]
    for solution in ALL[name].solutions:
        unsolved(lab, folder)
        assert why in lab.check(name).why
        lab.apply(solution)
        kubectl(lab, "rollout", "status", f"deployment/{folder}", "--timeout=60s")
        lab.wait("deployments")
        assert lab.check(name), str(lab.check(name))


def test_half_a_repair_is_none(lab: Lab) -> None:
    """A probe alone; one Pod that cannot be replaced without a gap; a budget that is deleted, or guards nothing."""
    unsolved(lab, "shop")
    hook = "          lifecycle: # goes on answering for a second after its endpoint was taken back\n"
    whole = ALL["15.1"].solutions[0]
    assert hook in whole
    lab.apply(whole.replace(f"{hook}            preStop: {{sleep: {{seconds: 1}}}}\n", ""))
    assert "some of these were lost" in lab.check("15.1").why
    lab.apply(whole.replace("replicas: 2", "replicas: 1"))
    assert "shop should have two Pods; it has 1." in lab.check("15.1").why
    unsolved(lab, "stock")
    lab.wait("deployment/stock")
    kubectl(lab, "patch", "pdb", "stock", "-p", '{"spec": {"maxUnavailable": 3}}')
    lab.wait("pdb/stock", ".status.disruptionsAllowed=2")
    assert "should not let all Pods of stock go at the same time" in lab.check("15.3").why
    kubectl(lab, "delete", "pdb", "stock")
    assert "should go on guarding the Pods of stock; there is none." in lab.check("15.3").why
