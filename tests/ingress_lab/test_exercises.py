"""How exercises are named, whose notebook they belong to, and what a check says of a rule that is not followed."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import labexercises
import pytest
from fake_api import FakeApi
from ingress_lab.lab import Lab
from ingress_lab.lessons import exercises
from ingress_lab.lessons.exercises.exercise import Result, first_elsewhere
from labcore.errors import BadArgument, UnknownName
from labcore.machine import paths
from labtools.workspace import series
from stand_in import StandIn, running

INGRESSES = "/apis/networking.k8s.io/v1/namespaces/ns/ingresses"
URL = "http://shop.example.com/nobody"


@pytest.fixture
def server() -> Iterator[StandIn]:
    with running() as stand_in:
        yield stand_in


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
def lab(api: FakeApi, server: StandIn) -> Lab:
    return Lab(api, "ns", server.entry)


@pytest.mark.parametrize("name", ["07.1", "7.1", " 07.1 ", 7.1])
def test_an_exercise_is_found_by_its_number_as_a_learner_writes_it(name: str) -> None:
    assert exercises.find(name).name == "07.1"


def test_a_number_of_no_exercise_is_named_in_full() -> None:
    with pytest.raises(UnknownName, match=r'there is no exercise "00\.9"; the nearest is "0'):
        exercises.find("0.9")


@pytest.mark.parametrize("number", [2, "2"])
def test_a_hint_by_its_number(number: int | str) -> None:
    assert exercises.hint("07.1", number).markdown.startswith(exercises.ALL["07.1"].hints[1])


@pytest.mark.parametrize("number", [0, -1, 4, "x"])
def test_a_hint_that_is_not_there(number: int) -> None:
    with pytest.raises(BadArgument, match=r"exercise 07\.1 has hints 1 to 3, not"):
        exercises.hint("7.1", number)


def test_the_namespaces_are_those_of_the_notebooks() -> None:
    for notebook in series.notebooks("en"):
        cells = json.loads(notebook.read_text())["cells"]
        source = "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        assert f'lab = Lab.connect("{exercises.NAMESPACES[notebook.name[:2]]}"' in source


def test_a_setup_does_not_show_its_fault() -> None:
    """What 09.3 has typed wrongly stands in a file, which its setup reads."""
    wrong, _ = (paths.project() / "manifests" / "tls" / "broken" / "renewed.txt").read_text().splitlines()
    for language in ("en", "ko"):
        assert all(wrong.split()[1] not in path.read_text() for path in series.notebooks(language))


NEW = """
from ingress_lab.lessons.exercises.exercise import Exercise

NAMESPACE = "new-topic"
EXERCISES = (Exercise("98.1", lambda lab: "", "it is there", ("a hint",), ("kind: Service",)),)
"""


def test_exercises_of_a_new_notebook_are_one_new_module(tmp_path: Path) -> None:
    package = shutil.copytree(Path(labexercises.__file__).parent, tmp_path / "labexercises")
    (package / "notebook_98.py").write_text(NEW)
    code = "from ingress_lab.lessons import exercises as e; print(*e.ALL); print(e.NAMESPACES['98'])"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [*exercises.ALL, "98.1", "new-topic"]


def test_the_exercises_of_the_series_stand_in_its_order_and_carry_the_numbers_of_their_notebooks() -> None:
    assert list(exercises.ALL) == sorted(exercises.ALL)
    assert list(exercises.NAMESPACES) == [notebook.name[:2] for notebook in series.notebooks("en")]
    assert {name.partition(".")[0] for name in exercises.ALL} == set(exercises.NAMESPACES)


def test_a_check_in_the_wrong_notebook_says_where_it_belongs(api: FakeApi, server: StandIn) -> None:
    with pytest.raises(BadArgument, match=r"exercise 07\.1 belongs to notebook 07.*url-mapping; this lab works in tls"):
        Lab(api, "tls", server.entry).check("07.1")


def test_the_check_says_what_is_not_yet_so_and_leaves_why_to_the_hints(api: FakeApi, lab: Lab) -> None:
    backend = {"service": {"name": "shp-svc", "port": {"number": 80}}}
    paths = [{"path": "/", "pathType": "Prefix", "backend": backend}]
    spec = {"ingressClassName": "nobody", "rules": [{"host": "shop.example.com", "http": {"paths": paths}}]}
    expected = f"{URL} should get the Service shop-svc; it got 404."
    assert first_elsewhere(lab, {URL: "shop-svc"}) == expected
    api.put(f"{INGRESSES}/shop", {"metadata": {"name": "shop"}, "spec": spec})
    assert first_elsewhere(lab, {URL: "shop-svc"}) == expected


@pytest.mark.parametrize(("solved", "sign", "colour"), [(True, "✓ solved", "#1a7f37"), (False, "✗ not yet", "#b3261e")])
def test_a_verdict_has_a_sign_a_word_and_a_colour(solved: bool, sign: str, colour: str) -> None:
    shown = Result("07.1", solved, "so it is.")._repr_mimebundle_()["text/html"]
    assert f"{sign}</span>" in shown and f"background:{colour}" in shown


def test_a_page_that_should_not_be_there_gets_no_advice(lab: Lab) -> None:
    url = "http://shop.example.com/"
    assert first_elsewhere(lab, {url: "404"}) == f"{url} should get status 404; it was answered by shop-svc."


def test_every_file_of_solutions_belongs_to_an_exercise() -> None:
    files = {path.read_text("utf-8") for path in (Path(labexercises.__file__).parent / "solutions").iterdir()}
    assert files and files <= {solution for one in exercises.ALL.values() for solution in one.solutions}
    assert all(one.solutions for one in exercises.ALL.values())
