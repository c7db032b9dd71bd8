"""The pictures of README.md and README.ko.md: the routing map that notebook 07 has stored, and the top of a report.

The map is copied byte for byte, so that the front door shows what the notebook shows; a test holds the two together.
"""

import subprocess
import tempfile
from pathlib import Path

import nbformat
from labcore.errors import LabError
from labcore.language import choice
from labcore.language.messages import phrase
from labcore.machine import paths

from labtools.report import against
from labtools.report.pdf import browser
from labtools.workspace import series

NOTEBOOK = "07_url_mapping"
CELL = "map"
SVG = "image/svg+xml"
WIDTH, HEIGHT = 900, 950  # CSS pixels of the report's picture
LIMIT = 120.0  # seconds


def folder() -> Path:
    """Where the pictures of the README are."""
    return paths.project() / "docs" / "images"


def place_of(picture: str, spoken: str) -> Path:
    """`report.png` for English readers, `report-ko.png` for Korean ones."""
    stem, _, suffix = picture.partition(".")
    return folder() / (picture if spoken == choice.SOURCE else f"{stem}-{spoken}.{suffix}")


def stored_map(spoken: str = choice.SOURCE) -> str:
    """The SVG that cell `map` of notebook 07 shows in a language. LabError if it has no stored picture."""
    notebook = nbformat.read(series.folder(spoken) / f"{NOTEBOOK}.ipynb", as_version=4)
    outputs = (output for cell in notebook.cells if cell.id == CELL for output in cell.outputs)
    pictures = [output.data[SVG] for output in outputs if SVG in output.get("data", {})]
    if not pictures:
        raise LabError(
            phrase(
                "notebook {name} has no stored picture in cell `{cell}`; run: make notebooks", name=NOTEBOOK, cell=CELL
            )
        )
    return pictures[0]


def draw_map(spoken: str) -> Path:
    """Writes docs/images/routing-map.svg, or that of another language."""
    target = place_of("routing-map.svg", spoken)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(stored_map(spoken), encoding="utf-8")
    return target


def photograph(report: Path) -> Path:
    """Writes docs/images/report.png, or that of the report's language: the top of `report`/index.html. The browser
    gets a profile of its own."""
    page = (report / "index.html").resolve()
    if not page.exists():
        raise LabError(phrase("there is no {page}; make one: lab report --notebook 00", page=page))
    target = place_of("report.png", against.read(report).get("language", choice.SOURCE))
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        command = [
            browser(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--hide-scrollbars", f"--user-data-dir={profile}",
            f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={target}", page.as_uri(),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
    if done.returncode != 0 or not target.exists():
        raise LabError(phrase("the browser made no picture: {error}", error=done.stderr.strip()[-400:]))
    return target
