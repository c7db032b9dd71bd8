"""Fixtures of the lab's packages, for their conftest files: nobody's settings, and a state folder of a test's own."""

import os
from pathlib import Path

import pytest

__all__ = ["state", "without_a_persons_settings"]

CLUSTER = "INGRESS_LAB_HOME"
"""The one that the session's cluster sets for those that ask for it."""


@pytest.fixture(autouse=True)
def without_a_persons_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a person has exported for the lab (ports, a language, a cluster, patience) has no say in these tests."""
    for name in [name for name in os.environ if name.startswith("INGRESS_LAB_") and name != CLUSTER]:
        monkeypatch.delenv(name)


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The lab's state folder."""
    folder = tmp_path / "state"
    monkeypatch.setenv("INGRESS_LAB_HOME", str(folder))
    return folder
