"""The nodes: which are on, and what Kubernetes says of them."""

from labcore.language.messages import joined, phrase

from labtools.doctor.facts import Machine
from labtools.doctor.finding import Finding, ok, wrong
from labtools.doctor.reader import Unreadable


def nodes(machine: Machine) -> list[Finding]:
    """Nothing where no cluster runs, and where the API is silent though all nodes are on: the controller's line."""
    if machine.paused and machine.process:
        return [_paused(machine.process.pid)]
    off = machine.off
    if off and len(off) < len(machine.power):
        return [_off(off, machine.option)]
    try:
        items = (
            machine.visit.nodes if machine.chosen.shared else machine.api.items("/api/v1/nodes") if machine.api else []
        )
    except Unreadable:
        return []
    late = {node["metadata"]["name"]: why for node in items if (why := trouble(node))}
    if late:
        return [_late(machine, late)]
    return [ok(phrase("nodes"), phrase("{number} Ready", number=len(items)))] if items else []


def trouble(node: dict) -> str:
    """Why a node is not Ready, in Kubernetes' words; "" if it is."""
    conditions = node.get("status", {}).get("conditions") or []
    ready: dict = next((c for c in conditions if c["type"] == "Ready"), {})
    return "" if ready.get("status") == "True" else str(ready.get("message") or ready.get("reason") or "NotReady")


def _paused(pid: int) -> Finding:
    return wrong(
        phrase("nodes"),
        phrase("paused: the cluster's process {pid} was stopped by a signal", pid=pid),
        phrase("nothing of the cluster answers until it goes on; then all is Ready again within 15 s"),
        f"kill -CONT {pid}",
    )


def _off(off: list[str], option: str) -> Finding:
    return wrong(
        phrase("nodes"),
        joined(", ", [phrase("{node} is stopped", node=node) for node in off]),
        phrase("its Pods are gone, and, with a control plane, the API and the controllers"),
        " && ".join(f"lab node start {node}{option}" for node in off),
    )


def _late(machine: Machine, late: dict[str, str]) -> Finding:
    name, why = next(iter(late.items()))
    return wrong(
        phrase("nodes"),
        phrase("{nodes} NotReady ({why})", nodes=", ".join(late), why=why.rstrip(".")),
        phrase("its Pods are not ready for Services, and are given up after five minutes"),
        f"{machine.kubectl} describe node {name}",
    )
