"""Starting: from nothing to the first routed request; one more Ingress; memory."""

import time

from bench.api import Api
from bench.clusters import NAMESPACE, apply_application, fresh_cluster, memory_rows, until_routed
from bench.objects import ingress
from bench.rows import Row


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
        Row("nothing to first routed 200", "s", first, "at most 1"),
        Row("  of it: cluster ready", "s", started),
    ]


def running(repeats: int) -> list[Row]:
    """The time from creating an Ingress to the first routed 200, and the memory of each part."""
    with fresh_cluster() as info:
        api = Api(info.kubeconfig)
        apply_application(api, "first.example.com")
        until_routed(info.http_port, "first.example.com")
        routed = [routed_after(api, info.http_port, f"host-{i}.example.com") for i in range(2 * repeats)]
        rows = memory_rows(info.pid, goal="at most 250")
        return [Row("Ingress created to routed", "ms", routed, "at most 100"), *rows]


def routed_after(api: Api, port: int, host: str) -> float:
    """Milliseconds from creating an Ingress to its first 200."""
    begun = time.perf_counter()
    api.create(ingress(host), NAMESPACE)
    until_routed(port, host)
    elapsed = (time.perf_counter() - begun) * 1000
    time.sleep(0.05)
    return elapsed
