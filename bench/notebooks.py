"""Seconds of each notebook, its kernel's start included, on a fresh cluster with nothing else running."""

import os

from labcore.machine import jupyter
from labtools.report.execute import execute, read
from labtools.workspace import series

from bench.clusters import fresh_cluster
from bench.rows import Row

SECONDS = {"11_many_ingress_nodes": 20}
USUAL = 10


def notebooks(repeats: int) -> list[Row]:
    """Each English notebook; raises RuntimeError for one that does not pass, since its seconds say nothing."""
    with fresh_cluster() as info:
        place = {"INGRESS_LAB_HOME": str(info.folder), "INGRESS_LAB_CLUSTER": "local", "INGRESS_LAB_PROGRESS": "0"}
        kept = {name: os.environ.get(name) for name in place}
        os.environ.update(place)
        try:
            jupyter.use_own_folders(info.folder)
            found = [_seconds(path, place, repeats) for path in series.notebooks("en")]
        finally:
            for name, value in kept.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})
    return [*found, Row("the whole series", "s", [sum(row.values[n] for row in found) for n in range(repeats)])]


def _seconds(path, place: dict[str, str], repeats: int) -> Row:
    seconds = []
    for _ in range(repeats):
        run = read(path)
        execute(run, place, lambda cell: None)
        if run.state != "passed":
            raise RuntimeError(f"notebook {path.stem} did not pass")
        seconds.append(run.seconds)
    return Row(f"notebook {path.stem}", "s", seconds, f"at most {SECONDS.get(path.stem, USUAL)}")
