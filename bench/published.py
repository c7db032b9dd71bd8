"""Figures in the form in which others publish theirs: latency at a fixed rate, and a cluster for tests."""

import subprocess
import sys
import threading
import time

from bench.api import Api
from bench.clusters import fresh_cluster
from bench.rows import Row

SECRETS, RATE, SENDERS = 5_000, 200, 8
SPACE = "bench-published"
FIRST_ANSWER = """
import pathlib, sys, tempfile, time
begun = time.perf_counter()
from loopkube.testing import in_memory
from loopkube.testing.kube import Kube
with tempfile.TemporaryDirectory() as folder, in_memory.running(pathlib.Path(folder)) as cluster:
    kube = Kube(cluster.kubeconfig)
    kube.list("namespaces")
    print(time.perf_counter() - begun)
    begun = time.perf_counter()
    pod = {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"name": "a", "image": "python:3.13"}]}}
    for number in range(300):
        kube.create(pod | {"metadata": {"name": f"p{number}"}})
    print(300 / (time.perf_counter() - begun))
"""


def published(repeats: int) -> list[Row]:
    first, pods = zip(*(_in_memory() for _ in range(repeats)), strict=True)
    with fresh_cluster() as info:
        latencies = _at_rate(Api(info.kubeconfig))
    named = f"{SECRETS:,} Secrets at {RATE}/s"
    return [
        Row("in memory, for tests: first answer, with imports", "s", list(first), "at most 0.5"),
        Row("in memory, for tests: Pods created, no nodes", "1/s", list(pods)),
        Row(f"{named}: median", "ms", [latencies[len(latencies) // 2]]),
        Row(f"{named}: p99", "ms", [latencies[len(latencies) * 99 // 100]]),
    ]


def _in_memory() -> tuple[float, float]:
    """(seconds to the first answer, Pods a second), in a fresh Python."""
    command = [sys.executable, "-P", "-c", FIRST_ANSWER]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    first, pods = done.stdout.split()
    return float(first), float(pods)


def _at_rate(api: Api) -> list[float]:
    """Milliseconds from when each write was due to its answer, sorted: a late start counts, too."""
    api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": SPACE}})
    taken, begun = [], time.perf_counter() + 0.1

    def send(first: int) -> None:
        session = api.new_session()
        for number in range(first, SECRETS, SENDERS):
            due = begun + number / RATE
            time.sleep(max(0.0, due - time.perf_counter()))
            secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": f"s{number}"}, "data": {"a": "eA=="}}
            session.post(f"{api.base}/api/v1/namespaces/{SPACE}/secrets", json=secret).raise_for_status()
            taken.append((time.perf_counter() - due) * 1000)

    senders = [threading.Thread(target=send, args=(first,)) for first in range(SENDERS)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    if len(taken) < SECRETS:
        raise RuntimeError(f"{SECRETS - len(taken)} writes failed")
    return sorted(taken)
