"""`report.pdf`: index.html as a Chromium browser prints it, where there is one."""

import shutil
import tempfile
from pathlib import Path

from labcore.errors import LabError
from labcore.language.messages import phrase
from labcore.machine.programs import Runner

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "chrome")
LIMIT = 120.0  # seconds


def browser() -> str:
    """The path of a browser that prints; raises LabError where there is none."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not program:
        raise LabError(
            phrase(
                "no Chromium or Chrome is on PATH, so there is no PDF. Open index.html in any browser and print it "
                "to a file"
            )
        )
    return program


def print_page(page: Path) -> Path:
    """Writes report.pdf beside the page. The browser gets a profile of its own, and asks nothing of a network."""
    page = page.resolve()
    target = page.with_name("report.pdf")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [
            browser(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", f"--user-data-dir={profile}", "--no-pdf-header-footer",
            "--generate-pdf-document-outline", f"--print-to-pdf={target}", page.as_uri(),
        ]  # fmt: skip
        done = Runner().run(command, limit=LIMIT)
    if done.late:
        raise LabError(phrase("the browser did not print within {seconds:g} s", seconds=LIMIT))
    if not done.ok or not target.exists():
        raise LabError(phrase("the browser did not print: {why}", why=done.err.strip()[-400:]))
    return target
