"""One cluster for the whole run, in a folder of its own, on ports of its own; proof at the end that nothing stays.

`pytest --keep-cluster DIR` uses (and leaves) the cluster of DIR, for a short loop while writing code.
"""

import os
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from held_loops import HeldLoops
from labcore.language import choice
from labcore.machine import jupyter
from loopkube import cluster as loop_cluster
from loopkube.cluster import ClusterInfo
from loopkube.process import owner
from own_folder import own_folder

ROOT = Path(__file__).parent.parent
TRAEFIK = ROOT / "manifests" / "controllers" / "traefik"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--keep-cluster", metavar="DIR", help="use the cluster of DIR, and leave it running")
    parser.addoption("--crashes", type=int, default=5, metavar="N", help="kills of the crash test (make crash: 50)")
    parser.addoption("--fuzz", type=int, default=600, metavar="N", help="requests of the fuzz test (make fuzz: 6000)")
    parser.addoption("--fuzz-seed", type=int, default=1, metavar="N", help="other requests")
    parser.addoption(
        "--order", type=int, default=1, metavar="N", help="notebooks in reverse order (make test-order: all)"
    )
    parser.addoption(
        "--interruptions", type=int, default=2, metavar="N", help="of `lab report` in notebook 05, one after another"
    )
    parser.addoption("--crash-seed", type=int, default=1, metavar="N", help="another order of them")
    parser.addoption("--replay-cases", type=int, default=9, metavar="N", help="cases of lab migrate that are replayed")
    parser.addoption("--clinic-seeds", type=int, default=1, metavar="N", help="how often each case of the clinic plays")
    parser.addoption("--thorough", action="store_true", help="what `make test-long` leaves out, too: CONTRIBUTING.md")


def pytest_configure(config: pytest.Config) -> None:
    """A shell that runs the tests in its background has them ignore Ctrl-C; tests of Ctrl-C need the usual answer."""
    if hasattr(config, "workerinput"):
        signal.signal(signal.SIGINT, _end)
        signal.signal(signal.SIGTERM, _end)
    else:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, _end_with_workers)
    config.pluginmanager.register(HeldLoops(config), "held-loops")
    os.environ[owner.VARIABLE] = str(os.getpid())  # no cluster of a test outlives this process, even if it is killed
    _speak_english()


def _speak_english() -> None:
    """Tests read English, whatever the locale of the person who runs them; those of a language choose it."""
    for name in (choice.VARIABLE, *choice.LOCALE):
        os.environ.pop(name, None)
    os.environ["LANG"] = "C.UTF-8"


def _end(number: int, frame: object) -> None:
    """A worker stops its cluster before it ends; what comes after the first signal would stop that."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def _end_with_workers(number: int, frame: object) -> None:
    """SIGTERM ends a run as Ctrl-C does, which a terminal sends to the workers as well."""
    for worker in psutil.Process().children():
        worker.send_signal(signal.SIGINT)
    raise KeyboardInterrupt


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The long tests come first. Workers (`make test` has several) share out whole files, and one by one notebooks and
    the cases of a test that is marked `apart`.

    Each worker has a cluster of its own, so what two of them do does not meet.
    """
    if not config.getoption("--thorough"):
        items[:] = [item for item in items if not item.get_closest_marker("thorough")]
    items.sort(key=lambda item: (ROOT / "tests" / "notebooks" not in item.path.parents, is_light(item.path)))
    for item in items:
        if re.search(r"\[solution[1-9]", item.name):  # of an exercise's solutions the first one is for every day
            item.add_marker(pytest.mark.long)
        apart = "notebooks" in item.path.parts or item.get_closest_marker("apart")
        case = f"-{item.callspec.id}" if apart and hasattr(item, "callspec") else ""
        item.add_marker(pytest.mark.xdist_group(item.path.stem + case))


@pytest.fixture(scope="session")
def thorough(pytestconfig: pytest.Config) -> bool:
    """Whether what `make test-long` leaves out is to be proved as well."""
    return pytestconfig.getoption("--thorough")


@pytest.fixture
def interruptible() -> Iterator[None]:
    """For a test that sends SIGINT to itself: in a worker, that would else be the end of the whole run."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def is_light(path: Path) -> bool:
    """Whether a test needs no cluster."""
    return "flows" not in path.parts


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest) -> Iterator[ClusterInfo]:
    """A running local cluster with Traefik; the environment points the lab at it."""
    kept = request.config.getoption("--keep-cluster")
    with own_folder("ingress-lab-") as fresh, pytest.MonkeyPatch.context() as patch:
        folder = Path(kept or fresh)
        if kept:
            patch.delenv(owner.VARIABLE)
        info = loop_cluster.start(
            folder,
            config=ROOT / "manifests" / "cluster.yaml",
            http_port=free_port(),
            https_port=free_port(),
            manifests=[TRAEFIK],
        )
        os.environ["INGRESS_LAB_HOME"] = str(folder)
        jupyter.use_own_folders(folder)
        try:
            yield info
        finally:
            del os.environ["INGRESS_LAB_HOME"]
            if not kept:
                loop_cluster.stop(folder)
                assert leftovers(folder, info) == []


def leftovers(folder: Path, info: ClusterInfo) -> list[str]:
    """Processes that still name the cluster's folder, and listeners on its ports."""
    found = []
    for process in psutil.process_iter(["cmdline", "environ"]):
        environment = process.info["environ"] or {}
        words = " ".join([*(process.info["cmdline"] or []), *environment.values()])
        if str(folder) in words and process.pid != os.getpid() and "INGRESS_LAB_HOME" not in environment:
            found.append(f"process {process.pid}: {words[:120]}")
    for port in (info.http_port, info.https_port):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                found.append(f"listener on {port}")
    return found
