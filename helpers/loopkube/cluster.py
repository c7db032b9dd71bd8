"""Start, stop and look at the local cluster: all that other packages may use of loopkube.

The cluster is one process (`python -m loopkube.process.serve FOLDER`) with its children. Its folder holds everything
that it keeps: `kubeconfig` for clients, and `cluster/` with the state, the certificates, the log and the Pods'
files. A lock on `cluster/lock`, held as long as the process lives, tells a running cluster from a dead one.
"""

import contextlib
import math
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from loopkube.node.isolation import plan
from loopkube.node.l4 import low_ports as low_ports
from loopkube.process import lock_file
from loopkube.process import origin as made_from
from loopkube.process.info import ClusterInfo as ClusterInfo
from loopkube.process.info import forget_info as forget_info
from loopkube.process.info import home as home
from loopkube.process.info import info_file, read_info
from loopkube.process.info import log_file as log_file
from loopkube.process.info import write_info as write_info
from loopkube.process.launching import STOP_TIMEOUT, OnStep, end, launch
from loopkube.process.launching import ClusterError as ClusterError
from loopkube.process.origin import Origin as Origin
from loopkube.process.ports import PortForbidden as PortForbidden
from loopkube.process.ports import PortTaken, claim_ports
from loopkube.process.ports import taken as taken
from loopkube.shared import interrupts as interrupts
from loopkube.shared import private as private
from loopkube.upstream import version as version

if TYPE_CHECKING:
    from loopkube.shared.cluster_file import ClusterConfig as ClusterConfig
    from loopkube.shared.cluster_file import PortMapping as PortMapping

LETTING_GO = 2.0
"""Seconds for killed processes to close what they had open."""
NODE_TIMEOUT, ANSWER_TIMEOUT = 30.0, 1.0
ANSWERS, ENDING, PAUSED = "answers", "ending", "paused"


class UnknownNode(ClusterError):
    """No node of the cluster has that name."""


@dataclass(frozen=True)
class ClusterStatus:
    """`state` is running, stopped (never started, or ended properly) or dead (its process was killed).

    A running cluster that is still starting or already stopping has no `info`. One that is `paused` runs again after
    SIGCONT.
    """

    state: str
    info: ClusterInfo | None = None
    paused: bool = False


def read_config(text: str) -> "ClusterConfig":
    """A cluster file's text, read by kind's rules. Raises ClusterError with kind's own words."""
    from loopkube.shared import cluster_file

    try:
        return cluster_file.parse(text)
    except cluster_file.ConfigError as error:
        raise ClusterError(str(error)) from error


def origin(folder: Path) -> Origin | None:
    """From what the cluster of a folder was made, once it has been."""
    return made_from.read(home(folder))


def status(folder: Path) -> ClusterStatus:
    """Look at the cluster of a folder; changes nothing."""
    lock, info = home(folder) / "lock", read_info(folder)
    pid = lock_file.holder(lock)
    answer = _asked(folder) if info and info.pid == pid else ANSWERS
    if answer == ENDING and lock_file.wait_released(lock, LETTING_GO):
        pid = 0
    if pid:
        return ClusterStatus("running", info if info and info.pid == pid else None, answer == PAUSED)
    return ClusterStatus("dead", info) if left_behind(folder) else ClusterStatus("stopped")


def _asked(folder: Path) -> str:
    """What the process of the cluster is at. One that was killed holds its lock for a moment, and answers no more."""
    from loopkube.process import control_socket

    try:
        control_socket.send(home(folder), {"action": "list"}, ANSWER_TIMEOUT)
    except ConnectionError:
        return ENDING
    except TimeoutError:
        return PAUSED if lock_file.is_paused(home(folder) / "lock") else ANSWERS
    except (OSError, ValueError):
        return ANSWERS
    return ANSWERS


def left_behind(folder: Path) -> bool:
    """Whether the last process of the cluster ended without stopping it."""
    from loopkube.node import strays

    return info_file(folder).exists() or bool(strays.records(home(folder)))


def start(
    folder: Path,
    *,
    config: Path | None = None,
    http_port: int = 8080,
    https_port: int = 8443,
    manifests: Sequence[Path] = (),
    containers: str = "",
    on_step: OnStep | None = None,
) -> ClusterInfo:
    """Start the cluster, or continue it with every object it had; returns when its API and entry are ready.

    `config` is a kind `Cluster` file; `manifests` are files or folders applied as the last step; `containers` is how
    they run (`containers_way`). A running cluster is returned as it is. Raises PortTaken or ClusterError; then nothing
    is left running.
    """
    path, way = home(folder), containers_way(containers)
    fresh = not path.exists()
    with _plain_errors(folder):
        private.folder(path)
        lock = path / "start.lock"
        lock.touch(mode=0o600)
    with lock_file.held(lock):
        running = _settled(folder)
        if running:
            return running
        # the process claims them again, but only once it has loaded: a taken port is told at once
        _claim(folder, http_port, https_port)
        settings = {
            "config": str(config.resolve()) if config else "",
            "http_port": http_port,
            "https_port": https_port,
            "manifests": [str(Path(m).resolve()) for m in manifests],
            "containers": way,
        }
        try:
            with _plain_errors(folder):
                return launch(Path(folder), settings, on_step or (lambda step: None))
        except BaseException:
            if fresh:
                shutil.rmtree(path, ignore_errors=True)
                (Path(folder) / "kubeconfig").unlink(missing_ok=True)
            raise


def _claim(folder: Path, *ports: int) -> None:
    """Raises PortTaken. What a killed cluster has left is ended first, and may take a moment to let go."""
    deadline = time.monotonic()
    if left_behind(folder):
        from loopkube.node.strays import end_strays

        end_strays(home(folder))
        deadline += LETTING_GO
    while True:
        try:
            return claim_ports(*ports)
        except PortTaken:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.01)


def _settled(folder: Path) -> ClusterInfo | None:
    """The running cluster; waits for one that is just starting or stopping."""
    deadline = time.monotonic() + STOP_TIMEOUT
    while True:
        now = status(folder)
        if now.info and now.paused:
            raise ClusterError(paused(now.info))
        if now.info and now.state == "running":
            return now.info
        if now.state != "running":
            return None
        if time.monotonic() > deadline:
            raise ClusterError(f"another process starts or stops the cluster of {folder}, and does not come to an end")
        time.sleep(0.02)


def paused(info: ClusterInfo) -> str:
    """Why a paused cluster does not answer, and what continues it."""
    return f"the cluster is paused: process {info.pid} was stopped by a signal; `kill -CONT {info.pid}` continues it"


@contextlib.contextmanager
def _plain_errors(folder: Path) -> Iterator[None]:
    """What the system says about the cluster's folder, as a ClusterError."""
    try:
        yield
    except OSError as error:
        where = error.filename or folder
        advice = "the cluster needs a folder that it may write to, with some room left"
        raise ClusterError(f"{where}: {error.strerror or error}; {advice}") from error


def stop(folder: Path) -> bool:
    """End the cluster and every process it started; objects stay for the next start. False if nothing ran."""
    running = status(folder)
    if running.state == "stopped":
        return False
    if running.state == "running":
        end(lock_file.holder(home(folder) / "lock"), home(folder))
    from loopkube.node.strays import end_strays

    with _plain_errors(folder):
        end_strays(home(folder))
        forget_info(folder)
    return True


def wait_until_stopped(folder: Path) -> None:
    """Returns when the cluster of a folder does not run any more, however it ended."""
    lock_file.wait_released(home(folder) / "lock", math.inf)


def containers_way(asked: str = "") -> str:
    """How a cluster that starts now runs its containers: `plain`, `isolated`, or `auto`, which isolates where the
    kernel gives it. What is asked for counts, then LOOPKUBE_CONTAINERS, then `plain`. Raises ClusterError."""
    way = asked or os.environ.get(plan.VARIABLE) or plan.PLAIN
    if way not in plan.WAYS:
        raise ClusterError(f"containers run plain, isolated or auto, and not {way}")
    return way


def isolation_refusal() -> str:
    """Why containers cannot have namespaces of their own here; `` where they can. It is tried with one."""
    from loopkube.node.isolation import trial

    return trial.refusal()


def network_refusal() -> str:
    """Why Pods cannot have networks of their own here; `` where they can. It is tried by a program of its own."""
    from loopkube.node.network import trial

    return trial.refusal()


def leads_programs() -> bool:
    """Whether programs in Pods that are not Python can be led to moved ports here: it is tried with one."""
    from loopkube.node.port_mover import trial

    return trial()


def nodes(folder: Path) -> dict[str, str]:
    """{name: running or stopped} of a running cluster's nodes. Raises ClusterError."""
    return _order(folder, {"action": "list"})["nodes"]


def stop_node(folder: Path, node: str) -> bool:
    """End a node's processes as if it lost its power; False if it was off. Raises UnknownNode and ClusterError."""
    return _order(folder, {"action": "stop", "node": node})["changed"]


def start_node(folder: Path, node: str) -> bool:
    """Give a node its power back; returns when it is Ready. False if it was on. Raises as `stop_node`."""
    return _order(folder, {"action": "start", "node": node})["changed"]


def _order(folder: Path, order: dict) -> dict:
    """Have the cluster's own process do something, and return its answer."""
    from loopkube.process import control_socket

    if status(folder).state != "running":
        raise ClusterError("the cluster is not running")
    try:
        answer = control_socket.send(home(folder), order, NODE_TIMEOUT)
    except OSError as error:
        raise ClusterError(f"the cluster's process does not take orders ({error})") from error
    if "unknown" in answer:
        raise UnknownNode(answer["error"])
    if "error" in answer:
        raise ClusterError(answer["error"])
    return answer
