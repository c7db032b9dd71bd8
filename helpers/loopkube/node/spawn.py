"""From a `Launch` to a process of this system: the runner's command line, and what it inherits."""

import os
import subprocess
import sys
from pathlib import Path

from loopkube.node.launch import Launch, Standard, find_program
from loopkube.node.network import sockets
from loopkube.node.port_mover import asked_about

RUNNER = str(Path(__file__).with_name("runner.py"))


def spawn(launch: Launch, standard: Standard, inside: tuple[int, int] = (-1, -1)) -> subprocess.Popen:
    """`inside`: descriptors of the report of an isolated program, and of the process that it joins."""
    program, sandbox = find_program(launch), launch.sandbox
    # in the order of their numbers: the runner moves each to 3, 4, ... and must not step on the next
    listeners = sorted(launch.listeners, key=lambda pair: pair[1].fileno())
    descriptors = [s.fileno() for _, s in listeners]
    runner = [sys.executable, "-I", "-S", RUNNER, str(os.getpid()), "t" if standard.tty else "-", str(launch.tag)]
    plan = sandbox.encoded(inside[0], launch.cwd, inside[1]) if sandbox else ""
    lent = [":".join(name for name, _ in listeners), ",".join(map(str, descriptors))]
    with asked_about(launch.on_machine(program)) as (calls, channel), sockets.within(launch.network):
        return subprocess.Popen(
            [*runner, plan, calls, *lent, program, *launch.argv],
            env=launch.env,
            cwd="/" if sandbox else launch.cwd,
            stdin=_or_null(standard.stdin),
            stdout=_or_null(standard.stdout),
            stderr=_or_null(standard.stderr),
            pass_fds=[*descriptors, *channel, *(number for number in inside if number >= 0)],
            start_new_session=True,
        )


def _or_null(descriptor: int) -> int:
    return subprocess.DEVNULL if descriptor < 0 else descriptor
