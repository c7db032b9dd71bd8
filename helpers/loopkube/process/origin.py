"""What a cluster was made from: its file, and the nodes that its objects know. Kept beside its state."""

import json
from dataclasses import dataclass
from pathlib import Path

NAME = "made-from.json"


@dataclass(frozen=True)
class Origin:
    """What a cluster was made from: its cluster file and the names of its nodes."""

    config: Path
    nodes: tuple[str, ...]


def read(folder: Path) -> Origin | None:
    """None for a cluster that is yet to be made, and where the record is damaged."""
    try:
        content = json.loads((folder / NAME).read_text())
        return Origin(Path(content["config"]), tuple(map(str, content["nodes"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(folder: Path, config: str, nodes: list[str]) -> None:
    """Once the cluster is ready: what failed to start was not made."""
    (folder / NAME).write_text(json.dumps({"config": config, "nodes": nodes}))
