"""`lab explain` without a cluster."""

from pathlib import Path

import pytest
from ingress_lab import explain
from ingress_lab.lab import Lab
from labcore.errors import BadArgument
from labtools import cli


def test_nothing_runs_nothing_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setenv("INGRESS_LAB_HOME", str(tmp_path))
    assert cli.main(["explain", "http://a.com/"]) == 1
    assert "`lab up` starts it" in capsys.readouterr().err


def test_explain_wants_a_lab(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Lab, "current", None)
    with pytest.raises(BadArgument, match="no cluster is connected yet"):
        explain("http://a.com/")
