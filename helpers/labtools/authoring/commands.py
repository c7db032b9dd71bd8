"""How a notebook works: with kubectl, curl and openssl as anybody types them, or with helpers of the lab."""

import re
from dataclasses import dataclass
from pathlib import Path

import nbformat

PROGRAMS = ("kubectl", "curl", "openssl")
LEAST = 6
"""Commands that each notebook runs; the median of all should be 10."""
_COMMAND = re.compile(rf"(?<![\w./-])({'|'.join(PROGRAMS)})(?= )")
_TYPED = re.compile(r"^(?:\w+ *= *)?!((?:\\\n|.)*)$", re.MULTILINE)
_HELPER = re.compile(
    r"\blab\.(?!check\b|hint\b|solution\b|progress\b|clean_up\b|reset\b|namespace\b|api_client\b)\w+\("
)
"""Verbs of the lab; not the furniture around an exercise and a notebook's end."""


@dataclass(frozen=True)
class Count:
    """Of one notebook: commands of a shell by program, code cells, and those that call a helper."""

    notebook: str
    commands: dict[str, int]
    cells: int
    helped: int

    @property
    def typed(self) -> int:
        return sum(self.commands.values())

    def __str__(self) -> str:
        by = ", ".join(f"{name} {number}" for name, number in self.commands.items())
        return f"{self.notebook}: {self.typed} commands ({by}); {self.helped} of {self.cells} code cells call helpers"


def lines(source: str) -> list[str]:
    """What a code cell gives the shell: its lines with `!`, with those that continue them."""
    return [line[1] for line in _TYPED.finditer(source)]


def count(path: Path) -> Count:
    """How often a notebook types each program, and how many of its code cells call a helper."""
    code = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    typed = [match[1] for source in code for line in lines(source) for match in _COMMAND.finditer(line)]
    helped = sum(bool(_HELPER.search(source)) for source in code)
    return Count(path.stem, {name: typed.count(name) for name in PROGRAMS}, len(code), helped)


def problems(path: Path) -> list[str]:
    """What of the rules a notebook does not keep."""
    counted = count(path)
    few = [f"{counted.typed} commands, and {LEAST} are the least"] if counted.typed < LEAST else []
    return few + (["half of the code cells or more call helpers"] if counted.helped * 2 >= counted.cells else [])
