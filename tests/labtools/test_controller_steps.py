"""The learner's controller.py: what fills a gap, and what stays the learner's."""

import ast
import runpy
from pathlib import Path

import pytest
from labcore.errors import LabError, UnknownName
from labtools.controller import steps

ROOT = Path(__file__).parents[2]
MANIFESTS = ROOT / "manifests" / "write-a-controller"


def test_the_steps_in_their_order() -> None:
    assert steps.names() == [
        *("poll", "watch", "list", "gone", "level", "pods", "status", "lease", "order", "default"),
    ]


@pytest.mark.parametrize("step", steps.names())
def test_a_step_is_a_whole_program(step: str) -> None:
    ast.parse(steps.at(step))


def test_the_finished_controller_is_about_as_long_as_the_notebook_says() -> None:
    tree = ast.parse(steps.at("default"))
    lines = {n.lineno for n in ast.walk(tree) if isinstance(n, ast.stmt)}
    assert 80 <= len(lines) <= 100


def test_what_the_learner_has_written_stays() -> None:
    mine = steps.at("watch").replace("def order(route):\n    return 0", "def order(route):\n    return -len(route[1])")
    done = steps.fill(mine, "order")
    assert done.kept == ["order"]
    assert "return -len(route[1])" in done.text and "holderIdentity" in done.text


def test_a_file_that_is_further_is_not_taken_back() -> None:
    done = steps.fill(steps.at("pods"), "list")
    assert (done.text, done.filled, done.kept) == (steps.at("pods"), [], [])


def test_step_by_step_is_the_same_as_at_once() -> None:
    text = steps.at("poll")
    for step in steps.names():
        text = steps.fill(text, step).text
    assert text == steps.at("default")


def test_a_missing_line_and_an_unknown_step_are_named() -> None:
    with pytest.raises(LabError, match=r"`# \[follow\]` is missing"):
        steps.fill(steps.at("poll").replace("# [follow]", "#"), "watch")
    with pytest.raises(UnknownName, match="nearest"):
        steps.fill(steps.at("poll"), "wach")


def test_the_given_programs_in_the_manifests_are_those_of_the_folder() -> None:
    made = runpy.run_path(str(MANIFESTS / "make.py"))
    for proxy, target in made["TARGETS"].items():
        assert Path(target).read_text("utf-8") == made["config_map"](proxy), f"run {MANIFESTS / 'make.py'}"
