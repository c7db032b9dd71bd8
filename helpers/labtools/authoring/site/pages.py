"""Which file of the project is which page of the site."""

from pathlib import Path, PurePosixPath

from labcore.language import choice
from labcore.machine import paths

from labtools.workspace import series

DOCUMENTS = {
    "docs/fidelity.md": "docs/fidelity.md",
    "docs/flow.md": "docs/flow.md",
    "docs/map.md": "docs/map.md",
    "docs/bench.md": "docs/bench.md",
    "docs/programs.md": "docs/programs.md",
    "helpers/ingress_lab/README.md": "docs/public-names.md",
    "CONTRIBUTING.md": "docs/contributing.md",
    "CHANGELOG.md": "docs/changelog.md",
}
"""Documents in English alone, and their pages; one that is not there yet has none."""
GLOSSARY = "docs/glossary.md"
GUIDES = ("commands", "clusters", "workshop", "leading", "preflight", "browser")
TRANSLATED = (GLOSSARY, *(f"docs/{name}.md" for name in GUIDES))
"""Documents in each language."""


def in_language(of: str) -> dict[str, str]:
    """{file, as seen from the project: page, as seen from the site's half}: what has a page in this language."""
    translated = {_variant("README.md", of): "index.md"} | {_variant(file, of): file for file in TRANSLATED}
    books = {f"notebooks/{of}/{path.name}": f"notebooks/{path.name}" for path in series.notebooks(of)}
    return translated | books | documents()


def documents() -> dict[str, str]:
    return {file: page for file, page in DOCUMENTS.items() if (paths.project() / file).is_file()}


def of_others(of: str) -> set[str]:
    """Files that have a page in another language only."""
    return {file for other in choice.LANGUAGES if other != of for file in in_language(other)} - set(in_language(of))


def in_order(of: str) -> list[Path]:
    """The notebooks on the suggested way through the series; one that is not on it follows the one before it."""
    return sorted(series.notebooks(of), key=lambda path: _place(path.name[:2]))


def _place(number: str) -> tuple[int, str]:
    before = max((step for step in series.WAY if step <= number), default=series.WAY[0])
    return series.WAY.index(before), number


def way(page: str, target: str) -> str:
    """A relative link from one page to another."""
    return "../" * (len(PurePosixPath(page).parts) - 1) + target


def _variant(file: str, of: str) -> str:
    return file if of == choice.SOURCE else file.replace(".md", f".{of}.md")
