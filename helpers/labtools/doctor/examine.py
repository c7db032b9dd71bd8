"""Run all checks, several at a time: most of them wait for a program or a socket."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from labcore.language.messages import phrase
from labcore.machine import descendants

from labtools.doctor import cluster, containers, gateways, leftovers, machine, network, nodes, python, tools
from labtools.doctor.facts import Machine
from labtools.doctor.finding import Finding, note

Check = Callable[[Machine], list[Finding]]

CHECKS: tuple[Check, ...] = (
    python.python, python.packages, python.traefik,
    machine.system, tools.kubectl, tools.docker, tools.kind, tools.others,
    network.ports, network.loopback, network.low_ports, containers.containers,
    machine.inotify, machine.memory, machine.disk,
    network.proxies, network.certificates, machine.hosts, machine.settings,
    leftovers.leftovers, nodes.nodes, cluster.controller, gateways.gateways,
)  # fmt: skip


def examine(machine: Machine) -> list[Finding]:
    """The findings of all checks, in the order of CHECKS. Ctrl-C ends the programs that were asked."""
    pool = ThreadPoolExecutor(max_workers=8)
    try:
        return [finding for findings in pool.map(lambda check: _run(check, machine), CHECKS) for finding in findings]
    except KeyboardInterrupt:
        descendants.kill()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _run(check: Check, machine: Machine) -> list[Finding]:
    """A check that itself fails is a line, not the end of the doctor."""
    try:
        return check(machine)
    except Exception as error:
        return [
            note(
                check.__name__,
                phrase("could not be looked at: {name}: {error}", name=type(error).__name__, error=error),
            )
        ]
