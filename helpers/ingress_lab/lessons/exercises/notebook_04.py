"""Exercise 04.1: a cluster file with a second way in, judged as kind would read it."""

from typing import TYPE_CHECKING, Any

from labcore.errors import BadManifest, UnknownName
from labcore.language.messages import joined, phrase

from ingress_lab.lessons import node_plan
from ingress_lab.lessons.exercises.exercise import Exercise

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

NAMESPACE = "kind"
_FIRST, _SECOND = "lab-control-plane", "lab-worker"
_KEY = "cluster.yaml"
_ENTRIES = {_FIRST: {(8080, 80), (8443, 443)}, _SECOND: {(9080, 80), (9443, 443)}}


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
    wrong = next((words for name in _ENTRIES if (words := _entry_is_wrong(nodes[name]))), "")
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


def _plan(second: str) -> str:
    return f"""
apiVersion: v1
kind: ConfigMap
metadata:
  name: plan
data:
  cluster.yaml: |
    kind: Cluster
    apiVersion: kind.x-k8s.io/v1alpha4
    name: lab
    nodes:
      - role: control-plane
        labels: {{ingress-ready: "true"}}
        extraPortMappings:
          - {{containerPort: 80, hostPort: 8080, listenAddress: "127.0.0.1"}}
          - {{containerPort: 443, hostPort: 8443, listenAddress: "127.0.0.1"}}
      - role: worker{second}
        extraPortMappings:
          - {{containerPort: 80, hostPort: 9080, listenAddress: "127.0.0.1"}}
          - {{containerPort: 443, hostPort: 9443, listenAddress: "127.0.0.1"}}
      - role: worker
"""


_PATCH = """
        kubeadmConfigPatches:
          - |
            kind: JoinConfiguration
            nodeRegistration:
              kubeletExtraArgs:
                node-labels: "ingress-ready=true\""""

EXERCISES = (
    Exercise(
        name="04.1",
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
        solutions=(_plan('\n        labels: {ingress-ready: "true"}'), _plan(_PATCH)),
    ),
)
