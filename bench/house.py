"""`make measure`: the size and shape of the code, for each package of a folder; another tree's `helpers` by its path.

A function's lines are those from its `def` to its end. A public function is one of a module, or of a class in it,
whose name and class have no leading underscore. Modules form a cycle when each imports the others on some way, by an
import anywhere in its text but under TYPE_CHECKING. A file touches a kind when its code, not its prose, names it.
"""

import argparse
import ast
import statistics
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bench import imports, naming

HELPERS = Path(__file__).parent.parent / "helpers"
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Source(NamedTuple):
    """A file of Python, read once."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())


def read(folder: Path) -> list[Source]:
    paths = sorted(path for path in folder.rglob("*.py") if path.stat().st_size)
    return [Source(path, text := path.read_text(encoding="utf-8"), ast.parse(text)) for path in paths]


def measure(package: Path) -> dict[str, str]:
    """{what was measured: its value, in words} for one package."""
    sources = read(package)
    total = sum(source.lines for source in sources)
    defined = [node for source in sources for node in ast.walk(source.tree) if isinstance(node, _FUNCTIONS)]
    said = [ast.get_docstring(node) for source in sources for node in _public(source.tree)]
    documented = [words for words in said if words]
    comments = sum(naming.comments(source.text) for source in sources)
    cycles = imports.cycles(package)
    return {
        "files / lines": f"{len(sources)} / {total:,}",
        "file: median / p90 / max": _spread([source.lines for source in sources]),
        "function: median / p90 / max": _spread([(node.end_lineno or 0) - node.lineno + 1 for node in defined]),
        "comments per 1,000 lines": f"{1000 * comments / max(total, 1):.1f}",
        "public functions documented": _share(len(documented), len(said)),
        "of those in several lines": _share(sum("\n" in words for words in documented), len(documented)),
        "loose modules at the top": str(len([p for p in package.glob("*.py") if p.name != "__init__.py"])),
        "names at the top": str(len(_top(package))),
        "import cycles (modules in them)": f"{len(cycles)} ({sum(map(len, cycles))})",
    }


def _public(tree: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in tree.body:
        if isinstance(node, _FUNCTIONS) and not node.name.startswith("_"):
            yield node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _public(node)


def _top(package: Path) -> list[str]:
    modules = [path.stem for path in package.glob("*.py") if path.name != "__init__.py"]
    return modules + [path.parent.name for path in package.glob("*/__init__.py")]


def _spread(values: list[int]) -> str:
    if len(values) < 2:
        return " / ".join([str(sum(values))] * 3)
    p90 = statistics.quantiles(values, n=10, method="inclusive")[-1]
    return f"{statistics.median(values):.0f} / {p90:.0f} / {max(values)}"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "-"


def table(columns: dict[str, dict[str, str]]) -> str:
    """Plain text: a line for each thing measured, a column for each package."""
    widths = {name: max(len(name), *map(len, column.values())) for name, column in columns.items()}
    head = f"{'':32}" + "".join(f"  {name:>{widths[name]}}" for name in columns)
    rows = [
        f"{what:32}" + "".join(f"  {column[what]:>{widths[name]}}" for name, column in columns.items())
        for what in next(iter(columns.values()))
    ]
    return "\n".join([head, *rows])


def kinds(helpers: Path) -> str:
    """How many files of a tree name a kind of object in their code."""
    sources = [source.tree for source in read(helpers / "loopkube")]
    touched = naming.files_that_name(naming.kinds(HELPERS / "loopkube" / "kinds"), sources)
    lines = [f"files of loopkube that a kind touches: median {statistics.median(touched.values()):.0f}"]
    for count in sorted(set(touched.values())):
        names = ", ".join(sorted(kind for kind in touched if touched[kind] == count))
        lines += textwrap.wrap(names, 100, initial_indent=f"{count:4}  ", subsequent_indent=" " * 6)
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.house", description=__doc__)
    parser.add_argument("helpers", nargs="?", type=Path, default=HELPERS, help="a folder of packages")
    helpers = parser.parse_args().helpers.resolve()
    packages = sorted(path.parent for path in helpers.glob("*/__init__.py"))
    print(table({package.name: measure(package) for package in packages}))
    if helpers / "loopkube" in packages:
        print("", kinds(helpers), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
