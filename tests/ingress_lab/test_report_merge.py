"""The reports of a class in one overview: everyone once, nobody left out, and a page that needs nothing else."""

import copy
import json
import re
import shutil
from pathlib import Path

import pytest
from ingress_lab.errors import BadArgument
from ingress_lab.report.members import collect
from ingress_lab.report.merge import merge


def report(solved: bool = True, state: str = "passed", **more: object) -> dict:
    check = {"exercise": "07.1", "solved": solved, "why": "w"}
    cell = {"number": 1, "id": "c", "state": state, "error": None, "checks": [check]}
    if state == "failed":
        cell["error"] = {"name": "LabError", "message": "no <route>"}
    book = {"name": "07_url_mapping", "title": "07 URL mapping", "state": state, "seconds": 3.0, "cells": [cell]}
    return {
        "schema": "ingress-lab/report/4", "started": "2026-03-01T12:00:00+00:00", "passed": state == "passed",
        "seconds": 3.25, "cluster": {"name": "local", "kubernetes": "v1.36.0", "controller": "traefik:v3.7"},
        "versions": {"pandas": "3.0"}, "notebooks": [book],
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


def test_who_ran_what_and_what_is_solved(room: Path) -> None:
    assert merge(room) == room / "index.html"
    log = (room / "overview.md").read_text()
    assert "2 reports, 1 passed. Exercises solved: 1 of 2." in log
    assert "| red | passed | 1 / 1 | 1 / 1 | 2026-03-01 12:00 | 3.2 s | local | v1.36.0 | traefik:v3.7 |" in log
    assert "| report | 07 |\n| --- | --- |\n| blue | ✗ 0/1 |\n| red | ✓ 1/1 |" in log
    assert "| 07 URL mapping | 1 / 2 | 3.0 s |" in log
    assert "| 07.1 | 1 / 2 | blue |" in log
    assert "| blue | 07_url_mapping | cell 1 | LabError: no <route> |" in log
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


def test_links_to_elsewhere_are_followed_once(tmp_path: Path) -> None:
    elsewhere = put(tmp_path / "home" / "kim" / "reports", report()).parent
    room = tmp_path / "class"
    room.mkdir()
    (room / "kim").symlink_to(elsewhere)
    (room / "same").symlink_to(elsewhere)
    (room / "around").symlink_to(room)
    (room / "above").symlink_to(tmp_path)
    assert who(room) == ["kim/reports"]


@pytest.mark.parametrize("content", ["{", "[]", '{"schema": "other"}', '{"schema": "ingress-lab/report/4"}'])
def test_what_cannot_be_read_is_said_and_the_rest_is_shown(room: Path, content: str) -> None:
    (room / "green").mkdir()
    (room / "green" / "report.json").write_text(content)
    log = merge(room).with_name("overview.md").read_text()
    assert "3 reports, 1 passed. Exercises solved: 1 of 2. 1 could not be read." in log
    assert "| green | cannot be read |" in log and "| green | - | - | " in log.partition("What failed")[2]


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
