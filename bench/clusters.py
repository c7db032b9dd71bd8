"""The cluster that is measured: a fresh one in a folder of its own, or that of a kubeconfig."""

import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import requests
from loopkube import cluster

from bench.api import Api
from bench.objects import application, ingress
from bench.rows import Row

ROOT = Path(__file__).parent.parent
NAMESPACE = "bench"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def fresh_cluster(without: str = "", containers: str = "") -> Iterator[cluster.ClusterInfo]:
    """A new cluster with Traefik, gone afterwards; `without` leaves out an argument of Traefik.

    `containers` is how they run (`cluster.containers_way`).
    """
    with tempfile.TemporaryDirectory(prefix="ingress-bench-") as folder:
        manifests = ROOT / "manifests"
        controller = Path(folder) / "controller"
        controller.mkdir()
        for file in (manifests / "controllers" / "traefik").glob("*.yaml"):
            lines = file.read_text().splitlines(keepends=True)
            kept = [line for line in lines if not without or without not in line]
            (controller / file.name).write_text("".join(kept))
        try:
            yield cluster.start(
                Path(folder),
                config=manifests / "cluster.yaml",
                http_port=free_port(),
                https_port=free_port(),
                manifests=[controller],
                containers=containers,
            )
        finally:
            cluster.stop(Path(folder))


def apply_application(api: Api, host: str, replicas: int = 1) -> None:
    api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    for obj in [*application(replicas=replicas), ingress(host)]:
        api.create(obj, NAMESPACE)


def until_routed(port: int, host: str, timeout: float = 120) -> float:
    """Seconds from now until the entry answers 200 for `host`, asking as often as it answers."""
    begun = time.perf_counter()
    with requests.Session() as session:
        session.trust_env = False
        while time.perf_counter() - begun < timeout:
            try:
                if session.get(f"http://127.0.0.1:{port}/", headers={"Host": host}, timeout=5).status_code == 200:
                    return time.perf_counter() - begun
            except requests.ConnectionError:
                pass
            time.sleep(0.002)
    raise TimeoutError(f"{host} was not routed within {timeout} s")


def memory(pid: int) -> dict[str, float]:
    """Megabytes of each part: `cluster process`, `L4 proxy`, `guard`, `Traefik`, `workload`."""
    main = psutil.Process(pid)
    found = {"cluster process": _megabytes(main)}
    words = {
        "loopkube.node.l4.proxy": "L4 proxy",
        "guard.py": "guard",
        "loopkube.node.network.links": "networks of Pods",
        "outside.py": "sockets of this machine",
        "--entrypoints.web": "Traefik",
    }
    for child in main.children(recursive=True):
        command = " ".join(child.cmdline())
        name = next((name for word, name in words.items() if word in command), "workload")
        found[name] = found.get(name, 0.0) + _megabytes(child)
    return found


def memory_rows(pid: int, when: str = "", goal: str = "") -> list[Row]:
    found = memory(pid)
    found.pop("workload", None)
    rows = [Row(f"memory{when}: {name}", "MB", [size]) for name, size in found.items()]
    return [*rows, Row(f"memory{when}: all but the workload", "MB", [sum(found.values())], goal)]


def _megabytes(process: psutil.Process) -> float:
    """Resident memory, shared pages counted once where the system tells (PSS)."""
    info = process.memory_full_info()
    return getattr(info, "pss", info.rss) / 1e6
