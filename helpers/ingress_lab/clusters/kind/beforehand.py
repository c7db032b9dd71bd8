"""What must be true before a kind cluster is created or continued; said in a second, not after a minute of kind."""

import os
import shutil

from loopkube import cluster as loop_cluster

from ingress_lab import home
from ingress_lab.clusters.base import Wish
from ingress_lab.clusters.kind import failures
from ingress_lab.clusters.kind.record import Record
from ingress_lab.clusters.kind.tools import Tools
from ingress_lab.errors import LabError
from ingress_lab.messages import phrase


def require_programs() -> None:
    """Said before a minute is spent on creating nodes."""
    for name in ("docker", "kind", "kubectl"):
        if shutil.which(name) is None:
            raise failures.missing_program(name)


def taken(name: str) -> str:
    """As kind says it when it comes to creating."""
    return f'node(s) already exist for a cluster with the name "{name}"'


def require_same(record: Record, wish: Wish) -> None:
    """Ports and controller are fixed when a cluster is made; another wish needs another cluster."""
    wished = (
        (phrase("HTTP port"), home.http_port(wish.http_port or _unset("HTTP", record.http_port)), record.http_port),
        (
            phrase("HTTPS port"),
            home.https_port(wish.https_port or _unset("HTTPS", record.https_port)),
            record.https_port,
        ),
        ("controller", record.controller and (wish.controller or record.controller), record.controller),
    )
    for what, wanted, there in wished:
        if wanted != there:
            raise LabError(
                phrase(
                    "the kind cluster's {what} is {there}, and was fixed when it was made. For {wanted}, "
                    "make it anew:\n"
                    "  lab down --cluster kind --delete\n"
                    "and then the same command again",
                    what=what,
                    there=there,
                    wanted=wanted,
                )
            )


def _unset(scheme: str, there: int) -> int | None:
    """The port as it is, unless the environment wishes for one."""
    return None if os.environ.get(f"INGRESS_LAB_{scheme}_PORT") else there


def claim_ports(tools: Tools, http_port: int, https_port: int) -> None:
    """Say who has a port before kind pulls and creates for a minute."""
    from ingress_lab.clusters import local

    try:
        loop_cluster.claim_ports(http_port, https_port)
    except loop_cluster.PortTaken as error:
        mine = local.status().info
        if mine and error.port in (mine.http_port, mine.https_port) and local.status().state == "running":
            raise LabError(
                phrase("port {port} is the local cluster's. Stop it, then try again:\n  lab down", port=error.port)
            ) from error
        option = "--https-port" if error.port == https_port else "--http-port"
        raise local.port_taken(error, option, "lab up --cluster kind") from error
