"""Both halves of the site, and the page that leads to them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from labcore.errors import LabError
from labcore.language import choice
from labcore.language.messages import phrase
from labcore.machine import paths

from labtools.authoring.site import sources


def settings() -> Path:
    """Sphinx' settings, style and templates."""
    return paths.project() / "site"


def build(target: Path) -> Path:
    """Writes the site into `target`, which is removed first; raises LabError where Sphinx has something to say."""
    shutil.rmtree(target, ignore_errors=True)
    report = _report(target)
    for spoken in choice.LANGUAGES:
        choice.choose(spoken)
        written = target.parent / "site-source" / spoken
        sources.write(spoken, written)
        _run_sphinx(spoken, written, target / spoken, report)
    shutil.rmtree(target / "jupyter_execute", ignore_errors=True)  # copies that myst-nb makes for itself
    page = Environment(loader=FileSystemLoader(settings()), autoescape=True).get_template("front.html.j2")
    (target / "index.html").write_text(page.render(report=report), encoding="utf-8")
    shutil.copy(paths.project() / "docs" / "images" / "routing-map.svg", target)
    (target / ".nojekyll").touch()  # or GitHub Pages leaves out the folders that begin with an underscore
    return target / "index.html"


def _report(target: Path) -> bool:
    """Takes the report of the last run along, if there is one."""
    last = paths.project() / "reports" / "latest"
    if not (last / "index.html").is_file():
        return False
    shutil.copytree(last, target / "report")
    return True


def _run_sphinx(spoken: str, written: Path, target: Path, report: bool) -> None:
    """All that Sphinx warns of is an error: a link into the void, too."""
    command = [
        sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning", "--jobs", "2", "--builder", "html",
        "--conf-dir", str(settings()), "--doctree-dir", str(written.parent / f"{spoken}.doctrees"),
        str(written), str(target),
    ]  # fmt: skip
    environment = os.environ | {"SITE_LANGUAGE": spoken, "SITE_REPORT": "1" if report else ""}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LabError(phrase("Sphinx did not make the pages: {error}", error=done.stderr.strip()))
