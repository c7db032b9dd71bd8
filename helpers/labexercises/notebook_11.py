"""Exercises 11.1 to 11.3: a disruption budget, a Pod for the dedicated node, and a port of a node that is taken."""

from typing import TYPE_CHECKING

from ingress_lab.lessons.exercises.exercise import Exercise
from labcore.errors import LabError, TimedOut, UnknownName
from labcore.language.messages import phrase

from labexercises import written

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

NAMESPACE = "many-nodes"
NODE, TAINT = "lab-worker2", "role=edge:NoSchedule"
_CONTROLLER_PORT = 8000
_SOON = 5.0  # seconds in which a Pod that may run there is running


def one_may_be_evicted(lab: "Lab") -> str:
    """Judged by the budget's status: four Pods are counted, and one eviction is allowed."""
    labels, budgets = {"app": "other"}, lab.objects("poddisruptionbudgets")
    own = [budget["status"] for budget in budgets if budget["spec"]["selector"].get("matchLabels") == labels]
    allowed = min((status.get("disruptionsAllowed", 0) for status in own), default=4)
    if own and min(status.get("expectedPods", 0) for status in own) == 4 and allowed == 1:
        return ""
    return phrase(
        "of four Pods of other, one may be evicted at a time; evictions that are allowed now: {number}.", number=allowed
    )


def runs_on_the_dedicated_node(lab: "Lab") -> str:
    """The node must keep its taint, and the Pods must run there in spite of it."""
    node = lab.object("node", NODE)
    taints = {f"{t['key']}={t.get('value', '')}:{t['effect']}" for t in node["spec"].get("taints") or []}
    if TAINT not in taints:
        return phrase("{node} should keep its taint {taint}.", node=NODE, taint=TAINT)
    try:
        lab.wait("deployment/watch", timeout=_SOON)
        pods = [pod for pod in lab.objects("pods", "app=watch") if not pod["metadata"].get("deletionTimestamp")]
    except UnknownName as error:
        return error.message
    except TimedOut:
        return phrase("watch should run on {node}; it does not run at all.", node=NODE)
    for pod in pods:
        ran_on = pod["spec"]["nodeName"]
        if ran_on != NODE:
            return phrase("watch should run on {node}; it runs on {place}.", node=NODE, place=ran_on)
    wishes = lab.object("deployment/watch")["spec"]["template"]["spec"]
    if "nodeName" in wishes:
        return phrase("nodeName passes the scheduler by, and with it taints; say it without.")
    if not wishes.get("nodeSelector") and not wishes.get("affinity"):
        return phrase(
            "watch runs on {node}, but by chance: nothing in its Pod template keeps it from other nodes.", node=NODE
        )
    return ""


def both_answer(lab: "Lab") -> str:
    """Two programs, each by a port of its own on one node."""
    try:
        (spare,) = lab.object("deployment/spare")["spec"]["template"]["spec"]["containers"]
        taken = {port["hostPort"] for port in spare.get("ports", []) if "hostPort" in port}
        own = sorted(taken - {_CONTROLLER_PORT})
        for port, service in [(_CONTROLLER_PORT, "web-svc"), *((port, "spare-svc") for port in own[:1])]:
            answer = lab.inside("red").probe("http://web.edge.example.com/", to=f"node/{NODE}:{port}")[0]
            if answer.service != service:
                return phrase(
                    "port {port} of {node} should be answered by {service}; it got {outcome}.",
                    port=port, node=NODE, service=service, outcome=answer.outcome,
                )  # fmt: skip
    except LabError as error:
        return error.message
    return "" if own else phrase("spare-svc should answer at a port of {node}; it answers at none.", node=NODE)


EXERCISES = (
    Exercise(
        name="11.1",
        missing=one_may_be_evicted,
        praise=phrase("a drain may evict one Pod of other, and the next once that one is replaced."),
        hints=(
            phrase("Round 3 had a budget for `web`. Which Pods does it select, and which number does it ask for?"),
            phrase("Four Pods, of which one may go: how many must stay? `minAvailable` or `maxUnavailable` says it."),
            phrase("`kubectl create poddisruptionbudget other --selector=app=other --max-unavailable=1`"),
        ),
        solutions=written("11.1"),
    ),
    Exercise(
        name="11.2",
        missing=runs_on_the_dedicated_node,
        praise=phrase("the toleration lets the Pod in, and the selector sends it there."),
        hints=(
            phrase(
                "Two things are needed, and round 5 changed both in the DaemonSet. What was each for? "
                "`kubectl describe pod` says why a Pod is not scheduled."
            ),
            phrase("A toleration lets a Pod onto a tainted node. It sends it nowhere: other nodes are still open."),
            phrase("A `nodeSelector` for the label `role`, and the toleration of round 5, both in the Pod template."),
        ),
        solutions=written("11.2"),
    ),
    Exercise(
        name="11.3",
        missing=both_answer,
        praise=phrase("both answer on the dedicated node, each at a port of its own."),
        hints=(
            phrase("`kubectl describe pod -l app=spare` ends with events. What do they say of each node?"),
            phrase(
                "A port of a node can belong to one Pod only. Which ports does `kubectl describe daemonset edge` show?"
            ),
            phrase(
                "Give `spare` another `hostPort`, 8001 for example: `kubectl edit deployment spare` in a terminal, "
                "or a changed manifest."
            ),
        ),
        solutions=written("11.3"),
    ),
)
