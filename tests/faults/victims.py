"""A small cluster with an application of two Pods, whose parts can be found and killed."""

import contextlib
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import inside_network
import psutil
import requests
from loopkube import cluster
from loopkube.node.l4 import low_ports
from loopkube.process import lock_file
from own_folder import own_folder

from bench.api import Api
from bench.objects import application, ingress
from tests.conftest import ROOT, TRAEFIK, free_port

HOST, NAMESPACE = "crash.example.com", "crash"
SERVES_AGAIN = 2.0
"""Seconds within which the cluster serves again after any of its parts was killed."""
WORDS = {
    "L4 proxy": "loopkube.node.l4.proxy",
    "guard": "guard.py",
    "traefik": "--entrypoints.web",
    "container": "main.py",
}


class Victim:
    """`kill` a part, `until` something holds; `start` is what `lab up` does."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.ports = folder, (free_port(), free_port())
        self.service, self._service = "", ""

    def start(self) -> cluster.ClusterInfo:
        self.info = cluster.start(
            self.folder,
            config=ROOT / "manifests" / "cluster.yaml",
            http_port=self.ports[0],
            https_port=self.ports[1],
            manifests=[TRAEFIK],
        )
        self.api = Api(self.info.kubeconfig)
        if self.service:  # a cluster that has started meanwhile may have taken its block of addresses
            self.service = self._address()
        return self.info

    def deploy(self, replicas: int = 2) -> None:
        self.api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
        for obj in [*application(replicas=replicas), ingress(HOST)]:
            made = self.api.create(obj, NAMESPACE)
            if made["kind"] == "Service":
                self._service = made["metadata"]["name"]
                self.service = self._address()

    def _address(self) -> str:
        answer = self.api.session.get(self.api.path("Service", NAMESPACE, self._service))
        answer.raise_for_status()
        address, port = low_ports.here(answer.json()["spec"]["clusterIP"], 80)
        return f"http://{address}:{port}"

    def stop(self) -> None:
        cluster.stop(self.folder)

    @property
    def pid(self) -> int:
        return lock_file.holder(cluster.home(self.folder) / "lock")

    def processes(self, part: str) -> list[psutil.Process]:
        """The running processes of one part of this cluster."""
        if part == "cluster":
            return [psutil.Process(self.pid)] if self.pid else []
        found = []
        for process in psutil.Process(self.pid).children(recursive=True) if self.pid else ():
            with contextlib.suppress(psutil.Error):
                if WORDS[part] in " ".join(process.cmdline()):
                    found.append(process)
        return found

    def kill(self, process: psutil.Process) -> None:
        process.send_signal(signal.SIGKILL)
        with contextlib.suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
            process.wait(5)

    def serves(self) -> bool:
        """Whether the entry, the Service's own address and the API all answer."""
        return (
            self._answers(f"http://127.0.0.1:{self.ports[0]}/", {"Host": HOST})
            and self._service_answers()
            and self._api_is_ready()
        )

    def _service_answers(self) -> bool:
        """From the network that its address is in."""
        if self.info.own_network:
            place = urlsplit(self.service)
            return bool(self.pid) and inside_network.status(self.pid, place.hostname or "", place.port or 80) == 200
        return self._answers(self.service, {})

    def _answers(self, url: str, headers: dict[str, str]) -> bool:
        with requests.Session() as session:
            session.trust_env = False
            try:
                return session.get(url, headers=headers, timeout=2).status_code == 200
            except requests.RequestException:
                return False

    def _api_is_ready(self) -> bool:
        try:
            return self.api.session.get(f"{self.api.base}/readyz", timeout=2).status_code == 200
        except requests.RequestException:
            return False


def until(holds: Callable[[], object], seconds: float = 20.0) -> float:
    """Waits until `holds()`; returns the seconds that it took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(0.005)
    return time.monotonic() - began


@contextlib.contextmanager
def victim() -> Iterator[Victim]:
    """A started cluster with its application answering; nothing of it is left afterwards."""
    with own_folder("ingress-fault-") as folder:
        made = Victim(folder)
        try:
            made.start()
            made.deploy()
            until(made.serves)
            yield made
        finally:
            made.stop()
