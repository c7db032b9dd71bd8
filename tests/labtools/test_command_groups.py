"""`lab COMMAND` loads the group of this command alone: a light command starts as quickly as its own imports do."""

import argparse
import subprocess
import sys

import pytest
from labtools import cli


def commands(parser: argparse.ArgumentParser) -> list[str]:
    (found,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return list(found.choices)


@pytest.mark.parametrize("group", cli.GROUPS)
def test_a_group_declares_the_commands_that_stand_beside_it(group: str) -> None:
    for command in cli.GROUPS[group]:
        assert tuple(commands(cli._parser(command))) == cli.GROUPS[group]


def test_without_a_command_all_are_known() -> None:
    every = [command for members in cli.GROUPS.values() for command in members]
    assert commands(cli._parser()) == commands(cli._parser("frob")) == every


@pytest.mark.parametrize(
    ("arguments", "unused"),
    [
        (["clinic", "score"], ("labtools.clinic.ground", "requests", "kubernetes", "pandas", "asyncio")),
        (["conformance", "--help"], ("labtools.clinic", "pandas", "asyncio")),
        (["controller", "--help"], ("labcore.clusters.local", "loopkube.cluster", "asyncio", "ssl")),
    ],
)
def test_a_command_starts_without_what_it_does_not_use(arguments: list[str], unused: tuple[str, ...]) -> None:
    code = f"""
import sys
from labtools import cli
try:
    cli.main({arguments})
except SystemExit:
    pass
print([name for name in {unused} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_what_notebooks_connect_with_loads_no_tables() -> None:
    modules = "ingress_lab.lab, labtools.clinic.playing, labtools.conformance.scoring"
    code = f"import sys, {modules}; print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
