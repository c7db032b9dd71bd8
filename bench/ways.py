"""The two ways of a request: through the entry (layer 7) and through a Service's address (layer 4)."""

import contextlib
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import yaml

from bench.api import Api
from bench.clusters import NAMESPACE, free_port, fresh_cluster, until_routed
from bench.load import measure
from bench.objects import ingress
from bench.rows import Row

HOST = "load.example.com"
SECONDS = 0.5
L4_LIMIT = "at least 0.7"


def ways(repeats: int) -> list[Row]:
    with fresh_cluster() as info, _server() as backend, _server("streams") as slow:
        api = Api(info.kubeconfig)
        api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
        lean, usual = _service(api, "web", *backend), _service(api, "usual", *slow)
        api.create(ingress(HOST), NAMESPACE)
        until_routed(info.http_port, HOST)
        with _traefik_with_file(backend) as port:
            return [*_layer7(info.http_port, port, repeats), *_layer4(usual, slow, lean, backend, repeats)]


def _layer7(entry: int, file: int, repeats: int) -> list[Row]:
    through, alone = _in_turns([("127.0.0.1", entry, "bare"), ("127.0.0.1", file, "bare")], repeats)
    ratio = [a / b for a, b in zip(through, alone, strict=True)]
    return [
        Row("L7: requests through the entry", "1/s", through),
        Row("L7: the same Traefik with a file provider", "1/s", alone),
        Row("L7: entry, of Traefik with a file provider", "of 1", ratio, "at least 0.95"),
    ]


def _layer4(usual: tuple, slow: tuple, lean: tuple, backend: tuple, repeats: int) -> list[Row]:
    through, direct = _in_turns([(*usual, "streams"), (*slow, "streams")], repeats)
    bare, barest = _in_turns([(*lean, "bare"), (*backend, "bare")], repeats)
    return [
        Row("L4: requests through the Service", "1/s", through),
        Row("L4: requests to the Pod itself", "1/s", direct),
        Row("L4: Service, of a direct connection", "of 1", _ratio(through, direct), L4_LIMIT),
        Row("L4: the same, client and server in bare epoll", "of 1", _ratio(bare, barest), "see below"),
    ]


def _ratio(some: list[float], others: list[float]) -> list[float]:
    return [a / b for a, b in zip(some, others, strict=True)]


def _in_turns(ways: list[tuple], repeats: int) -> list[list[float]]:
    """Requests a second of each way, in turns and in both orders: what else the machine does meets all alike."""
    found: list[list[float]] = [[] for _ in ways]
    for address, port, client in ways:
        measure(address, port, HOST, SECONDS, client=client)  # to warm up
    for number in range(2 * repeats):
        turn = list(zip(found, ways, strict=True))
        for values, (address, port, client) in turn if number % 2 else reversed(turn):
            values.append(measure(address, port, HOST, SECONDS, client=client))
    return found


@contextlib.contextmanager
def _server(form: str = "bare") -> Iterator[tuple[str, int]]:
    """(address, port) of a small server that stands for a Pod."""
    address = "127.244.15.250"
    command = [sys.executable, "-m", "bench.load", f"serve-{form}", address, "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield address, int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


def _service(api: Api, name: str, address: str, port: int) -> tuple[str, int]:
    """A Service with this endpoint; returns where it listens."""
    ports = [{"name": "http", "port": 80, "targetPort": port}, {"name": "high", "port": 8080, "targetPort": port}]
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": {"ports": ports}}
    made = api.create(service, NAMESPACE)
    labels = {"kubernetes.io/service-name": name}
    api.create(
        {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {"name": f"{name}-1", "labels": labels},
            "addressType": "IPv4",
            "ports": [{"name": p["name"], "port": port} for p in ports],
            "endpoints": [{"addresses": [address], "conditions": {"ready": True}}],
        },
        NAMESPACE,
    )
    return made["spec"]["clusterIP"], 8080


@contextlib.contextmanager
def _traefik_with_file(backend: tuple[str, int]) -> Iterator[int]:
    """The port of a Traefik that has its one route from a file."""
    with tempfile.TemporaryDirectory() as folder:
        port, rules = free_port(), Path(folder) / "rules.yaml"
        route = {"rule": f"Host(`{HOST}`) && PathPrefix(`/`)", "service": "web", "entryPoints": ["web"]}
        servers = {"loadBalancer": {"servers": [{"url": f"http://{backend[0]}:{backend[1]}"}]}}
        rules.write_text(yaml.safe_dump({"http": {"routers": {"web": route}, "services": {"web": servers}}}))
        program = Path(sysconfig.get_path("scripts")) / "traefik"
        words = [f"--entrypoints.web.address=127.0.0.1:{port}", f"--providers.file.filename={rules}"]
        quiet = ["--accesslog=false", "--log.level=ERROR", "--global.checknewversion=false"]
        process = subprocess.Popen(
            [program, *words, *quiet, "--global.sendanonymoususage=false"], start_new_session=True
        )
        try:
            until_routed(port, HOST)
            time.sleep(0.2)
            yield port
        finally:
            process.terminate()
            process.wait()
