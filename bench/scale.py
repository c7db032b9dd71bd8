"""How it grows: 10, 100, 1,000 Ingresses and Services with three endpoints each; 100 Pods on three nodes.

Here Traefik does not write the address into each Ingress (`kubectl get ingress`, column ADDRESS): its client makes
five such writes a second and no more, on any cluster, and Traefik takes no new rule meanwhile. One row shows it.
"""

import time

from bench.api import Api
from bench.clusters import NAMESPACE, apply_application, fresh_cluster, memory_rows, until_routed
from bench.measures import routed_after
from bench.objects import application, ingress
from bench.rows import Row

SIZES = (10, 100, 1000)
PODS = 100
WITH_ADDRESS = 50
ADDRESS = "--providers.kubernetesingress.ingressendpoint"
GOALS = {1000: "under 10"}
ROUTED_GOALS = {1000: "under 500"}


def objects(repeats: int) -> list[Row]:
    """Each size in a fresh cluster."""
    rows = []
    for size in SIZES:
        with fresh_cluster(without=ADDRESS) as info:
            api = Api(info.kubeconfig)
            applied, routed = _apply_many(api, info.http_port, size)
            more = [routed_after(api, info.http_port, f"more-{n}.example.com") for n in range(repeats)]
            rows += _rows(f"{size:,} Ingresses and Services", applied, routed, more, size)
            if size >= 100:
                rows += memory_rows(info.pid, f" with {size:,}")
    with fresh_cluster() as info:
        _, routed = _apply_many(Api(info.kubeconfig), info.http_port, WITH_ADDRESS)
        rows.append(Row(f"{WITH_ADDRESS} Ingresses, Traefik writing addresses: routed", "s", [routed], "5 a second"))
    return rows


def _apply_many(api: Api, port: int, size: int) -> tuple[float, float]:
    """Seconds until all are acknowledged, and until the last is routed."""
    apply_application(api, "first.example.com", replicas=3)
    until_routed(port, "first.example.com")
    addresses = _pod_addresses(api, 3)
    begun = time.perf_counter()
    for number in range(size):
        for obj in _one(number, addresses):
            api.create(obj, NAMESPACE)
    applied = time.perf_counter() - begun
    until_routed(port, _host(size - 1))
    return applied, time.perf_counter() - begun


def _rows(what: str, applied: float, routed: float, more: list[float], size: int) -> list[Row]:
    return [
        Row(f"{what}: apply", "s", [applied]),
        Row(f"{what}: until all are routed", "s", [routed], GOALS.get(size, "")),
        Row(f"{what}: one more routed", "ms", more, ROUTED_GOALS.get(size, "")),
    ]


def _pod_addresses(api: Api, count: int) -> list[str]:
    while True:
        pods = api.session.get(api.path("Pod", NAMESPACE), params={"labelSelector": "app=web"}).json()["items"]
        found = [pod["status"]["podIP"] for pod in pods if pod["status"].get("podIP")]
        if len(found) == count:
            return found
        time.sleep(0.02)


def _host(number: int) -> str:
    return f"app-{number}.example.com"


def _one(number: int, addresses: list[str]) -> list[dict]:
    """A Service, its three endpoints, and its Ingress."""
    name = f"app-{number}"
    spec = {"ports": [{"name": "http", "port": 80, "targetPort": 8080}]}
    part = {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {"name": f"{name}-1", "labels": {"kubernetes.io/service-name": name}},
        "addressType": "IPv4",
        "ports": [{"name": "http", "port": 8080}],
        "endpoints": [{"addresses": [address], "conditions": {"ready": True}} for address in addresses],
    }
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}
    return [service, part, ingress(_host(number), name)]


def pods(repeats: int) -> list[Row]:
    """A Deployment of 100 Pods on the three nodes: all ready, all replaced, all gone."""
    with fresh_cluster() as info:
        api = Api(info.kubeconfig)
        api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
        begun = time.perf_counter()
        for obj in application(replicas=PODS):
            api.create(obj, NAMESPACE)
        started = _until_rolled_out(api, begun)
        rows = memory_rows(info.pid, f" with {PODS} Pods")
        begun = time.perf_counter()
        _merge(api, {"spec": {"template": {"metadata": {"annotations": {"round": "2"}}}}})
        rolled = _until_rolled_out(api, begun)
        begun = time.perf_counter()
        _merge(api, {"spec": {"replicas": 0}})
        while api.session.get(api.path("Pod", NAMESPACE)).json()["items"]:
            time.sleep(0.02)
        stopped = time.perf_counter() - begun
    return [
        Row(f"{PODS} Pods on three nodes: started", "s", [started]),
        Row(f"{PODS} Pods on three nodes: rolling update", "s", [rolled]),
        Row(f"{PODS} Pods on three nodes: stopped", "s", [stopped]),
        *rows,
    ]


def _merge(api: Api, change: dict) -> None:
    headers = {"Content-Type": "application/merge-patch+json"}
    api.session.patch(api.path("Deployment", NAMESPACE, "web"), json=change, headers=headers).raise_for_status()


def _until_rolled_out(api: Api, begun: float) -> float:
    while True:
        found = api.session.get(api.path("Deployment", NAMESPACE, "web")).json()
        status, wanted = found.get("status") or {}, found["spec"]["replicas"]
        seen = status.get("observedGeneration") == found["metadata"]["generation"]
        counts = [status.get(f"{word}Replicas", 0) for word in ("updated", "available")] + [status.get("replicas", 0)]
        if seen and counts == [wanted] * 3:
            return time.perf_counter() - begun
        time.sleep(0.05)
