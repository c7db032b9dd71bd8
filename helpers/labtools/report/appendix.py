"""Tables of a report that both its page and its log show: exercises with verdicts, and the environment at the end."""

from collections.abc import Sequence
from typing import NamedTuple

from labcore.language.messages import phrase

from labtools.report import outputs
from labtools.report.record import Report

TITLE = phrase("Appendix: the environment")

FACTS = {  # what a report knows of its cluster and machine
    "cluster": phrase("cluster"),
    "controller": phrase("controller"),
    "kubernetes": phrase("Kubernetes"),
    "entry": phrase("entry"),
    "system": phrase("system"),
    "cpus": phrase("processors"),
    "commit": phrase("commit of the series"),
}


class Grid(NamedTuple):
    """A table with a title."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def exercises(report: Report) -> Grid:
    """Every exercise that was checked, with its last verdict; those that nobody has worked on, notebook by notebook."""
    columns = (phrase("exercise"), phrase("notebook"), phrase("verdict"), phrase("why"))
    if not report.own and not any(exercise.solved for exercise in tried(report)):
        return Grid(phrase("Exercises"), columns[:3], _open(report))
    rows = [(exercise.name, exercise.notebook, verdict(exercise.solved), exercise.why) for exercise in tried(report)]
    return Grid(phrase("Exercises"), columns, rows)


class Tried(NamedTuple):
    """An exercise with what its last check said."""

    name: str
    notebook: str
    solved: bool
    why: str


def tried(report: Report) -> list[Tried]:
    """Each exercise once, by its number."""
    last = {}
    for run in report.notebooks:
        for check in (check for record in run.cells for check in outputs.checks(record.cell)):
            last[check["exercise"]] = Tried(check["exercise"], run.title, check["solved"], check["why"])
    return sorted(last.values())


def _open(report: Report) -> list[tuple[str, str, str]]:
    names: dict[str, list[str]] = {}
    for exercise in tried(report):
        names.setdefault(exercise.notebook, []).append(exercise.name)
    return [(", ".join(listed), notebook, verdict(False)) for notebook, listed in names.items()]


def verdict(solved: bool) -> str:
    return phrase("solved") if solved else phrase("open")


def tables(report: Report) -> list[Grid]:
    """The tables of the appendix; one that has no rows is left out."""
    known = {"cluster" if name == "name" else name: value for name, value in report.cluster.items()} | report.machine
    facts = [(str(FACTS[name]), value) for name, value in known.items()]
    nodes = [tuple(node.get(key) or str(phrase("-")) for key in _NODE) for node in report.nodes]
    grids = [
        Grid(phrase("Cluster and machine"), (phrase("what"), phrase("value")), facts),
        Grid(phrase("Nodes"), [str(heading) for heading in _NODE.values()], nodes),
        Grid(phrase("Packages"), (phrase("package"), phrase("version")), list(report.versions.items())),
        Grid(phrase("Manifests that were used"), (phrase("file"), phrase("SHA-256, first 12 digits")),
             list(report.manifests.items())),
    ]  # fmt: skip
    return [grid for grid in grids if grid.rows]


_NODE = {
    "name": phrase("node"),
    "roles": phrase("roles"),
    "address": phrase("address"),
    "version": phrase("kubelet"),
    "system": phrase("system"),
}
