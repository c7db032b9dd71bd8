"""Which cluster a notebook works on: `local` (default), `kind`, or `context:NAME` (INGRESS_LAB_CLUSTER)."""

import os
from dataclasses import dataclass
from pathlib import Path

from ingress_lab import home, local, progress
from ingress_lab.errors import BadArgument, NoCluster


@dataclass(frozen=True)
class Entry:
    """Where a client's request goes in: a name without a port means these ports of this address."""

    address: str = "127.0.0.1"
    http_port: int = home.HTTP_PORT
    https_port: int = home.HTTPS_PORT


@dataclass(frozen=True)
class Access:
    """What the lab needs of a cluster: its name, the way to its API, and its entry."""

    name: str
    kubeconfig: Path | None
    context: str | None
    entry: Entry


def chosen(name: str | None = None) -> str:
    """The cluster's name: as given, else INGRESS_LAB_CLUSTER, else `local`."""
    wish = name or os.environ.get("INGRESS_LAB_CLUSTER", "") or "local"
    if wish not in ("local", "kind") and not (wish.startswith("context:") and len(wish) > len("context:")):
        raise BadArgument(f'there is no cluster "{wish}"; choose local, kind or context:NAME (INGRESS_LAB_CLUSTER)')
    return wish


def access(name: str | None = None) -> Access:
    """The way to the chosen cluster; the local one is started when it is not running."""
    wish = chosen(name)
    if wish == "local":
        return _local()
    return _kind() if wish == "kind" else _context(wish.removeprefix("context:"))


def _local() -> Access:
    found = local.status()
    info = found.info
    if found.state != "running" or info is None:
        with progress.line("starting the local cluster") as line:
            info = local.start(on_step=lambda step: line.say(f"starting the local cluster: {step}"))
    return Access("local", info.kubeconfig, None, Entry("127.0.0.1", info.http_port, info.https_port))


def _entry() -> Entry:
    return Entry("127.0.0.1", home.http_port(), home.https_port())


def _kind() -> Access:
    kubeconfig = home.state() / "kind.kubeconfig"
    if not kubeconfig.exists():
        raise NoCluster(
            f"there is no kubeconfig of a kind cluster at {kubeconfig}, and the lab does not create kind clusters yet. "
            "Create one, and install the controller:\n"
            f"  kind create cluster --config manifests/cluster.yaml --kubeconfig {kubeconfig}\n"
            f"  kubectl --kubeconfig {kubeconfig} apply -f manifests/controllers/traefik"
        )
    return Access("kind", kubeconfig, None, _entry())


def _context(context: str) -> Access:
    """A context of the user's own kubeconfig (KUBECONFIG or ~/.kube/config)."""
    return Access(f"context:{context}", None, context, _entry())
