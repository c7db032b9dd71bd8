"""Exercise 11.1: a Pod for the dedicated node: let in, and sent there."""

from typing import TYPE_CHECKING

from labcore.errors import TimedOut, UnknownName
from labcore.language.messages import phrase

from ingress_lab.lessons.exercises.exercise import Exercise

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

NAMESPACE = "many-nodes"
NODE, TAINT = "lab-worker2", "role=edge:NoSchedule"
_SOON = 5.0  # seconds in which a Pod that may run there is running


def runs_on_the_dedicated_node(lab: "Lab") -> str:
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


def _solution(where: str) -> str:
    return f"""
apiVersion: apps/v1
kind: Deployment
metadata:
  name: watch
spec:
  replicas: 1
  selector:
    matchLabels: {{app: watch}}
  template:
    metadata:
      labels: {{app: watch}}
    spec:
      terminationGracePeriodSeconds: 1
{where}
      tolerations:
        - {{key: role, value: edge, effect: NoSchedule}}
      containers:
        - name: watch
          image: python:3.13-alpine
          command: [python, client.py]
          workingDir: /client
          volumeMounts:
            - {{name: client, mountPath: /client}}
      volumes:
        - name: client
          configMap: {{name: client}}
"""


_SELECTOR = "      nodeSelector: {role: edge}"
_AFFINITY = """      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
              - matchExpressions:
                  - {key: role, operator: In, values: [edge]}"""

EXERCISES = (
    Exercise(
        name="11.1",
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
        solutions=(_solution(_SELECTOR), _solution(_AFFINITY)),
    ),
)
