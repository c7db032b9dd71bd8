"""Two reports compared: what changed is named, and nothing else; and a browser that is not there."""

import copy
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from labcore.errors import BadArgument, LabError
from labtools.report import against, pdf
from labtools.report.against import Change, changes
from labtools.report.record import FAILED

A = '{"path": "/a", "backend": {"service": {"name": "a-svc"}}}'
PATH_A = "          - {path: /a, backend: {service: {name: a-svc}}}\n"
MANIFEST = f"""
kind: Ingress
apiVersion: networking.k8s.io/v1
metadata: {{name: web}}
spec:
  rules:
    - http:
        paths:
{PATH_A}
          - {{path: /b, backend: {{service: {{name: b-svc}}}}}}
---
# two
kind: Deployment
apiVersion: apps/v1
metadata:
  name: b
spec:
  replicas: 2
"""


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
        "schema": "ingress-lab/report/4", "started": "2026-03-01T12:00:00+00:00", "passed": True, "seconds": 3.0,
        "cluster": {"name": "local", "entry": "http://127.0.0.1:8080"}, "versions": {"pandas": "3.0"},
        "manifests": {"manifests/a.yaml": "0123"}, "files": {"0123": MANIFEST}, "notebooks": [notebook],
    }  # fmt: skip


def test_the_same_run_again_is_no_change(report: dict) -> None:
    again = copy.deepcopy(report)
    again["started"], again["seconds"], again["cluster"]["entry"] = "2026-03-02T12:00:00+00:00", 9.0, "elsewhere"
    again["notebooks"][0]["cells"][2]["texts"] = ["13 ms"]
    again["notebooks"][0]["cells"][0]["seconds"] = 5.0
    assert changes(report, again) == []


def changed_to(report: dict, text: str) -> dict:
    now = copy.deepcopy(report)
    now["manifests"]["manifests/a.yaml"], now["files"] = "4567", {"4567": text}
    return now


def test_one_changed_manifest_and_what_it_did(report: dict) -> None:
    now = changed_to(report, MANIFEST.replace("name: b-svc", "name: c-svc"))
    now["notebooks"][0]["cells"][0]["tables"][0]["rows"][1] = ["/b", "c-svc"]
    field = "Ingress/web spec.rules[0].http.paths[1].backend.service.name"
    assert changes(report, now) == [
        Change("manifests/a.yaml", field, "b-svc", "c-svc"),
        Change("07_url_mapping, cell 1 (c1)", "table", "/b: service b-svc", "/b: service c-svc"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("replicas: 2", "replicas: 3", [("Deployment/b spec.replicas", "2", "3")]),
        ("name: b\n", "name: b\n  labels: {app: x}\n", [("Deployment/b metadata.labels", "-", '{"app": "x"}')]),
        ("name: b\n", "name: c\n", [("Deployment/b", "there", "-"), ("Deployment/c", "-", "there")]),
        ("# two\n", "# 2\n", [("lines", "# two", "# 2")]),
        ("replicas: 2", "replicas: {", [("lines", "replicas: 2", "replicas: {")]),
        (PATH_A, "", [("Ingress/web spec.rules[0].http.paths[0]", A, "-")]),
    ],
)
def test_what_of_a_manifest_changed(report: dict, old: str, new: str, found: list[tuple[str, str, str]]) -> None:
    after = MANIFEST.replace(old, new)
    assert after != report["files"]["0123"]
    assert [change[1:] for change in changes(report, changed_to(report, after))] == found


def test_a_file_that_came_went_or_is_known_by_its_digest_alone(report: dict) -> None:
    now = copy.deepcopy(report)
    now["manifests"] = {"manifests/b.py": "89ab"}
    assert changes(report, now) == [
        Change("manifests/a.yaml", "file", "there", "-"), Change("manifests/b.py", "file", "-", "there"),
    ]  # fmt: skip
    now = changed_to(report, MANIFEST)
    del now["files"]
    assert changes(report, now) == [Change("manifests/a.yaml", "file", "0123", "4567")]


def test_fewer_notebooks_do_not_make_files_go(report: dict) -> None:
    now = copy.deepcopy(report)
    now["manifests"], now["notebooks"] = {}, []
    assert changes(report, now) == []


def test_rows_that_are_others_are_shown_whole(report: dict) -> None:
    now = copy.deepcopy(report)
    now["notebooks"][0]["cells"][0]["tables"][0]["rows"] = [["/a", "a-svc"], ["/c", None]]
    assert [c[1:] for c in changes(report, now)] == [("table", "/b | b-svc", "/c | -")]


def test_checks_and_errors_in_words(report: dict) -> None:
    now = copy.deepcopy(report)
    one = now["notebooks"][0]["cells"][1]
    one["checks"], one["error"] = [{"exercise": "07.1", "solved": True, "why": "b"}], {"name": "E", "message": "m"}
    seen = [c[1:] for c in changes(report, now)]
    assert seen == [("check", "07.1 not yet: not yet", "07.1 solved: b"), ("error", "-", "E: m")]


def test_of_two_languages_words_are_not_compared(report: dict) -> None:
    report["language"] = "en"
    report["notebooks"][0]["cells"][1]["texts"] = ["a hint"]
    now = copy.deepcopy(report) | {"language": "ko"}
    now["notebooks"][0]["cells"][1] |= {"texts": ["귀띔"], "pictures": ["지도"]}
    now["notebooks"][0]["cells"][1]["checks"][0]["why"] = "까닭"
    now["notebooks"][0]["cells"][0]["tables"][0]["rows"][1] = ["/b", "c-svc"]
    assert changes(report, now) == [
        Change("reports", "language; words are not compared", "en", "ko"),
        Change("07_url_mapping, cell 1 (c1)", "table", "/b: service b-svc", "/b: service c-svc"),
    ]
    now["notebooks"][0]["cells"][1]["checks"][0]["solved"] = True
    assert changes(report, now)[-1][1:] == ("check", "07.1 not yet: not yet", "07.1 solved: 까닭")


def test_the_words_are_the_readers(report: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    now = copy.deepcopy(report)
    now["notebooks"][0]["cells"][0]["tables"][0]["rows"][1] = ["/b", "c-svc"]
    now["notebooks"][0]["cells"][1]["state"] = FAILED  # a phrase, as long as the report has not been written
    monkeypatch.setenv("INGRESS_LAB_LANG", "ko")
    found = changes(report, now)
    assert found[1].after == "failed"
    assert [[str(part) for part in change] for change in found] == [
        ["07_url_mapping, 셀 1 (c1)", "표", "/b: Service b-svc", "/b: Service c-svc"],
        ["07_url_mapping, 셀 2 (c2)", "상태", "통과", "실패"],
    ]


def test_cells_that_come_go_and_fail(report: dict) -> None:
    now = copy.deepcopy(report)
    cells = now["notebooks"][0]["cells"]
    cells[1] = cell(2, state="failed", checks=cells[1]["checks"])
    cells[2] = cell(4, texts=["new"])
    assert [(c.where, c.what) for c in changes(report, now)] == [
        ("07_url_mapping, cell 2 (c2)", "state"), ("07_url_mapping, cell 4 (c4)", "cell"),
        ("07_url_mapping, cell 3 (c3)", "cell"),
    ]  # fmt: skip


def test_a_notebook_that_was_left_out_has_no_outputs_to_compare(report: dict) -> None:
    now = copy.deepcopy(report)
    now["notebooks"][0] |= {"state": "left out", "cells": []}
    assert changes(report, now) == [Change("07_url_mapping", "notebook", "passed", "left out")]
    assert changes(now, now) == []


def test_of_a_long_text_only_the_lines_that_differ(report: dict) -> None:
    now = copy.deepcopy(report)
    report["notebooks"][0]["cells"][1]["texts"] = ["one\ntwo\nthree"]
    now["notebooks"][0]["cells"][1]["texts"] = ["one\n2\nthree"]
    assert changes(report, now) == [Change("07_url_mapping, cell 2 (c2)", "printed", "two", "2")]


def test_what_is_no_report_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="there is no report at"):
        against.read(tmp_path)
    (tmp_path / "report.json").write_text('{"schema": "other"}')
    with pytest.raises(BadArgument, match="names no schema"):
        against.read(tmp_path)


def test_no_browser_no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(LabError, match="no Chromium"):
        pdf.browser()


def test_ctrl_c_ends_the_browser_and_all_that_it_has_started(tmp_path: Path) -> None:
    """A shell's background programs ignore Ctrl-C, as a stubborn renderer would."""
    browser, began = tmp_path / "chromium", tmp_path / "began"
    browser.write_text(f"#!/bin/sh\nsleep 600 &\necho $! > {began}.new && mv {began}.new {began}\nwait\n")
    browser.chmod(0o755)
    code = f"from pathlib import Path\nfrom labtools.report.pdf import print_page\nprint_page(Path({str(began)!r}))"
    printing = subprocess.Popen(
        [sys.executable, "-c", code], env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 30
    while not began.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    renderer = psutil.Process(int(began.read_text()))
    os.killpg(printing.pid, signal.SIGINT)
    printing.wait(10)
    _, left = psutil.wait_procs([renderer], timeout=5)
    assert left == []
