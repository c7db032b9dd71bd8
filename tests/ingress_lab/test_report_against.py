"""Two reports compared: what changed is named, and nothing else; many reports in one overview."""

import copy
import json
from pathlib import Path

import pytest
from ingress_lab.errors import BadArgument, LabError
from ingress_lab.report import against, pdf
from ingress_lab.report.against import Change, changes
from ingress_lab.report.merge import merge


def cell(number: int, **more: object) -> dict:
    made = {"number": number, "id": f"c{number}", "varies": False, "source": "x", "state": "passed", "seconds": 1.0}
    return made | {"error": None, "tables": [], "checks": [], "pictures": [], "texts": []} | more


@pytest.fixture
def report() -> dict:
    table = {"title": "", "columns": ["url", "service"], "rows": [["/a", "a-svc"], ["/b", "b-svc"]]}
    check = {"exercise": "07.1", "solved": False, "why": "not yet"}
    cells = [cell(1, tables=[table]), cell(2, checks=[check]), cell(3, varies=True, texts=["12 ms"])]
    notebook = {"name": "07_url_mapping", "state": "passed", "seconds": 3.0, "cells": cells}
    return {
        "schema": "ingress-lab/report/2", "started": "2026-03-01T12:00:00+00:00", "passed": True, "seconds": 3.0,
        "cluster": {"name": "local", "entry": "http://127.0.0.1:8080"}, "versions": {"pandas": "3.0"},
        "manifests": {"manifests/a.yaml": "0123"}, "notebooks": [notebook],
    }  # fmt: skip


def test_the_same_run_again_is_no_change(report: dict) -> None:
    again = copy.deepcopy(report)
    again["started"], again["seconds"], again["cluster"]["entry"] = "2026-03-02T12:00:00+00:00", 9.0, "elsewhere"
    again["notebooks"][0]["cells"][2]["texts"] = ["13 ms"]
    again["notebooks"][0]["cells"][0]["seconds"] = 5.0
    assert changes(report, again) == []


def test_one_changed_manifest_and_what_it_did(report: dict) -> None:
    now = copy.deepcopy(report)
    now["manifests"]["manifests/a.yaml"] = "4567"
    now["notebooks"][0]["cells"][0]["tables"][0]["rows"][1] = ["/b", "404"]
    assert changes(report, now) == [
        Change("manifests/a.yaml", "manifest", "0123", "4567"),
        Change("07_url_mapping, c1", "tables", "/b | b-svc", "/b | 404"),
    ]


def test_cells_that_come_go_and_fail(report: dict) -> None:
    now = copy.deepcopy(report)
    cells = now["notebooks"][0]["cells"]
    cells[1] = cell(2, state="failed", checks=cells[1]["checks"])
    cells[2] = cell(4, texts=["new"])
    assert [(c.where, c.what) for c in changes(report, now)] == [
        ("07_url_mapping, c2", "state"), ("07_url_mapping, c4", "cell"), ("07_url_mapping, c3", "cell"),
    ]  # fmt: skip


def test_of_a_long_text_only_the_lines_that_differ(report: dict) -> None:
    now = copy.deepcopy(report)
    report["notebooks"][0]["cells"][1]["texts"] = ["one\ntwo\nthree"]
    now["notebooks"][0]["cells"][1]["texts"] = ["one\n2\nthree"]
    assert changes(report, now) == [Change("07_url_mapping, c2", "texts", "two", "2")]


def test_what_is_no_report_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="is no report"):
        against.read(tmp_path)
    (tmp_path / "report.json").write_text('{"schema": "other"}')
    with pytest.raises(BadArgument, match="names no schema"):
        against.read(tmp_path)


def test_an_overview_of_many(report: dict, tmp_path: Path) -> None:
    for name, passed in (("red", True), ("blue", False)):
        (tmp_path / name).mkdir()
        made = copy.deepcopy(report) | {"passed": passed}
        (tmp_path / name / "report.json").write_text(json.dumps(made))
    text = merge(tmp_path).read_text()
    assert "2 reports, 1 passed" in text
    assert "| red | 2026-03-01T12:00 | passed 0/1 |" in text
    with pytest.raises(BadArgument, match=r"there is no report\.json"):
        merge(tmp_path / "red" / "nothing")


def test_no_browser_no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(LabError, match="no Chromium"):
        pdf.browser()
