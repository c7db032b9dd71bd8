"""Exercises 04.1 and 04.3 (a Pod at the right node), 04.2 (a cluster file, judged as kind would read it)."""

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ingress_lab.lessons import node_plan
from ingress_lab.lessons.exercises.exercise import Exercise
from labcore.errors import BadManifest, LabError, UnknownName
from labcore.language.messages import joined, phrase

from labexercises import written

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

NAMESPACE = "kind"
_FIRST, _SECOND = "lab-control-plane", "lab-worker"
_KEY = "cluster.yaml"
_START = 1.0  # seconds in which a Pod that a node takes runs
_ENTRIES = {_FIRST: {(8080, 80), (8443, 443)}, _SECOND: {(9080, 80), (9443, 443)}}


def guard_is_at_the_entry(lab: "Lab") -> str:
    """The Pod must run on the node that has the entry, whatever put it there."""
    with suppress(LabError):  # no such Pod, or it does not run
        lab.wait("pod/guard", timeout=_START)
        node = lab.object("pod/guard")["spec"]["nodeName"]
        if lab.object(f"node/{node}")["metadata"]["labels"].get("ingress-ready") == "true":
            return ""
    return phrase("Pod guard should run on the node with the ingress controller; it does not yet.")


def edge_answers_at_its_node(lab: "Lab") -> str:
    """Asked at the node's own address, not through a Service."""
    with suppress(LabError):
        lab.wait("deployment/edge", timeout=_START)
        if lab.inside("red").probe("http://edge/", to=f"node/{_FIRST}:7080")[0].outcome == "edge":
            return ""
    return phrase("edge should answer at port 7080 of {node}; nothing answers there yet.", node=_FIRST)


def has_two_ways_in(lab: "Lab") -> str:
    """The file is the text in ConfigMap `plan`."""
    try:
        kept = lab.object("configmap/plan").get("data") or {}
    except UnknownName as error:
        return error.message
    if _KEY not in kept:
        return phrase("ConfigMap plan should hold the file as {key}; it holds no such key.", key=_KEY)
    try:
        plan = node_plan.read(kept[_KEY])
    except BadManifest as refused:
        return phrase("kind refuses this file: {words}", words=refused.message)
    nodes = {node.name: node for node in plan.nodes}
    if sorted(nodes) != [_FIRST, _SECOND, "lab-worker2"]:
        return phrase("the file should still describe lab-control-plane, lab-worker and lab-worker2.")
    wrong = next((why for name in _ENTRIES if (why := _entry_is_wrong(nodes[name]))), "")
    if wrong or not plan.notices:
        return wrong
    return phrase("kind would not take everything in this file: {words}", words=plan.notices[0])


def _entry_is_wrong(node: Any) -> str:
    if node.labels.get("ingress-ready") != "true":
        return phrase('{node} should have the label ingress-ready: "true"; it has not.', node=node.name)
    if {(port.host_port, port.container_port) for port in node.ports} != _ENTRIES[node.name]:
        ways = sorted(_ENTRIES[node.name])
        expected = joined(", ", [phrase("{here} to {there}", here=here, there=there) for here, there in ways])
        return phrase(
            "the ports of this machine that lead into {node} should be: {wanted}.", node=node.name, wanted=expected
        )
    return ""


EXERCISES = (
    Exercise(
        name="04.1",
        missing=guard_is_at_the_entry,
        praise=phrase("the Pod asks for the label of the node, and tolerates its taint."),
        hints=(
            phrase("Which of the three Pods of round 2 ran there? What does its manifest have that `plain` has not?"),
            phrase(
                '`guard["spec"]["nodeSelector"] = {"ingress-ready": "true"}`, and for `guard["spec"]["tolerations"]` '
                "the list of Pod `tolerant`."
            ),
        ),
        solutions=written("04.1"),
    ),
    Exercise(
        name="04.2",
        missing=has_two_ways_in,
        praise=phrase("two nodes carry a controller, and each has ports of this machine that lead into it."),
        hints=(
            phrase(
                "What does the first node have that `lab-worker` has not? Two fields: one for the controller, one for "
                "the way in."
            ),
            phrase(
                "A port of this machine can lead to one node only: 8080 and 8443 are taken. The ports inside stay 80 "
                "and 443."
            ),
            phrase(
                '`second["labels"] = {"ingress-ready": "true"}`, and for `second["extraPortMappings"]` a list like the '
                "first node's."
            ),
        ),
        solutions=written("04.2"),
    ),
    Exercise(
        name="04.3",
        missing=edge_answers_at_its_node,
        praise=phrase("the Pod runs on the control plane, and answers at a port of the node."),
        hints=(
            phrase("`kubectl get pods -l app=edge`, then `kubectl describe pod -l app=edge`: the last lines say why."),
            phrase("The event names two reasons. `kubectl get nodes --show-labels`: which value has the label?"),
            phrase("`kubectl describe node lab-control-plane`: which key has the taint? Compare with the toleration."),
        ),
        solutions=written("04.3"),
    ),
)
