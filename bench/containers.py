"""Both ways to run containers, processes beside each other and namespaces of their own, measured in turns.

The load comes from a Pod, and its server is one: what is measured is the way between two Pods.
"""

import contextlib
import itertools
import statistics
import time
from collections.abc import Callable

from loopkube import cluster

from bench.api import Api
from bench.clusters import NAMESPACE, ROOT, fresh_cluster, memory_rows, until_routed
from bench.load import measure
from bench.objects import application, ingress
from bench.rows import Row

WAYS = ("plain", "isolated")
AT_ONCE, MANY = 20, 100
SECONDS = 0.5
LONGEST = 60
"""Seconds that anything may take."""
HOST = "load.example.com"
_LOAD = str(ROOT / "bench" / "load.py")
_ADDRESS = [{"name": "POD_IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}]


class Way:
    """A cluster that runs containers in one way, with a server behind a Service and an Ingress."""

    def __init__(self, info: cluster.ClusterInfo) -> None:
        self.info, self.api, self._numbers = info, Api(info.kubeconfig), itertools.count()
        self.api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
        self._pod("server", ["python", _LOAD, "serve-bare", "$(POD_IP)", "8080"], {"app": "web"})
        service = {"selector": {"app": "web"}, "ports": [{"name": "http", "port": 80, "targetPort": 8080}]}
        made = self.api.create(
            {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": service}, NAMESPACE
        )
        self.service = (made["spec"]["clusterIP"], 80)
        self.server = (self._until("server", _ready)["status"]["podIP"], 8080)
        self.api.create(ingress(HOST), NAMESPACE)
        until_routed(info.http_port, HOST)

    def ready(self) -> float:
        """Milliseconds from the write of a Pod until it is Ready."""
        return self._timed(["sleep", "1000"], _ready)

    def over(self) -> float:
        """Until a Pod that runs `true` has ended."""
        return self._timed(["true"], _over)

    def python(self) -> float:
        """Until a Pod that runs a short Python program has ended."""
        return self._timed(["python", "-c", "print('done')"], _over)

    def at_once(self) -> float:
        """Seconds until 20 Pods are Ready."""
        began, names = time.perf_counter(), [f"at-once-{next(self._numbers)}" for _ in range(AT_ONCE)]
        for name in names:
            self._pod(name, ["sleep", "1000"])
        for name in names:
            self._until(name, _ready)
        elapsed = time.perf_counter() - began
        for name in names:
            self._delete(name)
        return elapsed

    def many(self) -> float:
        """Seconds until a Deployment of 100 Pods is available."""
        began = time.perf_counter()
        for obj in application("many", replicas=MANY):
            self.api.create(obj, NAMESPACE)
        path = self.api.path("Deployment", NAMESPACE, "many")
        while self.api.session.get(path).json().get("status", {}).get("availableReplicas", 0) < MANY:
            _go_on(began)
            time.sleep(0.05)
        return time.perf_counter() - began

    def through_entry(self) -> float:
        """Requests a second."""
        return measure("127.0.0.1", self.info.http_port, HOST, SECONDS)

    def through_service(self) -> float:
        return self._load(*self.service)

    def to_pod(self) -> float:
        return self._load(*self.server)

    def _load(self, address: str, port: int) -> float:
        name = f"load-{next(self._numbers)}"
        self._pod(name, ["python", _LOAD, "bare", address, str(port), "load", str(SECONDS), "16"])
        self._until(name, _over)
        answers = float(self.api.session.get(f"{self.api.path('Pod', NAMESPACE, name)}/log").text)
        self._delete(name)
        return answers

    def _timed(self, command: list[str], reached: Callable[[dict], bool]) -> float:
        name, began = f"pod-{next(self._numbers)}", time.perf_counter()
        self._pod(name, command)
        self._until(name, reached)
        elapsed = (time.perf_counter() - began) * 1000
        self._delete(name)
        return elapsed

    def _pod(self, name: str, command: list[str], labels: dict[str, str] | None = None) -> None:
        container = {"name": "main", "image": "python:3.13", "command": command, "env": _ADDRESS}
        spec = {"containers": [container], "restartPolicy": "Never", "terminationGracePeriodSeconds": 0}
        self.api.create(
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": labels or {}}, "spec": spec},
            NAMESPACE,
        )

    def _until(self, name: str, reached: Callable[[dict], bool]) -> dict:
        began = time.perf_counter()
        while True:
            pod = self.api.session.get(self.api.path("Pod", NAMESPACE, name)).json()
            if reached(pod):
                return pod
            _go_on(began)
            time.sleep(0.002)

    def _delete(self, name: str) -> None:
        self.api.session.delete(self.api.path("Pod", NAMESPACE, name)).raise_for_status()


def containers(repeats: int) -> list[Row]:
    with contextlib.ExitStack() as stack:
        ways = [Way(stack.enter_context(fresh_cluster(containers=name))) for name in WAYS]
        measures = {
            "a Pod is Ready": ("ms", Way.ready, 6),
            "a Pod that runs true is over": ("ms", Way.over, 6),
            "a Pod with a short Python program is over": ("ms", Way.python, 6),
            f"{AT_ONCE} Pods at once are Ready": ("s", Way.at_once, 1),
            "L4: requests through the Service": ("1/s", Way.through_service, 2),
            "L4: requests to the Pod itself": ("1/s", Way.to_pod, 2),
            "L7: requests through the entry": ("1/s", Way.through_entry, 2),
            f"{MANY} Pods on three nodes: started": ("s", Way.many, 0),
        }
        rows = []
        for what, (unit, call, times) in measures.items():
            rows += _rows(what, unit, _in_turns(ways, call, times * repeats or 1))
        for name, way in zip(WAYS, ways, strict=True):
            rows += memory_rows(way.info.pid, f" with {MANY} Pods, {name}")
    return rows


def _in_turns(ways: list[Way], call: Callable[[Way], float], times: int) -> list[list[float]]:
    """In both orders: what else the machine does meets both alike."""
    found: list[list[float]] = [[] for _ in ways]
    for number in range(times):
        turn = list(zip(found, ways, strict=True))
        for values, way in turn if number % 2 else reversed(turn):
            values.append(call(way))
    return found


def _rows(what: str, unit: str, found: list[list[float]]) -> list[Row]:
    plain, isolated = (statistics.median(values) for values in found)
    rows = [Row(f"{what}, {name}", unit, values) for name, values in zip(WAYS, found, strict=True)]
    return [*rows, Row(f"{what}: isolated, of plain", "of 1", [isolated / plain])]


def _go_on(began: float) -> None:
    if time.perf_counter() - began > LONGEST:
        raise TimeoutError(f"not reached within {LONGEST} s")


def _ready(pod: dict) -> bool:
    conditions = pod.get("status", {}).get("conditions") or []
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)


def _over(pod: dict) -> bool:
    return pod.get("status", {}).get("phase") in ("Succeeded", "Failed")
