"""The local cluster as the lab starts it: with the project's nodes and its ingress controller. Light to import."""

import shutil
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from ingress_lab.display import progress
from labcore.clusters import loopkube_words
from labcore.clusters.base import Access, Beforehand, Cluster, Entry, OnStep, Status, UpOption, UpOptions
from labcore.errors import LabError, NoCluster, TimedOut, unknown
from labcore.language.messages import phrase
from labcore.machine import paths
from loopkube import cluster

from labtools.clusters.shared import answering, ports
from labtools.clusters.shared.cluster_file_choice import config_for

T = TypeVar("T")
CONTROLLER_TIMEOUT = 60.0
NONE = "none"
"""Asked for as controller: a cluster without one, as the recordings were made on."""


class LocalCluster(Cluster):
    """loopkube, on this machine's loopback addresses."""

    name = "local"
    access_starts = True
    up_applies_controller = True
    on_loopback = True
    one_process = True
    own_l4_proxy = True
    memory = 600_000_000  # measured: 250 MB, then JupyterLab and a kernel
    disk = 200_000_000
    entry_holders = ("traefik", "python", "python3")
    cluster_file = "manifests/cluster.yaml"
    controllers = MappingProxyType({"traefik": "", NONE: ""})
    own_options = (UpOption("--config", phrase("a cluster file, as manifests/cluster-one-node.yaml"), "FILE"),)

    def kubeconfig(self, state: Path) -> Path:
        """In the state folder itself, not in one of the cluster's name."""
        return state / "kubeconfig"

    @property
    def reaches_pods(self) -> bool:
        """Not where it has a network of its own."""
        info = cluster.status(paths.state()).info
        return not (info and info.own_network)

    def api_kubeconfig(self, state: Path) -> Path | None:
        """The kubeconfig while the API answers; None for a cluster that is stopped or was killed."""
        known = cluster.status(state)
        return known.info.kubeconfig if known.state == "running" and known.info else None

    def beforehand(self, options: UpOptions) -> Beforehand:
        """What is there already; a cluster that runs is only told of, one that was killed is continued."""
        before = self.status()
        if before.running and not self.stopped():
            return _running(options, before)
        if before.state == "dead":
            return Beforehand(
                sentence=phrase("The cluster had ended without being stopped; it continues with every object it had.")
            )
        return Beforehand()

    def up(self, options: UpOptions, on_step: OnStep) -> Access:
        """Starts loopkube in the background, and returns when its entry answers. Raises LabError and its kin."""
        config = options.own.get("config", "")
        if config and not Path(config).is_file():
            raise LabError(phrase("there is no cluster file {config}; the project's are in manifests/", config=config))
        for node in self.stopped():
            on_step(phrase("start {node}", node=node))
            self.start_node(node)
        made = start(options.http_port, options.https_port, on_step, config, bare=options.controller == NONE)
        return _access(made)

    def status(self) -> Status:
        """Looks at files and the process; asks no API."""
        known = status()
        if known.info and known.paused:
            return Status("broken", _paused(known.info))
        if known.state == "running" and known.info:
            info = known.info
            message = phrase(
                "The cluster is running (process {pid}; nodes: {nodes}).", pid=info.pid, nodes=", ".join(info.nodes)
            )
            hints = [phrase("stopped   {node}: lab node start {node}", node=node) for node in self.stopped()]
            return Status("running", message, [*_access(info).lines, *hints])
        if known.state == "running":
            return Status("stopped", phrase("The cluster is just starting or stopping; look again in a moment."))
        if known.state == "dead":
            message = phrase(
                "The cluster is dead: it ended without being stopped. `lab up` brings it back with every object."
            )
            return Status("dead", message)
        return Status("stopped", phrase("The cluster is not running. `lab up` starts it."))

    def down(self, *, delete: bool = False) -> str:
        """Also ends clusters beside it (of a report that was killed), which nobody else would end."""
        from labtools.clusters.shared import beside

        beside.end_left_behind()
        stopped = stop()
        if delete:
            home = cluster.home(paths.state())
            there = home.exists()
            shutil.rmtree(home, ignore_errors=True)
            return phrase("The cluster is removed, with every object.") if there else phrase("There was no cluster.")
        return (
            phrase("The cluster is stopped; `lab up` continues it.")
            if stopped
            else phrase("The cluster was not running.")
        )

    def access(self) -> Access:
        """The running cluster's; it is started when it is not running."""
        known = status()
        if known.info and known.paused:
            raise NoCluster(_paused(known.info))
        if known.state == "running" and known.info:
            return _access(known.info)
        with progress.line(phrase("starting the local cluster")) as line:
            return _access(
                start(on_step=lambda step: line.say(phrase("starting the local cluster: {step}", step=step)))
            )

    def beside(self, http_port: int | None = None, https_port: int | None = None) -> AbstractContextManager[Access]:
        """A second cluster at other addresses and ports, for as long as the block runs."""
        from labtools.clusters.shared import beside

        return beside.running(lambda http, https: _access(start(http, https)), http_port, https_port)

    def nodes(self) -> dict[str, str]:
        """Raises NoCluster while the cluster does not run."""
        return _ask(lambda: cluster.nodes(paths.state()))

    def power(self) -> dict[str, str]:
        """{} while the cluster does not run, or is paused."""
        known = status()
        return self.nodes() if known.state == "running" and not known.paused else {}

    def stopped(self) -> list[str]:
        """The nodes that are off; none where nobody can be asked."""
        try:
            return [node for node, state in cluster.nodes(paths.state()).items() if state != "running"]
        except cluster.ClusterError:
            return []

    def stop_node(self, node: str) -> bool:
        """Raises UnknownName, and NoCluster while the cluster does not run."""
        return self._switch(cluster.stop_node, node)

    def start_node(self, node: str) -> bool:
        """Returns when it is Ready. Raises UnknownName, and NoCluster while the cluster does not run."""
        return self._switch(cluster.start_node, node)

    def _switch(self, switch: Callable[[Path, str], bool], node: str) -> bool:
        try:
            return _ask(lambda: switch(paths.state(), node))
        except cluster.UnknownNode:
            raise unknown(phrase("node"), node, self.nodes(), place=phrase("the local cluster")) from None


def _running(options: UpOptions, before: Status) -> Beforehand:
    """It runs already; the ports asked for are said if they are not its own."""
    config_for(options.own.get("config", ""))
    info = status().info
    if info is None:
        raise LabError(before.sentence)
    wished = _other("--http-port", options.http_port, "INGRESS_LAB_HTTP_PORT", info.http_port)
    wished += _other("--https-port", options.https_port, "INGRESS_LAB_HTTPS_PORT", info.https_port)
    notice = phrase("For other ports: lab down, then lab up{options}", options=wished) if wished else ""
    message = phrase("The cluster is already running (process {pid}).", pid=info.pid)
    return Beforehand(True, message, tuple(before.lines), notice)


def _other(option: str, given: int | None, variable: str, now: int) -> str:
    """The option for a port that was asked for, and is not the one in use; "" otherwise."""
    port = paths.wished_port(variable, now, given)
    return f" {option} {port}" if port != now else ""


def _ask(order: Callable[[], T]) -> T:
    """What the cluster's process answers, or why it does not."""
    try:
        return order()
    except cluster.UnknownNode:
        raise
    except cluster.ClusterError as error:
        if status().state != "running":
            raise NoCluster(phrase("the cluster is not running. Start it:\n  lab up")) from error
        raise LabError(phrase("the local cluster: {error}", error=loopkube_words.words(error))) from error


def _paused(info: cluster.ClusterInfo) -> str:
    return phrase(
        "The cluster is paused: its process {pid} was stopped by a signal. This continues it:\n  kill -CONT {pid}",
        pid=info.pid,
    )


def _access(info: cluster.ClusterInfo) -> Access:
    entry = Entry("127.0.0.1", info.http_port, info.https_port, lowest_port=info.lowest_port)
    return Access("local", info.kubeconfig, None, entry, notices=tuple(map(loopkube_words.words, info.notices)))


def status() -> cluster.ClusterStatus:
    """Of the cluster of this person's state folder."""
    return cluster.status(paths.state())


def start(
    http_port: int | None = None,
    https_port: int | None = None,
    on_step: Callable[[str], None] | None = None,
    config: str = "",
    *,
    bare: bool = False,
) -> cluster.ClusterInfo:
    """Start the cluster, or continue the one that was there; returns when its ingress controller answers.

    `config` is a cluster file (by default the one that the cluster was made from, or else the project's own);
    `bare` leaves the ingress controller out.
    """
    _require_loopback()
    project = paths.project()
    say = on_step or (lambda step: None)
    before, file = status(), config_for(config)
    if before.info and before.paused:
        raise LabError(_paused(before.info))
    manifests = [] if bare else [project / "manifests" / "controllers" / "traefik"]
    info = _started(ports.wished(http_port, https_port), file, manifests, say)
    if bare:
        return info
    say(phrase("first answer"))
    try:
        wait_for_controller(info.http_port)
    except KeyboardInterrupt:
        # this command has started it, and nobody has seen it answer
        if before.state != "running":
            stop()
        raise
    return info


def _started(
    asked: ports.Ports, config: Path, manifests: list[Path], say: Callable[[str], None]
) -> cluster.ClusterInfo:
    """On the ports asked for, or where these are taken and nobody has asked for them, on others."""
    chosen, notices = asked, []
    while True:
        http, https = chosen.both
        try:
            info = cluster.start(
                paths.state(), config=config, http_port=http, https_port=https, manifests=manifests, on_step=say
            )
        except cluster.PortTaken as error:
            held = ports.holders(chosen, error)
            if asked.asked_any(held):
                raise ports.refusal(held, chosen) from error
            chosen = ports.others(chosen)
            notices = [ports.moved(held, chosen)]
        except cluster.PortForbidden as error:
            raise ports.forbidden(error.port, chosen) from error
        except cluster.ClusterError as error:
            log = cluster.log_file(paths.state())
            more = phrase("\nIts log: {log}", log=log) if log.exists() else ""
            if isinstance(error.__cause__, OSError):
                more = phrase("\nAnother folder: export INGRESS_LAB_HOME=$HOME/.ingress-lab")
            raise LabError(
                phrase("the local cluster did not start: {error}{more}", error=loopkube_words.words(error), more=more)
            ) from error
        else:
            ports.remember(info.http_port, info.https_port)
            return replace(info, notices=[*info.notices, *notices])


def stop() -> bool:
    """Stop the cluster; False if none was running."""
    try:
        return cluster.stop(paths.state())
    except cluster.ClusterError as error:
        raise LabError(phrase("the local cluster did not stop: {error}", error=loopkube_words.words(error))) from error


def wait_for_controller(port: int, timeout: float = CONTROLLER_TIMEOUT) -> None:
    """Wait until the ingress controller answers HTTP on 127.0.0.1:`port` (any status: 404 is an answer)."""
    outcome = answering.wait("127.0.0.1", port, timeout)
    if outcome != answering.ANSWERS:
        raise TimedOut(
            phrase(
                "the cluster runs, but its ingress controller did not answer on 127.0.0.1:{port} "
                "within {timeout:.0f} s ({found}); look at its Pods: kubectl --kubeconfig {state} "
                "get pods -A",
                port=port,
                timeout=timeout,
                found=outcome,
                state=paths.state() / "kubeconfig",
            )
        )


def _require_loopback() -> None:
    """The cluster's nodes, Pods and Services need addresses of their own in 127.0.0.0/8."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.18.0.1", 0))
        except OSError as error:
            raise NoCluster(
                phrase(
                    "this machine does not let a program use 127.18.0.1, which the local cluster needs "
                    "(macOS gives only 127.0.0.1). Use Linux, WSL2 or a Linux container, or kind: "
                    "INGRESS_LAB_CLUSTER=kind"
                )
            ) from error


CLUSTER = LocalCluster
