"""The reports of a class in one overview: everyone once, nobody left out, and a page that needs nothing else."""

import copy
import json
import os
import re
import shutil
from datetime import datetime
from pathlib import Path

import fastjsonschema
import jsonschema
import pytest
from bs4 import BeautifulSoup
from labcore.errors import BadArgument
from labtools.report import reading
from labtools.report.members import collect
from labtools.report.merge import merge
from labtools.report.page import markdown


def report(solved: bool = True, state: str = "passed", **more: object) -> dict:
    check = {"exercise": "07.1", "solved": solved, "why": "w"}
    cell = {
        "number": 1, "id": "c", "varies": False, "source": "", "state": state, "seconds": 1, "error": None,
        "tables": [], "checks": [check], "pictures": [], "texts": [],
    }  # fmt: skip
    if state == "failed":
        cell["error"] = {"name": "LabError", "message": "no <route>"}
    book = {
        "name": "07_url_mapping", "title": "07 URL mapping", "file": "f", "state": state, "problem": "",
        "seconds": 3.0, "cells": [cell],
    }  # fmt: skip
    return {
        "schema": "ingress-lab/report/4", "started": "2026-03-01T12:00:00+00:00", "passed": state == "passed",
        "seconds": 3.25, "cluster": {"name": "local", "kubernetes": "v1.36.0", "controller": "traefik:v3.7"},
        "versions": {"pandas": "3.0"}, "notebooks": [book], "nodes": [], "language": "en", "manifests": {},
        "files": {}, "machine": {}, "changes": None,
    } | more  # fmt: skip


def put(folder: Path, made: dict) -> Path:
    folder.mkdir(parents=True)
    (folder / "report.json").write_text(json.dumps(made))
    return folder


@pytest.fixture
def room(tmp_path: Path) -> Path:
    put(tmp_path / "red", report())
    put(tmp_path / "blue", report(solved=False, state="failed", versions={"pandas": "2.9"}))
    return tmp_path


def test_names_with_numbers_stand_in_the_order_of_the_numbers(tmp_path: Path) -> None:
    for name in ("desk 10", "desk 2", "2", "desk"):
        put(tmp_path / name, report())
    assert [member.who for member in collect(tmp_path)] == ["2", "desk", "desk 2", "desk 10"]


def test_who_ran_what_and_what_is_solved(room: Path) -> None:
    assert merge(room) == room / "index.html"
    log = (room / "overview.md").read_text()
    assert "2 reports, 1 passed. Exercises solved: 1 of 2." in log
    assert "| red | passed | 1 / 1 | 1 / 1 | 2026-03-01 12:00 | 3.2 s | local | v1.36.0 | traefik:v3.7 |" in log
    assert "| whose report | 07 |\n| --- | --- |\n| blue | ✗ 0/1 |\n| red | ✓ 1/1 |" in log
    assert "| 07 URL mapping | 1 / 2 | 3.0 s |" in log
    assert "| 07.1 | 1 / 2 | blue |" in log
    assert "| blue | 07_url_mapping | cell 1 | LabError: no \\<route\\> |" in log
    assert "| pandas | 2.9 | blue |\n| pandas | 3.0 | red |" in log


def test_the_page_holds_the_same_and_loads_nothing(room: Path) -> None:
    page = merge(room).read_text()
    assert (
        "no &lt;route&gt;" in page
        and '<td class="failed">✗ 0/1</td>' in page
        and '<td class="passed">passed</td>' in page
    )
    assert re.findall(r"<(?:script|link|img|iframe)|https?://|url\(", page) == []
    assert "@media print" in page


def test_it_speaks_korean(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGRESS_LAB_LANG", "ko")
    page = merge(room).read_text()
    assert '<html lang="ko">' in page and "보고서 2개 중 1개가 통과했습니다." in page
    assert '<td class="passed">통과</td>' in page and '<td class="failed">실패</td>' in page


def who(room: Path) -> list[str]:
    return [member.who for member in collect(room)]


def test_latest_is_counted_where_it_is_a_report_of_its_own(tmp_path: Path) -> None:
    """A link and a copy of the newest report are not; a participant of that name is."""
    first = put(tmp_path / "red" / "2026-03-01", report())
    (tmp_path / "red" / "latest").symlink_to(first.name, target_is_directory=True)
    shutil.copytree(put(tmp_path / "blue" / "2026-03-01", report(seconds=1.0)), tmp_path / "blue" / "latest")
    put(tmp_path / "latest", report(seconds=2.0))
    put(tmp_path / "green" / "latest", report(seconds=4.0))
    assert who(tmp_path) == ["blue/2026-03-01", "green/latest", "latest", "red/2026-03-01"]


def test_links_to_elsewhere_are_named_and_not_followed(tmp_path: Path) -> None:
    elsewhere = put(tmp_path / "home" / "kim" / "reports", report()).parent
    room = tmp_path / "class"
    put(room / "red", report())
    (room / "kim").symlink_to(elsewhere)
    (room / "around").symlink_to(room)
    (room / "green").mkdir()
    (room / "green" / "report.json").symlink_to(elsewhere / "reports" / "report.json")
    (room / "circle").symlink_to("circle")
    found = {member.who: member.problem for member in collect(room)}
    assert list(found) == ["green", "kim", "red"]
    assert "outside of this folder" in found["kim"] and "outside of this folder" in found["green"]
    assert "kim | cannot be read" in merge(room).with_name("overview.md").read_text()


def test_a_link_in_the_place_of_an_overview_is_replaced(room: Path) -> None:
    mine = room.parent / f"{room.name}-mine.md"
    mine.write_text("mine")
    (room / "overview.md").symlink_to(mine)
    merge(room)
    assert mine.read_text() == "mine" and "Overview" in (room / "overview.md").read_text()


def without(key: str, of: str = "") -> str:
    made = report()
    place = {"": made, "notebook": made["notebooks"][0], "cell": made["notebooks"][0]["cells"][0]}[of]
    del place[key]
    return json.dumps(made)


def changed(**values: object) -> str:
    return json.dumps(report(**values))


def in_notebook(**values: object) -> str:
    return changed(notebooks=[report()["notebooks"][0] | values])


def in_cell(**values: object) -> str:
    return in_notebook(cells=[report()["notebooks"][0]["cells"][0] | values])


SHAPES = {
    "empty": "", "cut off": "{", "a list": "[]", "a number": "1", "null": "null", "a text": '"report"',
    "another schema": '{"schema": "other"}', "a schema that is a list": '{"schema": ["ingress-lab/report/4"]}',
    "the schema alone": '{"schema": "ingress-lab/report/4"}',
    "a later version": changed(schema="ingress-lab/report/99"),
    "NaN": changed(seconds=float("nan")), "infinity": changed().replace("3.25", "1e999"),
    "a long integer": changed().replace("3.25", "9" * 5000), "nested": "[" * 100_000,
    "nested in a row": in_cell(tables=[]).replace('"tables": []', '"tables": ' + "[" * 9_000 + "]" * 9_000),
    "half a letter": changed(language="\ud800"), "UTF-16": "\ufeff{}",
    **{f"without {key}": without(key) for key in report() if key != "schema"},
    **{f"a notebook without {key}": without(key, "notebook") for key in report()["notebooks"][0]},
    "a cell without checks": without("checks", "cell"), "an empty notebook": changed(notebooks=[{}]),
    "notebooks that are an object": changed(notebooks={}), "a notebook that is null": changed(notebooks=[None]),
    "many notebooks": changed(notebooks=report()["notebooks"] * 1_000), "negative seconds": changed(seconds=-1),
    "seconds as text": changed(seconds="3"), "passed as text": changed(passed="yes"),
    "a list for a cluster": changed(cluster=[]), "versions that are numbers": changed(versions={"pandas": 3}),
    "another date": changed(started="today"),
    "a date that is a number": changed(started=3), "an unknown state": in_notebook(state="<b>"),
    "a title that is a list": in_notebook(title=["x"]), "cells that are a text": in_notebook(cells="none"),
    "a check without a verdict": in_cell(checks=[{"exercise": "1"}]),
    "an error without a message": in_cell(error={"name": "E"}),
    "a verdict that is a number": in_cell(checks=[{"exercise": "1", "solved": 1, "why": ""}]), "more": changed(more=1),
}  # fmt: skip


@pytest.mark.parametrize("content", SHAPES.values(), ids=SHAPES)
def test_what_cannot_be_read_is_said_and_the_rest_is_shown(room: Path, content: str) -> None:
    (room / "green").mkdir()
    (room / "green" / "report.json").write_text(content)
    assert_named(room)


def assert_named(room: Path) -> None:
    log = merge(room).with_name("overview.md").read_text()
    assert "3 reports, 1 passed. Exercises solved: 1 of 2. 1 could not be read." in log
    assert "| green | cannot be read |" in log and "| green | - | - | " in log.partition("What failed")[2]


def test_what_is_no_file_or_no_text_is_named(room: Path) -> None:
    place = room / "green" / "report.json"
    place.mkdir(parents=True)
    assert_named(room)
    place.rmdir()
    os.mkfifo(place)
    assert_named(room)
    place.unlink()
    place.write_bytes(changed().encode("utf-16"))
    assert_named(room)
    with place.open("wb") as large:
        large.truncate(100 * 1024**2)
    assert_named(room)


def test_a_report_is_read_as_its_schema_says() -> None:
    """The compiled schema and the one of the JSON Schema project agree on what is a report."""
    schema, formats = (
        json.loads(Path(reading.__file__).with_name("schema.json").read_text()),
        jsonschema.FormatChecker(),
    )
    formats.checks("date-time", raises=ValueError)(lambda moment: datetime.fromisoformat(str(moment)) is not None)
    validator = jsonschema.Draft202012Validator(schema, format_checker=formats)
    for content in [changed(), *SHAPES.values()]:
        try:
            data = json.loads(content)
        except (ValueError, RecursionError):
            continue
        try:
            reading._validator()(data)
        except fastjsonschema.JsonSchemaValueException:
            assert not validator.is_valid(data), content[:200]
        else:
            assert validator.is_valid(data), content[:200]


def test_no_text_of_a_report_is_more_than_text(tmp_path: Path) -> None:
    evil = "<img src=x onerror=alert(1)>\"'|`c`[l](javascript:a())\n# h"
    cell = report()["notebooks"][0]["cells"][0]
    cell |= {
        "state": "failed", "error": {"name": evil, "message": evil},
        "checks": [{"exercise": evil, "solved": False, "why": evil}],
    }  # fmt: skip
    book = report()["notebooks"][0] | {"name": evil, "title": evil, "problem": evil, "state": "failed", "cells": [cell]}
    put(tmp_path / "<img src=y>`|\n# who", report(notebooks=[book], versions={evil: evil}, cluster={"name": evil}))
    page = merge(tmp_path).read_text()
    for shown in (page, markdown((tmp_path / "overview.md").read_text())):
        soup = BeautifulSoup(shown, "html.parser")
        assert not soup.select("img, script, code, a:not(.anchor-link)") and len(soup.find_all("h1")) == 1
        assert '<img src=x onerror=alert(1)>"' in soup.get_text()


def test_a_partial_report_is_one_in_the_overview(room: Path) -> None:
    partial = report(schema="ingress-lab/report/5", passed=False, interrupted=True)
    put(room / "green", partial)
    assert "| green | interrupted | 1 / 1 |" in merge(room).with_name("overview.md").read_text()


def test_folders_that_hold_no_reports(room: Path) -> None:
    with pytest.raises(BadArgument, match=r"there is no report\.json below"):
        merge(room / "nothing")
    (room / "red" / "index.html").write_text("a report of its own")
    with pytest.raises(BadArgument, match="is a report itself"):
        merge(room / "red")
    assert (room / "red" / "index.html").read_text() == "a report of its own"


def test_a_report_is_not_changed(room: Path) -> None:
    before = copy.deepcopy(sorted((path, path.read_bytes()) for path in room.rglob("report.json")))
    merge(room)
    assert sorted((path, path.read_bytes()) for path in room.rglob("report.json")) == before


WORDS = "The **rule** decides.\n<script>alert(1)</script>"
ASKED = {
    "title": "predicted and observed", "columns": ["url", "predicted", "observed", "verdict"],
    "rows": [["/a", "404", "404", "✓ right"], ["/b", "200", "404", "✗ wrong"], ["/c", None, "404", None], [], ["/d"]],
}  # fmt: skip


def handed_in(**more: object) -> dict:
    made = report(schema="ingress-lab/report/6", findings={"07_url_mapping": WORDS}, **more)
    made["notebooks"][0]["cells"][0]["tables"] = [ASKED]
    return made


def test_authors_with_their_predictions_and_findings(room: Path) -> None:
    put(room / "a1", handed_in(author="김 민준"))
    put(room / "a2", handed_in(author=" Same\n\u202ename "))
    put(room / "a3", handed_in(author=" Same\n\u202ename "))
    page = BeautifulSoup(merge(room).read_text(), "html.parser")
    log = (room / "overview.md").read_text()
    assert "| predictions given | of these right |" in log and "| red | passed | 1 / 1 | 1 / 1 | - | - | 2026" in log
    assert "| 김 민준 (a1) | passed | 1 / 1 | 1 / 1 | 2 / 4 | 1 | 2026" in log
    assert "Same \\\\u202ename (a2)" in log and "Same \\\\u202ename (a3)" in log
    assert "| 김 민준 (a1) | 07 URL mapping | The \\*\\*rule\\*\\* decides. \\<script\\>" in log
    assert WORDS in [cell.get_text() for cell in page.find_all("td")] and not page.find("script")
    assert "\u202e" not in page.get_text()


def test_nobody_is_missing_from_a_long_list(tmp_path: Path) -> None:
    for number in range(40):
        put(tmp_path / f"{number:02}", report(solved=False, author=f"Participant {number:02}"))
    log = merge(tmp_path).with_name("overview.md").read_text()
    assert log.partition("| 07.1 | 0 / 40 |")[2].partition("\n")[0].count("Participant") == 40


def visit(case: str = "bakery", **more: object) -> dict:
    return {"case": case, "seed": 1, "end": "repaired", "seconds": 245, "checks": 2, "diagnoses": [0]} | more


def test_a_class_in_the_clinic(room: Path) -> None:
    """Who repaired what, how long it took, which wrong diagnosis was chosen most; an unknown case has numbers."""
    wrong = [visit(diagnoses=[2, 2, 0], seconds=305), visit(), visit("far-away", diagnoses=[3], end="given up")]
    put(room / "green", report(schema="ingress-lab/report/7", clinic=wrong))
    put(room / "amber", report(schema="ingress-lab/report/7", clinic=[visit(diagnoses=[2, 4, 0])]))
    log = merge(room).with_name("overview.md").read_text()
    assert "| whose report | bakery | far-away |" in log
    assert "| green | ✓ 5:05, 2 wrong | ✗ 4:05, 1 wrong |" in log and "| amber | ✓ 4:05, 2 wrong |  |" in log
    chosen = "The rule of the Ingress names a Service that does not exist. (2) · The application fails whenever"
    assert f"| bakery | 2 / 2 | 4:35 | 0 / 2 | {chosen}" in log
    assert "| far-away | 0 / 1 | - | 0 / 1 | number 3 (1) |" in log


def test_how_far_each_has_come(room: Path) -> None:
    """Cells run of all, and cases repaired; what nobody has is no column."""
    half = report(schema="ingress-lab/report/7", clinic=[visit(), visit("far-away", end="given up")])
    half["notebooks"][0]["state"] = "not run"
    half["notebooks"][0]["cells"] += [half["notebooks"][0]["cells"][0] | {"state": "not run", "checks": []}] * 2
    put(room / "green", half)
    log = merge(room).with_name("overview.md").read_text()
    assert "| progress | Clinic | when |" in log
    assert "| green | passed | 0 / 1 | 1 / 1 | 33 % | 1 / 2 | 2026" in log
    assert "| red | passed | 1 / 1 | 1 / 1 | 100 % | - | 2026" in log


def moved(**more: object) -> dict:
    return {"requests": 1408, "lost": 0, "seconds": 130, "right": 39, "checks": 39, "ways": ["entry"]} | more


def test_a_class_in_the_capstone(room: Path) -> None:
    """Passed with what was lost, or how far the checks are; who has not begun has neither."""
    put(room / "green", report(schema="ingress-lab/report/8", capstone=moved(passed="2026-02-28")))
    put(room / "amber", report(schema="ingress-lab/report/8", capstone=moved(right=24, lost=3)))
    log = merge(room).with_name("overview.md").read_text()
    assert "| Capstone | when |" in log
    assert "| green | passed | 1 / 1 | 1 / 1 | ✓ 0 of 1408 requests lost | 2026" in log
    assert "| amber | passed | 1 / 1 | 1 / 1 | 24 / 39 | 2026" in log
    assert "| red | passed | 1 / 1 | 1 / 1 | - | 2026" in log


@pytest.mark.parametrize(
    "bad",
    [moved(passed="<b>"), moved(lost=-1), moved(requests=10**13), moved(ways="entry"), moved(more=1), {"lost": 0}, []],
    ids=range(7),
)
def test_a_capstone_that_cannot_be(room: Path, bad: object) -> None:
    put(room / "green", report(schema="ingress-lab/report/8", capstone=bad))
    assert "| green | cannot be read |" in merge(room).with_name("overview.md").read_text()


def test_what_most_predicted_wrong_comes_first(room: Path) -> None:
    other = handed_in()
    wrong = ASKED | {"rows": [["/a", "200", "404", "✗ wrong"], ["/b", "503", "404", "✗ wrong"]]}
    other["notebooks"][0]["cells"][0]["tables"] = [wrong]
    put(room / "a1", handed_in())
    put(room / "a2", other)
    log = merge(room).with_name("overview.md").read_text()
    table = log.partition("## Predictions")[2].partition("\n## ")[0].splitlines()
    assert [line for line in table if "07_url" in line] == [
        "| 07_url_mapping | /b | 0 / 2 | 200 (1) · 503 (1) |",
        "| 07_url_mapping | /a | 1 / 2 | 200 (1) |",
    ]


@pytest.mark.parametrize(
    "bad",
    [
        visit(case="<b>"), visit(case="x" * 31), visit(end="won"), visit(seconds=-1), visit(seconds=1e400),
        visit(seconds=True), visit(diagnoses=[5]), visit(diagnoses=[0] * 101), visit(diagnoses="0"), visit(more=1), [],
        {"case": "bakery"}, visit(seed=10**12), visit(checks=1.5),
    ],
    ids=range(14),
)  # fmt: skip
def test_a_visit_that_cannot_be(room: Path, bad: object) -> None:
    put(room / "green", report(schema="ingress-lab/report/7", clinic=[bad]))
    log = merge(room).with_name("overview.md").read_text()
    assert "| green | cannot be read |" in log and "✓ 4:05" not in log
