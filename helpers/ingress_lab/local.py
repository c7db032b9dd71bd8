"""The local cluster as the lab starts it: with the project's nodes and its ingress controller. Light to import."""

import http.client
import socket
import time
from collections.abc import Callable

from loopkube import cluster

from ingress_lab import home
from ingress_lab.errors import LabError, NoCluster, TimedOut

CONTROLLER_TIMEOUT = 60.0


def status() -> cluster.ClusterStatus:
    return cluster.status(home.state())


def start(
    http_port: int | None = None, https_port: int | None = None, on_step: Callable[[str], None] | None = None
) -> cluster.ClusterInfo:
    """Start the cluster, or continue the one that was there; returns when its ingress controller answers."""
    _require_loopback()
    project = home.project()
    say = on_step or (lambda step: None)
    ports = (home.http_port(http_port), home.https_port(https_port))
    was_running = status().state == "running"
    try:
        info = cluster.start(
            home.state(),
            config=project / "manifests" / "cluster.yaml",
            http_port=ports[0],
            https_port=ports[1],
            manifests=[project / "manifests" / "controllers" / "traefik"],
            on_step=say,
        )
    except cluster.PortTaken as error:
        raise _port_taken(error, "--https-port" if error.port == ports[1] else "--http-port") from error
    except cluster.ClusterError as error:
        log = cluster.log_file(home.state())
        more = f"\nIts log: {log}" if log.exists() else ""
        raise LabError(f"the local cluster did not start: {error}{more}") from error
    say("first answer")
    try:
        wait_for_controller(info.http_port)
    except KeyboardInterrupt:
        if not was_running:
            stop()
        raise
    return info


def stop() -> bool:
    """Stop the cluster; False if none was running."""
    try:
        return cluster.stop(home.state())
    except cluster.ClusterError as error:
        raise LabError(f"the local cluster did not stop: {error}") from error


def wait_for_controller(port: int, timeout: float = CONTROLLER_TIMEOUT) -> None:
    """Wait until the ingress controller answers HTTP on 127.0.0.1:`port` (any status: 404 is an answer)."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=max(0.05, deadline - time.monotonic()))
            connection.request("GET", "/", headers={"Host": "ready.invalid"})
            connection.getresponse().read()
            connection.close()
            return
        except (OSError, http.client.HTTPException) as error:
            if time.monotonic() > deadline:
                raise TimedOut(
                    f"the cluster runs, but its ingress controller did not answer on 127.0.0.1:{port} "
                    f"within {timeout:.0f} s ({error}); look at its Pods: kubectl --kubeconfig "
                    f"{home.state() / 'kubeconfig'} get pods -A"
                ) from error
            time.sleep(0.02)  # nothing to wait on: the listener is another process's


def _port_taken(error: cluster.PortTaken, option: str) -> LabError:
    who = f" by {error.process} (process {error.pid})" if error.pid else " by a program of another user"
    other = error.port + 1000 if error.port < 64000 else error.port - 1000
    variable = option[2:].replace("-", "_").upper()
    return LabError(
        f"port {error.port} of 127.0.0.1 is in use{who}. End that program, or use another port:\n"
        f"  lab up {option} {other}\n"
        f"(or set INGRESS_LAB_{variable}={other}; the notebooks follow)"
    )


def _require_loopback() -> None:
    """The cluster's nodes, Pods and Services need addresses of their own in 127.0.0.0/8."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.18.0.1", 0))
        except OSError as error:
            raise NoCluster(
                "this machine does not let a program use 127.18.0.1, which the local cluster needs (macOS gives only "
                "127.0.0.1). Use Linux, WSL2 or a Linux container, or kind: INGRESS_LAB_CLUSTER=kind"
            ) from error
