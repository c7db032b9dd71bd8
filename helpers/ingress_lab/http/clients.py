"""Clients by name: `lab.client("red")` sends from an address of its own, and keeps cookies in a jar of its own.

On the local cluster red is an address of this machine's loopback network, and its requests go through the entry as
everybody's. Elsewhere, and where the local cluster has a network of its own, no second address leads to the entry, so
red is a Pod, `client-red`, in the lab's namespace.
"""

import re
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Any, Protocol, Self

from labcore import clusters
from labcore.errors import BadArgument
from labcore.language.messages import phrase
from labcore.machine import paths

from ingress_lab.http.answers import Answers
from ingress_lab.http.pod_client import EntryClient
from ingress_lab.http.probe import Client, require_known

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

ADDRESSES = IPv4Network("127.50.0.0/16")
"""Loopback addresses of clients: nothing of the cluster's own address plan is there."""
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?")
_IN_A_POD = ("keep_connection", "cookies")


class Probing(Protocol):
    """What every client does, wherever it is."""

    name: str

    @property
    def address(self) -> str:
        """Where its requests come from."""

    def probe(self, urls: Any, *, method: str = ..., headers: Any = ..., body: Any = ..., times: int = ...) -> Answers:
        """Send one request per URL."""

    def close(self) -> None:
        """Forget connections and cookies."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


class Clients:
    """The clients of one Lab, each made when it is first named."""

    def __init__(self, lab: "Lab") -> None:
        self._lab = lab
        self._made: dict[tuple, Probing] = {}
        self._addresses: dict[str, str] = {}

    def get(self, name: str, settings: dict[str, Any]) -> Probing:
        """The client of that name and these settings; raises BadArgument and UnknownName."""
        require_known(settings, "lab.client(...)")
        if not name:
            return Client(self._lab.entry, aliases=self._lab.aliases, **settings)
        key = (name, *sorted((k, str(v)) for k, v in settings.items()))
        if key not in self._made:
            self._made[key] = self._make(_checked(name), {"cookies": True} | settings)
        return self._made[key]

    def forget(self) -> None:
        """Close them all: the namespace is emptied, and with it the Pods that some of them are."""
        for client in self._made.values():
            client.close()
        self._made.clear()

    def _make(self, name: str, settings: dict[str, Any]) -> Probing:
        if clusters.of(self._lab.cluster).reaches_pods:
            source = settings.pop("source", None) or self._address(name)
            return Client(self._lab.entry, name=name, source=source, aliases=self._lab.aliases, **settings)
        for setting in settings:
            if setting not in _IN_A_POD:
                raise BadArgument(
                    phrase(
                        "on {cluster} the client {name} is a Pod, which takes {known} only, not {setting}; "
                        "for {setting} use a client without a name: lab.client({setting}=...)",
                        cluster=self._lab.cluster,
                        name=name,
                        known=", ".join(_IN_A_POD),
                        setting=setting,
                    )
                )
        return _pod_client(self._lab, name, settings)

    def _address(self, name: str) -> str:
        """Given in the order of first use, so that two runs of a notebook read the same."""
        first = int(ADDRESSES.network_address) + 1
        return self._addresses.setdefault(name, str(IPv4Address(first + len(self._addresses))))


def _checked(name: str) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise BadArgument(
            phrase(
                '{name!r} cannot name a client: small letters, digits and "-" only, as in lab.client("red")', name=name
            )
        )
    return name


def _pod_client(lab: "Lab", name: str, settings: dict[str, Any]) -> EntryClient:
    """The client's Pod, running; one that is there is used again, with its address and its cookies."""
    pod = f"client-{name}"
    lab.apply([_program(), _pod(pod)])
    lab.wait(f"pod/{pod}", timeout=120)  # its image may have to come from afar
    return EntryClient(lab, pod, name=name, **settings)


def _program() -> dict:
    source = paths.project() / "manifests" / "app" / "client.py"
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "lab-client"},
        "data": {"client.py": source.read_text(encoding="utf-8")},
    }


def _pod(name: str) -> dict:
    mounts = [{"name": "program", "mountPath": "/client"}, {"name": "jar", "mountPath": "/jar"}]
    container = {
        "name": "client",
        "image": "python:3.13-alpine",
        "command": ["python", "client.py"],
        "workingDir": "/client",
        "volumeMounts": mounts,
    }
    volumes = [{"name": "program", "configMap": {"name": "lab-client"}}, {"name": "jar", "emptyDir": {}}]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": {"role": "client"}},
        "spec": {"terminationGracePeriodSeconds": 1, "containers": [container], "volumes": volumes},
    }
