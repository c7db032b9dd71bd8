"""kubectl itself, on the lab's cluster and namespace, for a learner who has it. No notebook needs it."""

from collections.abc import Sequence
from pathlib import Path

from ingress_lab.clusters import Access
from ingress_lab.programs import MissingProgram, Runner

LIMIT = 30.0  # seconds
NAMESPACE = "--namespace"


def command(access: Access, namespace: str, arguments: Sequence[str | Path]) -> list[str]:
    """`kubectl --kubeconfig ... --namespace ... ARGUMENTS`."""
    options = ["--kubeconfig", str(access.kubeconfig)] if access.kubeconfig else []
    options += ["--context", access.context] if access.context else []
    return ["kubectl", *options, NAMESPACE, namespace, *map(str, arguments)]


def run(access: Access, namespace: str, arguments: Sequence[str | Path]) -> str:
    """All that kubectl printed, refusals included; "" where it is not installed."""
    try:
        return Runner().run(command(access, namespace, arguments), limit=LIMIT).words
    except MissingProgram:
        return ""
