"""The exercises of the series: one module per notebook, with its namespace, its checks, its hints and its solutions.

Belongs here: `notebook_07` with the notebook's `NAMESPACE` and a tuple `EXERCISES`; such a module is found by its name.
A check looks at what the cluster does (answers, rights, running Pods), and at fields only where a right outcome could
be chance, so that any right solution counts. Solutions are files of `solutions`, not of `manifests`, which a learner
changes; the tests run every check against the unsolved state and against each solution. What an exercise is stands in
`ingress_lab.lessons.exercises`, which reads these modules. Read `notebook_11` first.
"""

from pathlib import Path


def written(name: str) -> tuple[str, ...]:
    """The solutions that are files in the folder `solutions`: `11.2-selector.yaml`, in the order of their names."""
    return tuple(
        path.read_text("utf-8") for path in sorted((Path(__file__).parent / "solutions").glob(f"{name}*.yaml"))
    )
