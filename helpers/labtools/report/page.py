"""`index.html`: the report as one page that needs no other file."""

import html
import re
from collections.abc import Callable
from importlib.resources import files

from ingress_lab.display.verdicts import BAD, OPEN
from jinja2 import Environment
from labcore.language.headings import HEADINGS
from labcore.language.messages import english, phrase
from labcore.language.untrusted import visible
from nbconvert.filters.ansi import ansi2html
from nbconvert.filters.highlight import Highlight2HTML
from pygments.formatters import HtmlFormatter

from labtools.clinic import card
from labtools.report import appendix, certificate, clinic, contents, counts, handing_in, outputs, summary
from labtools.report.cleaning import cleaned, markdown
from labtools.report.lab_log import judging
from labtools.report.record import CellRun, Report
from labtools.report.sections import role, sections, superseded

# The richest form first, of those that need no script.
_FORMS = ("image/svg+xml", "text/html", "text/markdown", "image/png", "image/jpeg", "text/plain")

_ELSEWHERE = ("https://", "http://", "mailto:", "#")
_LONG, _LONG_TRACEBACK = 12, 24  # lines
_COLOURS = {
    "passed": "passed", "solved": "passed", "failed": "failed", "open": "open", "✓": "passed", "✗": "failed",
    judging.CONFIRMED: "passed", judging.DIFFERS: "open", judging.NOT_SHOWN: "faint",
}  # fmt: skip


def as_page(report: Report) -> str:
    """The report as one HTML file, which needs no other file. All that cells printed is escaped."""
    folder = files("labtools.report")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    names = {run.name for run in report.notebooks}
    filters: dict[str, Callable[..., str]] = {
        "markdown": lambda source: _links(cleaned(markdown(source)) if report.own else markdown(source), names),
        "code": code,
        "outputs": outputs_html,
        "seconds": lambda seconds: str(counts.lasted(seconds)),
        "mark": mark,
        "coded": coded,
        "typed": typed,
    }
    environment.filters |= filters
    template = environment.from_string((folder / "page.html.j2").read_text(encoding="utf-8"))
    return template.render(
        report=report,
        title=visible(handing_in.title(report)),
        summary=summary,
        handing_in=handing_in,
        certificate=certificate,
        judging=judging,
        contents=contents,
        words_of=lambda text: cleaned(markdown(text)) if report.own else markdown(text),
        sections=sections,
        superseded=superseded,
        role=role,
        exercises=appendix.exercises(report),
        clinic=clinic,
        card=card,
        appendix_title=appendix.TITLE,
        appendix=appendix.tables(report),
        code_of=lambda record: str(phrase("code of cell {number}", number=record.number)),
        is_cell=lambda step: isinstance(step, CellRun),
        phrase=phrase,
        headings=HEADINGS,
        state_words=lambda state: str(phrase("failed") if state == "failed" else state),
        style=style() + _code_style(),
    )


def style() -> str:
    """CSS, for a page that needs no other file."""
    return (files("labtools.report") / "page.css").read_text(encoding="utf-8")


def mark(text: object) -> str:
    """The class of a table's cell that says how something ended: its words begin with the verdict or its sign."""
    verdict = str(english(text))
    return _COLOURS.get(verdict) or _COLOURS.get(verdict[:1], "")


def coded(sentence: object) -> str:
    """A sentence of the lab's as HTML, with what stands in backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(str(sentence)))


def _links(page: str, names: set[str]) -> str:
    """Links between notebooks lead to their part of this page; those to other files of the project are taken out."""

    def link(match: re.Match) -> str:
        target = match[1]
        if target.startswith(_ELSEWHERE):
            return match[0]
        stem = target.rpartition("/")[2].partition(".ipynb")[0]
        return f'href="#{stem}"' if stem in names else ""

    return re.sub(r'href="([^"]*)"', link, page)


def code(source: str) -> str:
    """HTML, in Jupyter's colours."""
    return Highlight2HTML(pygments_lexer="ipython3")(source)


def typed(source: str) -> str:
    """The commands of a cell as one would type them: its lines that begin with `!`, and those that continue them."""
    commands = re.findall(r"^[ \t]*!(.*(?:(?<=\\)\n.*)*)", source, re.MULTILINE)
    return "\n".join(f"$ {command.rstrip()}" for command in commands)


def outputs_html(record: CellRun) -> str:
    """All outputs of a cell, in order."""
    return "\n".join(_output(output) for output in record.cell.outputs)


def _output(output) -> str:
    if output.output_type == "stream":
        return _printed(output.name, output.text)
    if output.output_type == "error":
        return _raised(f"{output.ename}: {output.evalue}".removesuffix(": "), "\n".join(output.traceback))
    form = next((form for form in _FORMS if form in output.data), None)
    shown = _shown(form, output.data[form]) if form else ""
    return _as_open(shown) if any(not check["solved"] for check in outputs.checks_of(output.data)) else shown


def _as_open(shown: str) -> str:
    """An exercise that nobody has solved yet has not failed: it is open."""
    failed, still_open = (html.escape(str(each)) for each in (phrase("✗ not yet"), phrase("○ open")))
    return shown.replace(BAD, OPEN).replace(failed, still_open)


def _printed(name: str, text: str) -> str:
    """What a cell printed; a long text (a manifest) is folded on screen, and open on paper."""
    block = f'<pre class="stream {html.escape(name)}">{ansi2html(text.rstrip())}</pre>'
    lines = text.strip().splitlines()
    if len(lines) <= _LONG:
        return block
    title = html.escape(str(phrase("what it printed: {number} lines", number=len(lines))))
    return f'<details class="printed"><summary>{title}</summary>{block}</details>'


def _raised(error: str, traceback: str) -> str:
    """An error with its traceback; of a long one the error itself, and the rest folded, on paper too."""
    block = f'<pre class="error">{ansi2html(traceback)}</pre>'
    lines = traceback.strip().splitlines()
    if len(lines) <= _LONG_TRACEBACK:
        return block
    title = html.escape(str(phrase("its traceback: {number} lines", number=len(lines))))
    first = f'<pre class="error">{html.escape(error)}</pre>'
    return f'{first}<details class="traceback"><summary>{title}</summary>{block}</details>'


def _shown(form: str, content: str) -> str:
    if form == "image/svg+xml":
        return f'<figure class="wide">{content}</figure>'
    if form == "text/html":
        silent = html.escape(str(outputs.NOTHING_PREDICTED))
        return f'<div class="wide">{content.replace(f"<p>{silent}</p>", "")}</div>'
    if form == "text/markdown":
        return markdown(content)
    if form.startswith("image/"):
        return f'<img alt="" src="data:{form};base64,{html.escape(content.strip())}">'
    return f"<pre>{html.escape(content)}</pre>"


def _code_style() -> str:
    """Colours of code for a light page, and for a dark one."""
    light = HtmlFormatter(style="default").get_style_defs(".highlight")
    dark = HtmlFormatter(style="github-dark").get_style_defs(".highlight")
    return f"\n{light}\n@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}\n"
