"""The pictures of README.md: the routing map that notebook 07 has stored, and the top of a report in a browser.

The map is copied byte for byte, so that the front door shows what the notebook shows; a test holds the two together.
"""

import subprocess
import tempfile
from pathlib import Path

import nbformat

from ingress_lab import home, series
from ingress_lab.errors import LabError
from ingress_lab.report.pdf import browser

NOTEBOOK = "07_url_mapping"
CELL = "map"
SVG = "image/svg+xml"
WIDTH, HEIGHT = 900, 560  # CSS pixels of the report's picture
LIMIT = 120.0  # seconds


def folder() -> Path:
    return home.project() / "docs" / "images"


def stored_map() -> str:
    """The SVG that cell `map` of notebook 07 (English) shows. LabError if it has no stored picture."""
    notebook = nbformat.read(series.folder("en") / f"{NOTEBOOK}.ipynb", as_version=4)
    outputs = (output for cell in notebook.cells if cell.id == CELL for output in cell.outputs)
    pictures = [output.data[SVG] for output in outputs if SVG in output.get("data", {})]
    if not pictures:
        raise LabError(f"notebook {NOTEBOOK} has no stored picture in cell `{CELL}`; run: make notebooks")
    return pictures[0]


def draw_map() -> Path:
    """Writes docs/images/routing-map.svg."""
    place = folder() / "routing-map.svg"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(stored_map(), encoding="utf-8")
    return place


def photograph(report: Path) -> Path:
    """Writes docs/images/report.png: the top of `report`/index.html. The browser gets a profile of its own."""
    page = (report / "index.html").resolve()
    if not page.exists():
        raise LabError(f"there is no {page}; make one: lab report --notebook 00")
    place = folder() / "report.png"
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        command = [
            browser(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--hide-scrollbars", f"--user-data-dir={profile}",
            f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={place}", page.as_uri(),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
    if done.returncode != 0 or not place.exists():
        raise LabError(f"the browser made no picture: {done.stderr.strip()[-400:]}")
    return place
