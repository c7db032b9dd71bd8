"""A local cluster beside the learner's own, for as long as one command runs: open notebooks and it do not meet.

Each has a folder in the lab's state folder, free ports, and goes with everything in it at the end. A lock tells whose
command still runs: what a killed one has left is ended by the next one, and by `lab down`.
"""

import fcntl
import os
import random
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

from labcore.clusters.base import Access
from labcore.errors import LabError
from labcore.language.messages import phrase
from labcore.machine import paths
from loopkube import cluster

Start = Callable[[int, int], Access]
FOLDER = "beside"
MOST = 8
_PORTS = range(20_000, 32_000)
"""Below those that the system gives to clients, so that none of these takes one between the look and the start."""


@contextmanager
def running(start: Start, http_port: int | None = None, https_port: int | None = None) -> Iterator[Access]:
    """The way to a fresh cluster, which `start` starts with two ports.

    Meanwhile it is the local one for this process and those it starts.
    """
    begun = paths.state()
    home, lock = _claim(begun / FOLDER)
    before = os.environ.get("INGRESS_LAB_HOME")
    with lock:
        try:
            # what a command that was killed has left in this folder
            _end(home)
            os.environ["INGRESS_LAB_HOME"] = str(home)
            yield replace(start(http_port or _free_port(), https_port or _free_port()), temporary=True)
        finally:
            _end(home)
            if before is None:
                del os.environ["INGRESS_LAB_HOME"]
            else:
                os.environ["INGRESS_LAB_HOME"] = before


def end_left_behind() -> None:
    """End what killed commands have left."""
    for home in sorted((paths.state() / FOLDER).glob("[0-9]*")):
        if home.is_dir() and (lock := _taken(home)):
            with lock:
                _end(home)


def _claim(folder: Path) -> tuple[Path, IO[str]]:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for number in range(1, MOST + 1):
        home = folder / str(number)
        if lock := _taken(home):
            return home, lock
    raise LabError(phrase("{number} commands of this folder run a cluster of their own already", number=MOST))


def _taken(home: Path) -> IO[str] | None:
    """The lock of a place, held until it is closed; None if somebody has it."""
    lock = home.with_suffix(".lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return None
    return lock


def _end(home: Path) -> None:
    cluster.stop(home)
    shutil.rmtree(home, ignore_errors=True)


def _free_port() -> int:
    for port in random.sample(_PORTS, 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise LabError(phrase("none of the ports {first} to {last} is free", first=_PORTS.start, last=_PORTS.stop - 1))
