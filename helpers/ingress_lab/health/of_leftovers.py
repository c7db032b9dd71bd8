"""What earlier labs left: a cluster that was killed, one whose folder is gone, half a kind cluster."""

import json

from ingress_lab.health.finding import Finding, note, ok, wrong
from ingress_lab.health.machine import Machine


def leftovers(machine: Machine) -> list[Finding]:
    found = [*_dead(machine), *_stray(machine), *_kind(machine)]
    return found or [ok("leftovers", "none")]


def _dead(machine: Machine) -> list[Finding]:
    if machine.local.state != "dead":
        return []
    return [
        wrong(
            "leftovers",
            "the local cluster ended without being stopped",
            "its Pods' processes may still run and hold ports",
            "lab up   (it continues, with every object), or lab down",
        )
    ]


def _stray(machine: Machine) -> list[Finding]:
    found = []
    for pid, folder in sorted(machine.clusters_elsewhere().items()):
        if folder == machine.state:
            continue
        if not machine.exists(folder):
            found.append(
                wrong(
                    "leftovers",
                    f"a local cluster still runs (process {pid}), and its folder {folder} is gone",
                    "it holds ports and addresses, and nothing else will ever stop it",
                    f"kill {pid}",
                )
            )
        else:
            found.append(
                note(
                    "leftovers",
                    f"another local cluster runs (process {pid}) for {folder}",
                    "it has other addresses, but may hold the ports",
                    f"INGRESS_LAB_HOME={folder} lab down",
                )
            )
    return found


def _kind(machine: Machine) -> list[Finding]:
    folder = machine.state / "kind"
    found = []
    record = machine.read(folder / "cluster.json")
    if record is not None and _state(record) == "creating":
        found.append(
            wrong(
                "leftovers",
                "the creation of the kind cluster was interrupted",
                "its nodes may hold ports and memory",
                "lab down --cluster kind --delete",
            )
        )
    if machine.exists(folder / "kubeconfig.lock"):
        found.append(
            wrong(
                "leftovers",
                f"{folder / 'kubeconfig.lock'} is there",
                "kind was killed, and the next one cannot write its kubeconfig",
                f"rm {folder / 'kubeconfig.lock'}",
            )
        )
    return found


def _state(record: str) -> str:
    try:
        return json.loads(record).get("state", "")
    except (ValueError, AttributeError):
        return ""
