"""The shop as it is found: nginx serves what the API has taken, its names lead there, and customers ask."""

import os
import subprocess
import sys
import time
from collections.abc import Callable

from ingress_lab.kube import namespaces
from ingress_lab.kube.apply import apply
from ingress_lab.kube.empty_namespace import empty
from ingress_lab.kube.tenancy import Tenancy
from ingress_lab.lessons.certificates.issuing import authority
from ingress_lab.manifests import load
from labcore import clusters
from labcore.clusters.base import Access
from labcore.clusters.environment import environment
from labcore.errors import LabError, TimedOut
from labcore.kube.api import Api
from labcore.kube.patience import patient
from labcore.language.messages import phrase
from labcore.machine import paths
from loopkube.cluster import private

from labtools.capstone import record, result, shop
from labtools.capstone.customer import Customer
from labtools.capstone.zone import Zone

READY, BEGIN, LOOK = 60.0, 60.0, 0.1  # seconds: for the shop, for the first requests, between two looks
FOLDERS, DONE = ("", "names", "old"), (" created", " configured", " unchanged")
OnStep = Callable[[str], None]


def start(cluster: str | None, on_step: OnStep) -> list[str]:
    """Everything anew, whatever was there; what kubectl said of the old manifests comes back, line by line."""
    before = record.sender()
    if before:
        before.end()
    access = clusters.access(cluster)
    api = Api.connect(access.own_kubeconfig, access.context)
    tenancy = Tenancy(access.prefix)
    namespace = tenancy.enter(api, shop.NAMESPACE, access)
    on_step(phrase("the namespace"))
    _empty(api, namespace, tenancy)
    on_step(phrase("nginx and its controller"))
    apply(api, tenancy.documents(api, load(paths.project() / "manifests" / "controllers" / "nginx")), namespace)
    on_step(phrase("the shop"))
    _certificates(api, namespace)
    said = [
        *_kubectl(access, namespace, "."),
        *_kubectl(access, namespace, "names"),
        *_kubectl(access, namespace, "old"),
    ]
    on_step(phrase("the first answers"))
    _wait(Zone(api, access, namespace, ttl=0))
    result.forget()
    on_step(phrase("the clients"))
    _send(access.name, namespace)
    return [line for line in said if not line.endswith(DONE)]


def _empty(api: Api, namespace: str, tenancy: Tenancy) -> None:
    """The namespace stays the same one, so that a notebook can go on working in it."""
    namespaces.ensure(api, namespace, fresh=False, labels=tenancy.labels)
    namespaces.require_own(api.request("get", f"/api/v1/namespaces/{namespace}"))
    empty(api, namespace, namespaces.DELETE_TIMEOUT)


def _certificates(api: Api, namespace: str) -> None:
    """A CA of the shop's own, a Secret for each host, and the CA for everybody as ConfigMap and file."""
    ca = authority("Capstone Shop CA")
    secrets = [ca.issue(f"{host}.{shop.DOMAIN}").secret(f"{host}-tls") for host in shop.SECURE]
    public = ca.certificate.pem.decode()
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "shop-ca"}, "data": {"ca.crt": public}}
    apply(api, load([*secrets, config]), namespace)
    private.write(record.ca_file(), public)


def _kubectl(access: Access, namespace: str, folder: str) -> list[str]:
    """`kubectl apply -f FOLDER`, as a person would type it; what it said."""
    done = subprocess.run(
        ["kubectl", "apply", "-f", f"manifests/capstone/{folder}"],  # noqa: S607 - its PATH begins with ours
        env={**os.environ, **environment(access, namespace)}, cwd=paths.project(),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, encoding="utf-8", errors="replace",
    )  # fmt: skip
    return done.stdout.splitlines()


def _wait(zone: Zone) -> None:
    """Until nginx answers all that is served at the start."""
    deadline = time.monotonic() + patient(READY)
    for ask in (*shop.SERVED, *shop.REDIRECTS):
        customer = Customer(zone, str(record.ca_file()))
        while wrong := ask.wrong(customer.ask(ask).answer):
            if time.monotonic() > deadline:
                raise TimedOut(
                    phrase("{url} should get {expected}; it got {got}", url=ask.url, expected=ask.expected, got=wrong)
                )
            time.sleep(LOOK)  # nobody tells when a proxy follows
        customer.close()


def _send(cluster: str, namespace: str) -> None:
    """The customers begin, and each has asked once."""
    import psutil

    record.Record().begin()
    log = record.folder() / "sender.log"
    private.write(log, "")
    with log.open("a", encoding="utf-8") as file:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "labtools.capstone.sender", cluster, namespace],
            stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True,
            env={**os.environ, "INGRESS_LAB_HOME": str(paths.state())},
        )  # fmt: skip
    begun = psutil.Process(process.pid).create_time()
    record.Sender(process.pid, begun, cluster, namespace, time.time()).remember()
    deadline = time.monotonic() + patient(BEGIN)
    while len({line.url for line in record.Record().lines()}) < len({ask.url for ask in shop.TRAFFIC}):
        if process.poll() is not None or time.monotonic() > deadline:
            raise LabError(phrase("the shop's clients send no requests; see {file}", file=log))
        time.sleep(LOOK)
