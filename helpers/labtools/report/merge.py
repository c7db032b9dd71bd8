"""Many reports in one overview: `index.html`, and `overview.md` with the same tables."""

import tempfile
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment
from labcore.language import choice
from labcore.language.messages import phrase
from labcore.language.untrusted import visible

from labtools.report import overview
from labtools.report.blocks import grid
from labtools.report.members import Member, collect
from labtools.report.page import mark, style


def merge(folder: Path) -> Path:
    """Reads every report.json below `folder`, and writes both forms there; the path of the page."""
    members = collect(folder)
    _write(folder / "overview.md", as_log(members))
    _write(folder / "index.html", as_page(members))
    return folder / "index.html"


def _write(file: Path, content: str) -> None:
    """In one step; a link of that name, which may lead anywhere, is replaced and not followed."""
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".overview-") as making:
        fresh = Path(making) / file.name
        fresh.write_text(content, encoding="utf-8")
        fresh.replace(file)


def as_log(members: Sequence[Member]) -> str:
    """The overview of many reports as Markdown."""
    blocks = [f"# {phrase('Overview of reports')}", str(overview.summary(members))]
    for table in overview.tables(members):
        blocks += [*([f"## {table.title}"] if table.title else []), grid(table.columns, table.rows)]
    return "\n\n".join([*blocks, str(overview.LEGEND)]) + "\n"


def as_page(members: Sequence[Member]) -> str:
    """The overview of many reports as one HTML file, which needs no other file."""
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"mark": mark, "visible": visible}
    template = environment.from_string((files("labtools.report") / "overview.html.j2").read_text(encoding="utf-8"))
    return template.render(
        language=choice.current(),
        title=phrase("Overview of reports"),
        summary=overview.summary(members),
        legend=overview.LEGEND,
        tables=overview.tables(members),
        style=style(),
    )
