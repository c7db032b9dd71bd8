"""What earlier labs left: a cluster that was killed, one whose folder is gone, half a kind cluster."""

import json
from pathlib import Path

from labcore import clusters
from labcore.clusters.base import RECORD
from labcore.language.messages import phrase, plural

from labtools.clusters.shared import beside
from labtools.doctor.facts import Machine
from labtools.doctor.finding import Finding, note, ok, wrong


def leftovers(machine: Machine) -> list[Finding]:
    """What earlier clusters left behind: processes, locks, half-made clusters."""
    unfinished = [finding for name in clusters.names() for finding in _unfinished(machine, name)]
    findings = [*_dead(machine), *_stray(machine), *unfinished]
    return findings or [ok(phrase("leftovers"), phrase("there is none"))]


def _dead(machine: Machine) -> list[Finding]:
    if machine.local.state != "dead":
        return []
    return [
        wrong(
            phrase("leftovers"),
            phrase("the local cluster ended without being stopped"),
            phrase("its Pods' processes may still run and hold ports"),
            phrase("lab up   (it continues, with every object), or lab down"),
        )
    ]


def _stray(machine: Machine) -> list[Finding]:
    """Clusters of other folders: one whose folder is gone can be stopped by its process only."""
    others = {pid: folder for pid, folder in sorted(machine.clusters_elsewhere().items()) if folder != machine.state}
    findings = [
        wrong(
            phrase("leftovers"),
            phrase(
                "a local cluster still runs (process {pid}), and its folder {folder} is gone", pid=pid, folder=folder
            ),
            phrase("it holds ports and addresses, and nothing else will ever stop it"),
            f"kill {pid}",
        )
        for pid, folder in others.items()
        if not machine.exists(folder)
    ]
    there = [folder for folder in others.values() if machine.exists(folder)]
    findings += [_of_a_report(folder) for folder in there if folder.is_relative_to(machine.state / beside.FOLDER)]
    folders = [str(folder) for folder in there if not folder.is_relative_to(machine.state / beside.FOLDER)]
    if folders:
        findings.append(
            note(
                phrase("leftovers"),
                _running(folders),
                phrase("addresses differ, but ports may be taken; stop what you do not need"),
                f"INGRESS_LAB_HOME={folders[0] if len(folders) == 1 else 'FOLDER'} lab down",
            )
        )
    return findings


def _running(folders: list[str]) -> str:
    return plural(
        "another local cluster runs for {folders}",
        "{number} other local clusters run, for {folders}",
        len(folders),
        folders=", ".join(folders),
    )


def _of_a_report(folder: Path) -> Finding:
    return note(
        phrase("leftovers"),
        phrase("a report's own cluster runs in {folder}", folder=folder),
        phrase("it ends with its report; one whose report was killed stays until the next one"),
        phrase("lab down   (it ends this one, too, unless its report still runs)"),
    )


def _unfinished(machine: Machine, name: str) -> list[Finding]:
    folder = machine.state / name
    findings = []
    record = machine.read(folder / RECORD)
    if record is not None and _state(record) == "creating":
        findings.append(
            wrong(
                phrase("leftovers"),
                phrase("the creation of the {cluster} cluster was interrupted", cluster=name),
                phrase("its nodes may hold ports and memory"),
                f"lab down{clusters.option(name)} --delete",
            )
        )
    if machine.exists(folder / "kubeconfig.lock"):
        findings.append(
            wrong(
                phrase("leftovers"),
                phrase("{folder} is there", folder=folder / "kubeconfig.lock"),
                phrase("{cluster} was killed, and the next one cannot write its kubeconfig", cluster=name),
                f"rm {folder / 'kubeconfig.lock'}",
            )
        )
    return findings


def _state(record: str) -> str:
    try:
        return json.loads(record).get("state", "")
    except (ValueError, AttributeError):
        return ""
