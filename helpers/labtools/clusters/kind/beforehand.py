"""What must be true before a kind cluster is created or continued; said in a second, not after a minute of kind."""

import os
import shutil

from labcore.clusters.base import UpOptions
from labcore.errors import LabError
from labcore.language.messages import phrase
from labcore.machine import paths
from loopkube import cluster as loop_cluster

from labtools.clusters.kind import failures
from labtools.clusters.kind.record import Record


def require_programs() -> None:
    """Said before a minute is spent on creating nodes."""
    for name in ("docker", "kind", "kubectl"):
        if shutil.which(name) is None:
            raise failures.missing_program(name)


def taken(name: str) -> str:
    """As kind says it when it comes to creating."""
    return f'node(s) already exist for a cluster with the name "{name}"'


def require_same(record: Record, options: UpOptions) -> None:
    """Ports and controller are fixed when a cluster is made; other options need another cluster."""
    fixed = (
        (phrase("HTTP port"), paths.http_port(options.http_port or _unset("HTTP", record.http_port)), record.http_port),
        (
            phrase("HTTPS port"),
            paths.https_port(options.https_port or _unset("HTTPS", record.https_port)),
            record.https_port,
        ),
        ("controller", record.controller and (options.controller or record.controller), record.controller),
    )
    for what, asked, there in fixed:
        if asked != there:
            raise LabError(
                phrase(
                    "the kind cluster's {what} is {there}, and was fixed when it was made. For {wanted}, "
                    "make it anew:\n"
                    "  lab down --cluster kind --delete\n"
                    "and then the same command again",
                    what=what,
                    there=there,
                    wanted=asked,
                )
            )


def _unset(scheme: str, there: int) -> int | None:
    """The port as it is, unless the environment asks for one."""
    return None if os.environ.get(f"INGRESS_LAB_{scheme}_PORT") else there


def claim_ports(http_port: int, https_port: int) -> None:
    """Say who has a port before kind pulls and creates for a minute."""
    from labtools.clusters import local
    from labtools.clusters.shared import ports

    asked = ports.Ports(http_port, https_port, (True, True))
    held = [holder for port in asked.both if (holder := _holder(port))]
    if not held:
        return
    mine = local.status()
    entry = (mine.info.http_port, mine.info.https_port) if mine.info and mine.state == "running" else ()
    for holder in held:
        if holder.port in entry:
            raise LabError(
                phrase("port {port} is the local cluster's. Stop it, then try again:\n  lab down", port=holder.port)
            )
    raise ports.refusal(held, asked, "lab up --cluster kind")


def _holder(port: int) -> loop_cluster.PortTaken | None:
    """Docker runs as root: a low port that this user may not have is free."""
    try:
        loop_cluster.claim_ports(port)
    except loop_cluster.PortTaken as error:
        return error
    except loop_cluster.PortForbidden:
        pass
    return None
