"""Exercises 15.1 to 15.3: two applications that lose requests when they are restarted, and a drain that never ends."""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ingress_lab.lessons.exercises.exercise import Exercise
from labcore import clusters
from labcore.clusters.environment import environment
from labcore.errors import LabError, Refused, TimedOut
from labcore.language.messages import phrase

from labexercises import written

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

NAMESPACE = "rollouts"
_RATE = 60  # requests a second: a dozen are being answered when a Pod ends
_SOON = 8.0  # seconds in which an application is available
_PATIENCE = 60.0  # seconds for a rollout under load, on a busy machine


def shop_loses_none(lab: "Lab") -> str:
    """Restarted by the check itself, under load."""
    return _lost_by(lab, "shop")


def desk_loses_none(lab: "Lab") -> str:
    """The same for another application, which has another fault."""
    return _lost_by(lab, "desk")


def _lost_by(lab: "Lab", name: str) -> str:
    try:
        lab.wait(f"deployment/{name}", timeout=_SOON)
        lab.wait_routed(f"http://{name}.rollouts.example.com/", service=f"{name}-svc")
        load = restarted_under_load(lab, name)
    except LabError as error:
        return error.message
    if load["lost"]:
        return phrase("{name} was restarted while clients sent requests, and some of these were lost.", name=name)
    replicas = lab.object(f"deployment/{name}")["spec"]["replicas"]
    return "" if replicas >= 2 else phrase("{name} should have two Pods; it has {number}.", name=name, number=replicas)


def restarted_under_load(lab: "Lab", name: str) -> dict:
    """What `lab load` has measured while the Deployment was restarted, up to the first loss; raises LabError."""
    access = clusters.access(lab.cluster)
    url, restart = f"http://{name}.rollouts.example.com/work", f"kubectl rollout restart deployment/{name}"
    status = f"kubectl rollout status deployment/{name} --timeout={_PATIENCE:g}s"
    with TemporaryDirectory() as folder:
        file = Path(folder) / "load.json"
        words = ["load", url, "--rate", str(_RATE), "--seconds", "1", "--until-lost", "--cluster", lab.cluster]
        done = subprocess.run(
            [sys.executable, "-m", "labtools.cli", *words, "--out", str(file), "--run", restart, "--run", status],
            env={**os.environ, **environment(access, lab.namespace)}, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode or not file.exists():
            raise LabError(phrase("the load on {name} was not measured: {said}", name=name, said=done.stderr.strip()))
        read = json.loads(file.read_text(encoding="utf-8"))
    if any(command["code"] for command in read["commands"]):
        raise TimedOut(phrase("the rollout of {name} did not end: {said}", name=name, said=done.stderr.strip()))
    return read["loads"][0]


def stock_can_be_drained(lab: "Lab") -> str:
    """Each Pod that answers may be evicted (asked, not done), and a budget still guards them."""
    guards = [one for one in lab.objects("poddisruptionbudgets") if _guards(one["spec"])]
    if not guards:
        return phrase("a PodDisruptionBudget should go on guarding the Pods of stock; there is none.")
    try:
        lab.wait("deployment/stock", timeout=_SOON)
        lab.wait("pods", _stays, timeout=_SOON)
        lab.wait("poddisruptionbudgets", _counted, timeout=_SOON)
    except LabError as error:
        return error.message
    pods = [pod["metadata"]["name"] for pod in lab.objects("pods", "app=stock")]
    if refused := next((said for pod in pods if (said := _refused(lab, pod))), ""):
        return phrase("a drain should not have to wait; the API refuses an eviction: {said}", said=refused)
    if not any(one["status"].get("disruptionsAllowed", 0) < one["status"].get("currentHealthy", 0) for one in guards):
        return phrase("the budget should not let all Pods of stock go at the same time.")
    return ""


def _stays(pod: dict) -> str:
    """A Pod that ends is counted by a budget as long as it is there, and may belong to nobody any more."""
    ends = pod["metadata"].get("labels", {}).get("app") == "stock" and "deletionTimestamp" in pod["metadata"]
    return phrase("still there") if ends else ""


def _counted(budget: dict) -> str:
    """Whether the controller of budgets has found out whose Pods they are."""
    conditions = budget.get("status", {}).get("conditions") or []
    failed = any(one["reason"] == "SyncFailed" for one in conditions)
    return phrase("its Pods are not counted yet") if failed else ""


def _guards(spec: dict) -> bool:
    return (spec.get("selector") or {}).get("matchLabels") == {"app": "stock"}


def _refused(lab: "Lab", pod: str) -> str:
    """Why this Pod may not be evicted now; "" if it may."""
    path = f"/api/v1/namespaces/{lab.namespace}/pods/{pod}/eviction"
    body = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": pod},
        "deleteOptions": {"dryRun": ["All"]},
    }
    try:
        lab.api.request("post", path, body)
    except Refused as error:
        return error.message
    return ""


EXERCISES = (
    Exercise(
        "15.1", shop_loses_none, phrase("the check restarted shop under load, and no request was lost."),
        (
            phrase("Which kind of loss does the readiness probe end in round 2, and which does preStop?"),
            phrase("Compare it: `kubectl get deployment gentle -o yaml`, fields `readinessProbe` and `lifecycle`."),
            phrase("`shop` needs both: `readinessProbe: {httpGet: {path: /healthz, port: http}, periodSeconds: 1}` and "
                   "`lifecycle: {preStop: {sleep: {seconds: 1}}}`, in its container."),
        ), written("15.1"),
    ),
    Exercise(
        "15.2", desk_loses_none, phrase("the new Pods are ready before the old ones end."),
        (
            phrase("`kubectl get pods -l app=desk --watch` in a terminal, while you restart it: "
                   "how many Pods are ready at each moment?"),
            phrase("Probe and preStop say how a Pod begins and ends. What says which Pods end first?"),
            phrase("`kubectl explain deployment.spec.strategy`: take RollingUpdate."),
        ), written("15.2"),
    ),
    Exercise(
        "15.3", stock_can_be_drained, phrase("one Pod may be evicted at a time, so a drain goes on."),
        (
            phrase("`kubectl describe pdb stock`: how many Pods are expected, how many are healthy, how many must be?"),
            phrase("`kubectl get pods -l app=stock`: which Pod is not ready? Its events say what the probe got."),
            phrase("The probe of `stock-next` asks port 8081, and the program listens on 8080 (`http`). "
                   "Correct it, or set its replicas to 0; the budget is right as it is."),
        ), written("15.3"),
    ),
)  # fmt: skip
