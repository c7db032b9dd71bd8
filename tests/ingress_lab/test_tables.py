"""Tables show no index, carry their data, and read the same on every run."""

import pytest
from ingress_lab.display.tables import MIME, table
from ingress_lab.http.answers import Answer, Answers
from ingress_lab.kube.aliases import Aliases
from ingress_lab.kube.server_tables import event_rows, server_table
from labcore.errors import UnknownName
from labcore.kube.discovery import Resource

ANSWERS = Answers(
    [
        Answer("http://a.com/", 200, "a-svc", "a-1", visits=1),
        Answer("http://a.com/<b>", 404),
        Answer("http://b.com/", 200, "b-svc", "b-1", visits=1),
        Answer("http://a.com/", 200, "a-svc", "a-2", visits=1),
    ]
)


def test_text_and_html_without_index() -> None:
    made = table([{"url": "x", "status": 200}, {"url": "longer", "status": None}], ["url", "status"])
    assert repr(made) == "url     status\nx       200\nlonger  -"
    assert "<th>0</th>" not in made._repr_html_() and ">-</td>" in made._repr_html_()


def test_data_travels_along() -> None:
    data = ANSWERS.table("visits")._repr_mimebundle_()[MIME]
    assert data["columns"] == ["url", "status", "service", "visits"]
    assert data["rows"][0] == ["http://a.com/", 200, "a-svc", 1]
    assert data["rows"][1] == ["http://a.com/<b>", 404, "-", None]


def test_slices_stay_tables() -> None:
    assert MIME in ANSWERS.table().head(1)._repr_mimebundle_()


def test_markup_in_a_cell_is_text() -> None:
    assert "&lt;b&gt;" in ANSWERS._repr_html_()


def test_counts() -> None:
    assert repr(ANSWERS.count()).splitlines()[1:] == ["a-svc    2", "-        1", "b-svc    1"]


def test_an_unknown_column_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match='"visits"'):
        ANSWERS.table("visit")


def test_failures_show_why() -> None:
    assert "connection refused" in repr(Answers([Answer("http://a.com/", 0, error="connection refused")]))


PODS = Resource("", "v1", "Pod", "pods", "pod", True)
POD_META = {
    "name": "web-7c9d8b6f5-x2x7k",
    "generateName": "web-7c9d8b6f5-",
    "labels": {"pod-template-hash": "7c9d8b6f5"},
}
SERVER_TABLE = {
    "columnDefinitions": [
        {"name": "Name", "priority": 0},
        {"name": "Restarts", "priority": 0},
        {"name": "Age", "priority": 0},
        {"name": "IP", "priority": 1},
    ],
    "rows": [
        {
            "cells": ["web-7c9d8b6f5-x2x7k", "1 (5s ago)", "9s", "10.0.0.1"],
            "object": {"metadata": POD_META},
        },
        {"cells": ["abc", "0", "9s", "10.0.0.2"], "object": {"metadata": {"name": "abc"}}},
    ],
}


def test_server_tables_lose_what_differs_from_run_to_run() -> None:
    shown = server_table(SERVER_TABLE, PODS, Aliases(), wide=True)
    assert list(shown.columns) == ["name", "restarts", "ip"]
    assert shown.to_numpy().tolist() == [["abc", "0", "(address)"], ["web-1", "1", "(address)"]]


def test_raw_server_tables_keep_everything() -> None:
    shown = server_table(SERVER_TABLE, PODS, Aliases(), raw=True)
    assert shown.to_numpy().tolist()[0] == ["web-7c9d8b6f5-x2x7k", "1 (5s ago)", "9s"]


def test_events_are_grouped_by_object() -> None:
    def event(name: str, reason: str, moment: str) -> dict:
        about = {"kind": "Pod", "name": name}
        return {
            "metadata": {},
            "involvedObject": about,
            "type": "Normal",
            "reason": reason,
            "message": "on 10.0.0.1",
            "firstTimestamp": moment,
        }

    rows = event_rows([event("b", "Two", "2"), event("a", "Late", "9"), event("b", "One", "1")], Aliases())
    assert [(r["object"], r["reason"]) for r in rows] == [("pod/a", "Late"), ("pod/b", "One"), ("pod/b", "Two")]
    assert rows[0]["message"] == "on (address)"


def test_several_notes_are_a_list_below_the_table_and_no_formulas() -> None:
    made = table([{"url": "x"}], ["url"])
    made.attrs["note"] = "first\nrewrite-target: /$2, or <path>/$1"
    assert made._repr_html_().endswith(
        '<ul class="mathjax_ignore tex2jax_ignore"><li>first</li><li>rewrite-target: /$2, or &lt;path&gt;/$1</li></ul>'
    )
    assert repr(made).endswith("first\nrewrite-target: /$2, or <path>/$1")
