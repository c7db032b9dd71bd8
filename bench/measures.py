"""The measurements. Each returns rows of (what, unit, values)."""

import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil
import requests
from loopkube import cluster

from bench.api import Api
from bench.objects import application, ingress

ROOT = Path(__file__).parent.parent
NAMESPACE = "bench"


class Row(NamedTuple):
    what: str
    unit: str
    values: list[float]
    goal: str = ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def fresh_cluster() -> Iterator[cluster.ClusterInfo]:
    """A new cluster with Traefik, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="ingress-bench-") as folder:
        manifests = ROOT / "manifests"
        try:
            yield cluster.start(
                Path(folder),
                config=manifests / "cluster.yaml",
                http_port=free_port(),
                https_port=free_port(),
                manifests=[manifests / "controllers" / "traefik"],
            )
        finally:
            cluster.stop(Path(folder))


def apply_application(api: Api, host: str) -> None:
    api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    for obj in [*application(), ingress(host)]:
        api.create(obj, NAMESPACE)


def until_routed(port: int, host: str, timeout: float = 30) -> float:
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


def start_up(repeats: int) -> list[Row]:
    """From nothing to the first routed 200, and the part of it that starting the cluster takes."""
    first, started = [], []
    for _ in range(repeats):
        begun = time.perf_counter()
        with fresh_cluster() as info:
            started.append(time.perf_counter() - begun)
            apply_application(Api(info.kubeconfig), "first.example.com")
            until_routed(info.http_port, "first.example.com")
            first.append(time.perf_counter() - begun)
    return [
        Row("nothing to first routed 200", "s", first, "at most 2, later 1"),
        Row("  of it: cluster ready", "s", started),
    ]


def running(repeats: int) -> list[Row]:
    """Memory of each part, and the time from creating an Ingress to the first routed 200."""
    with fresh_cluster() as info:
        api = Api(info.kubeconfig)
        apply_application(api, "first.example.com")
        until_routed(info.http_port, "first.example.com")
        routed = [_routed(api, info, f"host-{i}.example.com") for i in range(repeats)]
        return [Row("Ingress created to routed", "ms", routed, "at most 100"), *_memory(info.pid)]


def _routed(api: Api, info: cluster.ClusterInfo, host: str) -> float:
    begun = time.perf_counter()
    api.create(ingress(host), NAMESPACE)
    until_routed(info.http_port, host)
    elapsed = (time.perf_counter() - begun) * 1000
    time.sleep(0.05)
    return elapsed


def _memory(pid: int) -> list[Row]:
    main = psutil.Process(pid)
    rows = [Row("memory: API, controllers, node agents", "MB", [_megabytes(main)])]
    for child in main.children(recursive=True):
        command = " ".join(child.cmdline())
        name = next((n for n in ("service_proxy", "traefik") if n in command), "workload")
        rows.append(Row(f"memory: {name}", "MB", [_megabytes(child)]))
    whole = sum(r.values[0] for r in rows if "workload" not in r.what)
    return [*rows, Row("memory: all but the workload", "MB", [whole], "at most 250")]


def _megabytes(process: psutil.Process) -> float:
    """Resident memory, shared pages counted once where the system tells (PSS)."""
    info = process.memory_full_info()
    return getattr(info, "pss", info.rss) / 1e6
