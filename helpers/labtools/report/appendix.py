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
    """Every exercise that was checked, with its last verdict."""
    last_tries = {}
    for run in report.notebooks:
        for check in (check for record in run.cells for check in outputs.checks(record.cell)):
            last_tries[check["exercise"]] = (check["exercise"], run.title, verdict(check["solved"]), check["why"])
    columns = (phrase("exercise"), phrase("notebook"), phrase("verdict"), phrase("why"))
    return Grid(phrase("Exercises"), columns, sorted(last_tries.values()))


def verdict(solved: bool) -> str:
    return phrase("solved") if solved else phrase("open")


def tables(report: Report) -> list[Grid]:
    """The tables of the appendix; one that has no rows is left out."""
    known = {"cluster" if name == "name" else name: value for name, value in report.cluster.items()} | report.machine
    facts = [(str(FACTS[name]), value) for name, value in known.items()]
    nodes = [tuple(node.get(key) or str(phrase("-")) for key in _NODE) for node in report.nodes]
    grids = [
        Grid(phrase("Cluster and machine"), (phrase("what"), phrase("value")), facts),
        Grid(phrase("Nodes"), [str(words) for words in _NODE.values()], nodes),
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
