"""From which file the local cluster is started: the one it was made from, and no other with other nodes."""

from pathlib import Path

from labcore.errors import LabError
from labcore.language.messages import phrase
from labcore.machine import paths
from loopkube import cluster

DEFAULT = "cluster.yaml"


def config_for(asked: str) -> Path:
    """The cluster file to start from; `asked` is the learner's, or empty. Raises LabError."""
    origin = cluster.origin(paths.state())
    default = paths.project() / "manifests" / DEFAULT
    if not asked:
        return origin.config if origin and origin.config.is_file() else default
    if origin and origin.config != Path(asked).resolve():
        _require_nodes(origin, Path(asked))
    return Path(asked)


def _require_nodes(origin: cluster.Origin, asked: Path) -> None:
    try:
        names = [node.name for node in cluster.read_config(asked.read_text()).nodes]
    except cluster.ClusterError as error:
        raise LabError(phrase("the local cluster did not start: {error}{more}", error=error, more="")) from error
    if set(origin.nodes) - set(names):
        raise LabError(
            phrase(
                "this cluster was made with the nodes {nodes}; {config} asks for {wanted}. Continue it with `lab up`, "
                "or make a new one, without its objects:\n  lab down --delete\n  lab up --config {config}",
                nodes=", ".join(origin.nodes),
                config=asked,
                wanted=", ".join(names),
            )
        )
