"""Streams that are refused or left leave nothing open in the cluster's process."""

import base64
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from ingress_lab.kube.apply import apply
from ingress_lab.kube.conditions import condition
from ingress_lab.kube.wait import Wait
from ingress_lab.manifests import load
from labcore.kube.api import Api
from loopkube.cluster import ClusterInfo

POD = "/api/v1/namespaces/default/pods/streams"
EACH = 40
ENDS = 10.0
PATHS = {
    "exec": f"{POD}/exec?command=sleep&command=60&stdin=true&stdout=true",
    "exec tty": f"{POD}/exec?command=sleep&command=60&stdin=true&stdout=true&tty=true",
    "attach": f"{POD}/attach?stdin=true&stdout=true",
    "portforward": f"{POD}/portforward?ports=8080",
    "log": f"{POD}/log?follow=true",
    "watch": "/api/v1/namespaces/default/pods?watch=true",
}
MANIFEST = """
apiVersion: v1
kind: Pod
metadata: {name: streams, namespace: default}
spec:
  terminationGracePeriodSeconds: 0
  containers:
    - {name: app, image: "python:3.13", stdin: true, command: [python, -m, http.server, "8080"]}
"""


class Requests:
    """Sends the head of a request, reads the head of its answer, and goes."""

    def __init__(self, info: ClusterInfo) -> None:
        config = yaml.safe_load(info.kubeconfig.read_text())
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        self._port = int(cluster["server"].rpartition(":")[2])
        self._tls = ssl.create_default_context(cadata=base64.b64decode(cluster["certificate-authority-data"]).decode())
        self._token = user["token"]

    def leave(self, path: str, protocol: str, *, wait: bool) -> str:
        head = [f"GET {path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {self._token}"]
        if "watch" not in path and "/log" not in path:
            head += ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
            head += [
                f"Sec-WebSocket-Key: {base64.b64encode(b'x' * 16).decode()}",
                f"Sec-WebSocket-Protocol: {protocol}",
            ]
        plain = socket.create_connection(("127.0.0.1", self._port), timeout=10)
        with self._tls.wrap_socket(plain, server_hostname="localhost") as sock:
            sock.sendall("\r\n".join([*head, "", ""]).encode())
            return sock.recv(64).split(b" ")[1].decode() if wait else ""


@pytest.fixture
def requests(cluster: ClusterInfo) -> Iterator[Requests]:
    api = Api.connect(cluster.kubeconfig)
    apply(api, load(yaml.safe_load(MANIFEST)), "default")
    pod = api.resources().named("pod")
    Wait(api, pod, "default", "streams", condition("Pod", "ready"), 20).run()
    yield Requests(cluster)
    api.request("delete", POD)


@pytest.mark.long
@pytest.mark.parametrize("what", PATHS)
def test_nothing_stays_open(requests: Requests, cluster: ClusterInfo, what: str) -> None:
    path = PATHS[what]
    refused = {requests.leave(path, "chat", wait=True)}  # also what is opened once and kept
    requests.leave(path, "v4.channel.k8s.io", wait=True)
    assert refused == {"200" if what in ("log", "watch") else "400"}
    time.sleep(1)
    before = opened(cluster)
    for _ in range(EACH):
        requests.leave(path, "chat", wait=True)
        requests.leave(path, "v4.channel.k8s.io", wait=True)
        requests.leave(path, "v4.channel.k8s.io", wait=False)
    assert settled(cluster, before) <= before


def settled(cluster: ClusterInfo, wanted: int) -> int:
    """How many are open, once it is no more than `wanted`, or when patience is over."""
    deadline = time.monotonic() + ENDS
    while (found := opened(cluster)) > wanted and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def opened(cluster: ClusterInfo) -> int:
    return len(list(Path(f"/proc/{cluster.pid}/fd").iterdir()))
