"""kubectl itself, on the lab's cluster and namespace, for a learner who has it. No notebook needs it."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from labcore.clusters import Access
from labcore.machine import jupyter, paths
from labcore.machine.programs import MissingProgram, Runner

LIMIT = 30.0  # seconds
NAMESPACE = "--namespace"


def command(access: Access, namespace: str, arguments: Sequence[str | Path]) -> list[str]:
    """`kubectl --kubeconfig ... --namespace ... ARGUMENTS`."""
    if len(arguments) == 1 and isinstance(arguments[0], str):  # lab.kubectl("get pods"), as in a terminal
        arguments = shlex.split(arguments[0])
    options = ["--kubeconfig", str(access.own_kubeconfig)] if access.own_kubeconfig else []
    options += ["--context", access.context] if access.context else []
    return ["kubectl", *options, NAMESPACE, namespace, *map(str, arguments)]


def run(access: Access, namespace: str, arguments: Sequence[str | Path]) -> str:
    """All that kubectl printed, refusals included; "" where it is not installed."""
    try:
        return (
            Runner(environment=jupyter.caches(paths.state()))
            .run(command(access, namespace, arguments), limit=LIMIT)
            .words
        )
    except MissingProgram:
        return ""
