"""`make claims`: the list of claims as a table, the counts, and what is missing."""

from pathlib import Path
from statistics import median

import nbformat

from labtools.authoring import claims, commands
from labtools.authoring.rewritten import REWRITTEN

_LINES, _WIDTH = 2, 70


def show(only: str = "") -> int:
    """Prints Markdown; exit code 1 where a rewritten notebook leaves something unproved or counts too little."""
    paths = claims.english(only)
    missing = []
    for path in paths:
        _table(path)
        problems = [*claims.problems(path), *commands.problems(path)]
        missing += [f"{path.stem}: {problem}" for problem in problems] if path.stem in REWRITTEN else []
    counts = [commands.count(path) for path in paths]
    print("\n## Commands and helpers\n")
    print(*(f"- {count}{'' if count.notebook in REWRITTEN else ' (not rewritten yet)'}" for count in counts), sep="\n")
    print(f"- median: {median(count.typed for count in counts):g} commands" if counts else "")
    if missing:
        print("\n## To do\n")
        print(*(f"- {problem}" for problem in missing), sep="\n")
    return 1 if missing else 0


def _table(path: Path) -> None:
    cells = {cell.id: cell for cell in nbformat.read(path, as_version=4).cells}
    print(f"\n## {path.stem}\n\n| whose | sentence | proved by | its output |\n|---|---|---|---|")
    for claim in claims.claims(path):
        proofs = ", ".join(claim.proofs) or (f"told: {claim.source}" if claim.source else "**nothing**")
        output = " / ".join(_first(claims.shown(cells.get(proof))) for proof in claim.proofs)
        print(f"| {claim.subject} | {_cell(claim.sentence)} | {proofs} | {_cell(output)} |")


def _first(text: str) -> str:
    return "; ".join(line.strip()[:_WIDTH] for line in text.splitlines()[:_LINES])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
