"""One overview of many reports: who ran which notebook, what passed, which exercises are solved."""

from pathlib import Path

from ingress_lab.errors import BadArgument
from ingress_lab.messages import phrase, text
from ingress_lab.report import against
from ingress_lab.report.log import grid


def merge(folder: Path) -> Path:
    """Reads every report.json below `folder`, and writes overview.md there."""
    files = sorted(file for file in folder.rglob("report.json") if "latest" not in file.relative_to(folder).parts)
    if not files:
        raise BadArgument(phrase("there is no report.json below {folder}", folder=folder))
    reports = {file.parent.relative_to(folder).as_posix(): against.read(file) for file in files}
    names = sorted({notebook["name"] for report in reports.values() for notebook in report["notebooks"]})
    rows = [[who, report["started"][:16], *_states(report, names)] for who, report in reports.items()]
    summary = phrase("{number} reports, {passed} passed", number=len(rows), passed=_passed(reports))
    table = grid([str(text("report")), str(text("when")), *names], rows)
    place = folder / "overview.md"
    place.write_text(f"# {text('overview_title')}\n\n{summary}\n\n{table}\n", encoding="utf-8")
    return place


def _passed(reports: dict[str, dict]) -> int:
    return sum(bool(report["passed"]) for report in reports.values())


def _states(report: dict, names: list[str]) -> list[str]:
    """For each notebook `passed 1/2`: its state, and how many of its exercises are solved."""
    found = {notebook["name"]: notebook for notebook in report["notebooks"]}
    return [_state(found[name]) if name in found else str(text("none")) for name in names]


def _state(notebook: dict) -> str:
    checks = {check["exercise"]: check["solved"] for cell in notebook["cells"] for check in cell["checks"]}
    solved = f" {sum(checks.values())}/{len(checks)}" if checks else ""
    return f"{phrase('passed') if notebook['state'] == 'passed' else notebook['state']}{solved}"
