"""Run all checks, several at a time: most of them wait for a program or a socket."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from ingress_lab import descendants
from ingress_lab.health import of_cluster, of_leftovers, of_machine, of_network, of_nodes, of_python, of_tools
from ingress_lab.health.finding import Finding, note
from ingress_lab.health.machine import Machine
from ingress_lab.messages import phrase

Check = Callable[[Machine], list[Finding]]

CHECKS: tuple[Check, ...] = (
    of_python.python, of_python.packages, of_python.traefik,
    of_machine.system, of_tools.kubectl, of_tools.docker, of_tools.kind,
    of_network.ports, of_network.loopback, of_network.low_ports, of_machine.inotify, of_machine.memory, of_machine.disk,
    of_network.proxies, of_network.certificates, of_machine.hosts, of_machine.settings,
    of_leftovers.leftovers, of_nodes.nodes, of_cluster.controller,
)  # fmt: skip


def examine(machine: Machine) -> list[Finding]:
    """The findings of all checks, in the order of CHECKS. Ctrl-C ends the programs that were asked."""
    pool = ThreadPoolExecutor(max_workers=8)
    try:
        return [finding for found in pool.map(lambda check: _run(check, machine), CHECKS) for finding in found]
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
