"""The template of a new notebook keeps to the form of the series, and runs as it is."""

from pathlib import Path

import nbformat
import pytest
from labtools.authoring import template
from labtools.authoring.running import store_outputs
from labcore.errors import BadArgument
from loopkube.cluster import ClusterInfo

from . import test_form as form

FORM = [name for name in dir(form) if name.startswith("test_") and not name.startswith("test_korean")]
AFTER_A_RUN = {"test_outputs_are_stored_from_one_run", "test_only_expected_failures"}


@pytest.fixture
def made(tmp_path: Path) -> Path:
    (tmp_path / "en").mkdir()
    return template.make("98_new_topic", tmp_path / "en")


@pytest.mark.parametrize("name", sorted(set(FORM) - AFTER_A_RUN))
def test_its_form(name: str, made: Path) -> None:
    getattr(form, name)(made)


def test_it_runs_and_then_keeps_to_the_rest_of_the_form(made: Path, cluster: ClusterInfo) -> None:
    store_outputs(made)
    for name in AFTER_A_RUN:
        getattr(form, name)(made)
    code = [cell for cell in nbformat.read(made, as_version=4).cells if cell.cell_type == "code"]
    assert all(cell.outputs for cell in code if cell.id in ("setup", "r1-run", "ex1-work", "ex2-work", "ex3-work"))


@pytest.mark.parametrize("name", ["topic", "7_topic", "98_New", "../98_topic", "98_new_topic"])
def test_a_name_that_cannot_be_or_is_taken_is_refused(name: str, made: Path) -> None:
    with pytest.raises(BadArgument):
        template.make(name, made.parent)
