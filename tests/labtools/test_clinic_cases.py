"""What a case gives away: nothing by its program, its ports, or the words of its diagnoses; its way can be walked."""

import ast
import re
from itertools import chain

import pytest
from labtools.clinic import draw, registry
from labtools.clinic.case import Case, Scene
from labtools.clinic.objects import program

CASES = registry.every()
NAMED = re.compile(r"(?:-l app=|deployment/|\bdeployment )([a-z-]+)")


def scenes(case: Case) -> list[Scene]:
    return [case.scene(draw.Draw(case.name, seed)) for seed in range(1, 6)]


def test_the_program_in_a_case_says_nothing_of_other_cases() -> None:
    (text,) = program()["data"].values()
    assert text.startswith("import json\n") and ast.get_docstring(ast.parse(text)) is None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_diagnosis_stands_out(case: Case) -> None:
    right, *others = map(str, case.diagnoses)
    assert len(right) <= 1.5 * max(map(len, others))
    assert not any("(" in words for words in (right, *others))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_where_a_case_has_its_own_controller_each_is_told_apart(case: Case) -> None:
    own = any(obj["kind"] == "Role" for obj in scenes(case)[0].healthy)
    words = [re.sub(r"team's own controller|no controller", "", str(each)) for each in case.diagnoses]
    assert not own or not any("controller" in each for each in words)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_applications_of_every_case_listen_at_the_same_few_ports(case: Case) -> None:
    specs = [o["spec"]["template"]["spec"] for o in scenes(case)[0].broken if o["kind"] == "Deployment"]
    containers = [c for c in chain(*(spec["containers"] for spec in specs)) if c["name"] == "app"]
    assert containers and {port["containerPort"] for c in containers for port in c["ports"]} <= set(draw._PORTS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_step_names_what_was_found_before(case: Case) -> None:
    for scene in scenes(case):
        known = " ".join([str(scene.symptom), *(each.shown for each in scene.asks if each.sick)])
        for step in scene.path:
            for name in NAMED.findall(step.command):
                assert re.search(rf"\b{name}\b", known), f"{step.command}: nothing named {name} before"
            known += f" {step.question} {step.shows}"
