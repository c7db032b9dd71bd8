"""An overview of many reports as tables: who ran what, what passed, which exercises are solved, with which versions."""

from collections.abc import Iterable, Sequence

from labcore.language import choice
from labcore.language.headings import HEADINGS
from labcore.language.messages import joined, phrase, stored

from labtools.report import achieved, clinic_of_class, counts, standing_of_class
from labtools.report.appendix import FACTS, Grid
from labtools.report.members import Member
from labtools.report.record import INTERRUPTED, LEFT_OUT

MARKS = {"passed": "✓", "failed": "✗", "not run": "○", LEFT_OUT: "↷"}
_LONGEST, _LONGEST_FINDINGS = 500, 5_000  # letters
LEGEND = phrase(
    "✓ passed: every cell ran without an error, or with the error that it expects. ✗ failed. ○ not run to the end. "
    "↷ left out: that cluster does not allow what the notebook needs. Beside it: exercises solved. An empty place: not "
    "in this report."
)


def summary(members: Sequence[Member]) -> str:
    """One line: how many reports, how many passed, how many exercises are solved."""
    passed = sum(bool(member.report.get("passed")) for member in members)
    verdicts = [solved for member in members for _, solved in achieved.exercises(member).items()]
    sentence = phrase("{reports}, {passed} passed.", reports=counts.reports(len(members)), passed=passed)
    unread = sum(not member.report for member in members)
    more = [phrase("{number} could not be read.", number=unread)] if unread else []
    return joined(" ", [sentence, counts.exercises(sum(verdicts), len(verdicts)), *more])


def tables(members: Sequence[Member]) -> list[Grid]:
    """All tables; one that has no rows is left out."""
    read = [member for member in members if member.report]
    grids = [
        _reports(members), _notebooks(read), _titles(read), standing_of_class.predictions(read), _by_exercise(read),
        clinic_of_class.by_report(read),
        clinic_of_class.by_case(read), _failures(members), _findings(read),
        _versions(read),
    ]  # fmt: skip
    return [grid._replace(rows=[[_cut(part) for part in row] for row in grid.rows]) for grid in grids if grid.rows]


class _Long(str):
    """Names of many reports, or what somebody wrote: it is shown as a whole."""

    __slots__ = ()


def _cut(part: str, longest: int = _LONGEST) -> str:
    """A name or an error of a report may be of any length; a row of a table is not."""
    return part if len(part) <= longest or isinstance(part, _Long) else f"{str(part)[:longest]}..."


def _listed(who: Iterable[str]) -> str:
    return _Long(", ".join(map(_cut, who)))


def _reports(members: Sequence[Member]) -> Grid:
    """With what the reports hold of their authors after the exercises."""
    columns = [phrase("whose report"), phrase("state"), phrase("notebooks passed"), *_of_a_run()]
    rows, own = [_report(member) for member in members], standing_of_class.columns(members)
    columns[4:4] = [column.heading for column in own]
    for number, row in enumerate(rows):
        row[4:4] = [column.cells[number] for column in own]
    return Grid(phrase("Reports"), columns, rows)


def _of_a_run() -> list[str]:
    run = [HEADINGS[key] for key in ("exercises", "when", "took")]
    return run + [FACTS[key] for key in ("cluster", "kubernetes", "controller")]


def _report(member: Member) -> list[str]:
    report = member.report
    if not report:
        return [member.who, phrase("cannot be read"), *[phrase("-")] * 7]
    states = [notebook["state"] for notebook in report["notebooks"]]
    verdicts = achieved.exercises(member).values()
    cluster = report.get("cluster") or {}
    return [
        member.who,
        stored(_state(report, states)),
        f"{states.count('passed')} / {len(states)}",
        f"{sum(verdicts)} / {len(verdicts)}" if verdicts else phrase("-"),
        str(report["started"])[:16].replace("T", " "),
        counts.lasted(report.get("seconds", 0)),
        *(cluster.get(key) or phrase("-") for key in ("name", "kubernetes", "controller")),
    ]


def _state(report: dict, states: list[str]) -> str:
    if report["passed"]:
        return "passed"
    return "failed" if "failed" in states else INTERRUPTED if report.get("interrupted") else "not run"


def _notebooks(members: Sequence[Member]) -> Grid:
    """One column per notebook, named by its number."""
    names = _names(members)
    rows = [[member.who, *(_mark(member, name) for name in names)] for member in members]
    return Grid(phrase("Notebooks"), [phrase("whose report"), *(_short(name, names) for name in names)], rows)


def _mark(member: Member, name: str) -> str:
    notebook_run = next((notebook for notebook in member.report["notebooks"] if notebook["name"] == name), None)
    if notebook_run is None:
        return ""
    verdicts = achieved.of_notebook(notebook_run).values()
    solved = f" {sum(verdicts)}/{len(verdicts)}" if verdicts else ""
    return MARKS.get(notebook_run["state"], "○") + solved


def _titles(members: Sequence[Member]) -> Grid:
    """What the numbers stand for, with how many of those who ran it passed."""
    names, titles, rows = _names(members), _in_words(members), []
    for name in names:
        there = [n for member in members for n in member.report["notebooks"] if n["name"] == name]
        ran = [notebook for notebook in there if notebook["state"] != LEFT_OUT]
        passed = sum(notebook["state"] == "passed" for notebook in ran)
        slowest = max((notebook.get("seconds", 0) for notebook in ran), default=0)
        rows.append([titles.get(name, name), f"{passed} / {len(ran)}", counts.lasted(slowest)])
    return Grid("", [phrase("notebook"), phrase("passed"), phrase("took at most")], rows)


def _in_words(members: Sequence[Member]) -> dict[str, str]:
    """The title of each notebook, in the reader's language where a report has it."""
    texts: dict[str, str] = {}
    for member in sorted(members, key=lambda member: member.report.get("language") == choice.current()):
        texts |= {
            notebook["name"]: notebook.get("title") or notebook["name"] for notebook in member.report["notebooks"]
        }
    return texts


def _by_exercise(members: Sequence[Member]) -> Grid:
    verdicts = {member.who: achieved.exercises(member) for member in members}
    rows = []
    for exercise in sorted({name for tried_by in verdicts.values() for name in tried_by}):
        tried = {who: tried_by[exercise] for who, tried_by in verdicts.items() if exercise in tried_by}
        left = _listed(who for who, solved in tried.items() if not solved)
        rows.append([exercise, f"{sum(tried.values())} / {len(tried)}", left or phrase("-")])
    return Grid(phrase("Exercises"), [phrase("exercise"), phrase("solved"), phrase("not yet")], rows)


def _failures(members: Sequence[Member]) -> Grid:
    rows = []
    for member in members:
        if member.problem:
            rows.append([member.who, phrase("-"), phrase("-"), member.problem])
        for notebook in member.report.get("notebooks", []):
            for cell in notebook["cells"]:
                if cell["state"] == "failed":
                    where = phrase("cell {number}", number=cell["number"])
                    rows.append([member.who, notebook["name"], where, _error(cell)])
            if notebook.get("problem") and notebook["state"] != LEFT_OUT:
                rows.append([member.who, notebook["name"], phrase("-"), stored(notebook["problem"])])
    return Grid(
        phrase("What failed"), [phrase("whose report"), phrase("notebook"), phrase("cell"), phrase("error")], rows
    )


def _findings(members: Sequence[Member]) -> Grid:
    """What each wrote in words of their own."""
    titles = _in_words(members)
    rows = [
        [member.who, titles.get(name, name), _Long(_cut(text, _LONGEST_FINDINGS))]
        for member in members
        for name, text in (member.report.get("findings") or {}).items()
    ]
    return Grid(phrase("Findings"), [phrase("whose report"), phrase("notebook"), phrase("findings")], rows)


def _error(cell: dict) -> str:
    error = cell.get("error")
    return f"{error['name']}: {error['message']}".removesuffix(": ") if error else phrase("-")


def _versions(members: Sequence[Member]) -> Grid:
    """One row per version; who has it is named where not all have the same."""
    rows = []
    for package in sorted({name for member in members for name in member.report.get("versions") or {}}):
        owners: dict[str, list[str]] = {}
        for member in members:
            owners.setdefault((member.report.get("versions") or {}).get(package, ""), []).append(member.who)
        for version, who in owners.items():
            rows.append([package, version or phrase("-"), phrase("all") if len(owners) == 1 else _listed(who)])
    return Grid(phrase("Versions"), [phrase("package"), phrase("version"), phrase("reports")], rows)


def _names(members: Sequence[Member]) -> list[str]:
    return sorted({notebook["name"] for member in members for notebook in member.report["notebooks"]})


def _short(name: str, names: Sequence[str]) -> str:
    """Its number, or the whole name where others begin alike."""
    number = name.partition("_")[0]
    return number if sum(other.partition("_")[0] == number for other in names) == 1 else name
