"""Load through the entry while Deployments roll and Pods are deleted: does any request fail?"""

import random
import threading
import time
from collections import Counter

import requests

from bench.api import Api
from bench.clusters import NAMESPACE, fresh_cluster, until_routed
from bench.objects import application, ingress
from bench.rows import Row

CLIENTS = 30
NAMES = ("blue", "green")
PAUSE = 0.02
"""Seconds that a client waits between two requests, as a person's browser would; the clients share two CPUs with it."""


def load(repeats: int, seconds: float = 60) -> list[Row]:
    answers, rolls, deleted = run(seconds)
    failed = sum(count for answer, count in answers.items() if answer != "200")
    return [
        Row(f"load: requests of {CLIENTS} clients in {seconds:.0f} s", "", [float(answers.total())]),
        Row(f"load: failed, {rolls} rollouts and {deleted} Pods deleted", "", [float(failed)], "0"),
    ]


def run(seconds: float, clients: int = CLIENTS) -> tuple[Counter[str], int, int]:
    """(answers by status or error, rollouts, deleted Pods)."""
    with fresh_cluster() as info:
        api = Api(info.kubeconfig)
        api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
        for name in NAMES:
            for obj in [*_careful(application(name, replicas=3)), ingress(f"{name}.example.com", name)]:
                api.create(obj, NAMESPACE)
        for name in NAMES:
            until_routed(info.http_port, f"{name}.example.com")
            _until_complete(api, name, time.monotonic() + 60)
        asking = [Client(info.http_port, f"{NAMES[n % 2]}.example.com") for n in range(clients)]
        for client in asking:
            client.start()
        rolls, deleted = _disturb(api, time.monotonic() + seconds)
        for client in asking:
            client.end()
        return sum((client.answers for client in asking), Counter()), rolls, deleted


class Client(threading.Thread):
    """Asks over one kept connection until `end`."""

    def __init__(self, port: int, host: str) -> None:
        super().__init__(daemon=True)
        self._url, self._host, self._ended = f"http://127.0.0.1:{port}/", host, threading.Event()
        self.answers: Counter[str] = Counter()

    def run(self) -> None:
        with requests.Session() as session:
            session.trust_env = False
            while not self._ended.wait(PAUSE):
                try:
                    status = str(session.get(self._url, headers={"Host": self._host}, timeout=10).status_code)
                except requests.RequestException as error:
                    status = type(error).__name__
                self.answers[status] += 1

    def end(self) -> None:
        self._ended.set()
        self.join(15)


def _careful(objects: list[dict]) -> list[dict]:
    """As one should on any cluster: a Pod waits a little before it ends, until nobody sends it requests any more."""
    for obj in objects:
        if obj["kind"] == "Deployment":
            spec = obj["spec"]["template"]["spec"]
            spec["terminationGracePeriodSeconds"] = 5
            spec["containers"][0]["lifecycle"] = {"preStop": {"sleep": {"seconds": 2}}}
            obj["spec"]["strategy"] = {"rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}
    return objects


def _disturb(api: Api, end: float) -> tuple[int, int]:
    """Rolls the Deployments and deletes Pods, one after the other, until the time is over."""
    rolls, deleted, dice = 0, 0, random.Random(1)
    headers = {"Content-Type": "application/merge-patch+json"}
    while time.monotonic() < end:
        name = NAMES[rolls % 2]
        change = {"spec": {"template": {"metadata": {"annotations": {"round": str(rolls)}}}}}
        api.session.patch(api.path("Deployment", NAMESPACE, name), json=change, headers=headers).raise_for_status()
        rolls += 1
        _until_complete(api, name, end)
        other = NAMES[rolls % 2]
        pods = api.session.get(api.path("Pod", NAMESPACE), params={"labelSelector": f"app={other}"}).json()["items"]
        living = [pod["metadata"]["name"] for pod in pods if not pod["metadata"].get("deletionTimestamp")]
        api.delete("Pod", NAMESPACE, dice.choice(living))
        deleted += 1
        _until_complete(api, other, end)
    return rolls, deleted


def _until_complete(api: Api, name: str, end: float) -> None:
    """Until all replicas are new and available."""
    while time.monotonic() < end:
        found = api.session.get(api.path("Deployment", NAMESPACE, name)).json()
        status, wanted = found.get("status") or {}, found["spec"]["replicas"]
        counts = [status.get(f"{word}Replicas", 0) for word in ("updated", "available")]
        if status.get("observedGeneration") == found["metadata"]["generation"] and counts == [wanted] * 2:
            return
        time.sleep(0.05)
