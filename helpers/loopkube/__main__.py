"""`python -m loopkube`: a cluster from the shell, until Ctrl-C; its kubeconfig's path is printed."""

import argparse
import os
import signal
import sys
import tempfile
from pathlib import Path

from loopkube import cluster
from loopkube.node.isolation.plan import WAYS
from loopkube.process import owner

WORDS = """\
A Kubernetes cluster on this machine's loopback addresses, until Ctrl-C.
Its Pods are processes; it has no ingress controller unless a manifest brings one."""
CONTAINERS = "whether containers have namespaces of their own; auto: where the kernel gives them (default: plain)"


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 after Ctrl-C or SIGTERM; 1 when the cluster could not be started."""
    parser = argparse.ArgumentParser(
        "python -m loopkube", description=WORDS, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, help="where it keeps its objects (default: nowhere)")
    parser.add_argument("--config", type=Path, metavar="FILE", help="a kind Cluster file; without it, one node")
    parser.add_argument(
        "--apply", type=Path, action="append", default=[], metavar="PATH", help="manifests to begin with"
    )
    parser.add_argument(
        "--http-port", type=int, default=0, metavar="PORT", help="where the node's port 80 is mapped to"
    )
    parser.add_argument("--https-port", type=int, default=0, metavar="PORT", help="the same of port 443")
    parser.add_argument("--containers", choices=WAYS, default="", help=CONTAINERS)
    chosen = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # `kill`, `timeout`
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell has its background jobs ignore
    with tempfile.TemporaryDirectory(prefix="loopkube-") as passing:
        return _run(chosen.folder or Path(passing), chosen)


def _run(folder: Path, chosen: argparse.Namespace) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    os.environ[owner.VARIABLE] = str(os.getpid())  # the cluster ends with this command, even if it is killed
    how = {"http_port": chosen.http_port, "https_port": chosen.https_port, "containers": chosen.containers}
    try:
        info = cluster.start(folder, config=chosen.config, manifests=chosen.apply, **how)
    except (cluster.ClusterError, cluster.PortTaken, cluster.PortForbidden) as error:
        print(f"loopkube: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    try:
        print(f"export KUBECONFIG={info.kubeconfig}", flush=True)
        for notice in info.notices:
            print(notice, file=sys.stderr)
        print(f"nodes: {', '.join(info.nodes)}. Ctrl-C ends it.", file=sys.stderr, flush=True)
        cluster.wait_until_stopped(folder)
    except KeyboardInterrupt:
        pass
    finally:
        cluster.stop(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
