"""A cluster file as kind reads it: which nodes it asks for, with which labels, taints and ports."""

from pathlib import Path
from typing import TYPE_CHECKING

from labcore.clusters import loopkube_words
from labcore.errors import BadManifest
from labcore.language.messages import joined, phrase, verbatim
from loopkube import cluster

if TYPE_CHECKING:
    from loopkube.cluster import ClusterConfig, PortMapping

    from ingress_lab.display.tables import Table

COLUMNS = ("node", "node_labels", "taints", "node_ports")


def planned(source: Path | str) -> "Table":
    """The nodes of a cluster file (a path, or its text), one row each; what kind would ignore stands below.

    A port reads `8080 to 80`: of this machine, to the node. Raises BadManifest with kind's own words.
    """
    from ingress_lab.display.tables import table

    plan = read(source)
    rows = [
        {
            "node": node.name,
            "node_labels": ", ".join(f"{key}={value}" for key, value in node.labels.items()),
            "taints": ", ".join(f"{taint['key']}:{taint['effect']}" for taint in node.taints),
            "node_ports": joined(", ", map(_spelled, node.ports)),
        }
        for node in plan.nodes
    ]
    made = table(rows, COLUMNS, title="plan")
    made.attrs["note"] = joined("\n", map(loopkube_words.words, plan.notices))
    return made


def read(source: Path | str) -> "ClusterConfig":
    """The file by kind's rules. Raises BadManifest."""
    text = Path(source).read_text(encoding="utf-8") if isinstance(source, Path) else source
    try:
        return cluster.read_config(text)
    except cluster.ClusterError as error:
        raise BadManifest(verbatim(f"ERROR: failed to create cluster: {error}")) from error


def _spelled(port: "PortMapping") -> str:
    return phrase("{here} to {there}", here=port.host_port, there=port.container_port)
