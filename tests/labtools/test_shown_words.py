"""Words that notebooks show: labels of rows and comments of manifests, English to code, Korean to a Korean reader."""

import io
import re
import sys
from pathlib import Path

import labtools
import pytest
from ingress_lab import compare, plain_table, predict
from ingress_lab.http.answers import Answer, Answers
from ingress_lab.kube import commands
from ingress_lab.lessons import exercises
from labcore.language import choice
from labcore.language.comments import commented
from labcore.language.messages import phrase
from labtools.authoring import shown
from labtools.workspace import series

_NO_WORDS = ("kubectl ", "[end]")
"""What begins a comment that is no sentence: a command to type, the end of a part of notebook 16's controller."""
_HANGUL = re.compile("[가-힣]")


@pytest.fixture
def korean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(choice.VARIABLE, "ko")


def test_labels_are_what_a_cell_gives_to_rows_and_columns() -> None:
    source = """
!kubectl get pods
marks = {"power cut": 1.0, "noticed": 2.0}
pictures.loss_timeline(lab, "pod/asker", marks)
guess = predict({"http://a.example.com/ b": "", "ready endpoints": "", "hello-svc": "", "X-Real-Ip": ""}, options=int)
compare(guess, {"ready endpoints": 3})
plain_table([["x y"]], ["priority"])
other = {"not a label": 1}
"""
    assert shown.labels(source) == {"power cut", "noticed", "ready endpoints", "priority"}


def test_every_notebook_gives_words() -> None:
    """So that a label or a comment cannot fall out of the catalogue unseen."""
    found: dict[str, set[str]] = {}
    for name, words in shown.words():
        found.setdefault(name, set()).add(words)
    files = {"labexercises/solutions", "labtools/migrate/annotations.yaml"}
    assert set(found) == {f"notebooks/en/{path.name}" for path in series.notebooks("en")} | files
    assert "the ingress controller asks for a node with this label" in found["notebooks/en/04_cluster_setup.ipynb"]
    assert "nodes with mapped ports" in found["notebooks/en/04_cluster_setup.ipynb"]


def test_a_solution_has_its_comments_in_the_readers_words(korean: None) -> None:
    for name in exercises.ALL:
        lines = str(exercises.solution(name)).splitlines()
        said = [line for line in lines if "# " in line and not line.lstrip("# ").startswith(_NO_WORDS)]
        assert [line for line in said if not _HANGUL.search(line)] == [], name


def test_a_page_has_no_words_of_its_own() -> None:
    """Each is handed to it, or marked as a phrase."""
    for page in sorted(Path(labtools.__file__).parent.rglob("*.j2")):
        bare = re.sub(r"<style>.*?</style>|<[^>]*>|\{[{%#].*?[}%#]\}", " ", page.read_text("utf-8"), flags=re.DOTALL)
        assert re.findall(r"\w\w+", bare) == [], page.name


def test_a_prediction_shows_the_readers_words_and_keeps_its_keys(korean: None) -> None:
    guess = predict({"ready endpoints": "3", "one kept connection": ""}, about="experiment", options="3, one Pod")
    seen = compare(guess, {"ready endpoints": 3, "one kept connection": "one Pod"})
    assert list(guess) == list(seen["experiment"]) == ["ready endpoints", "one kept connection"]
    assert "준비된 엔드포인트" in str(seen) and "ready" not in str(seen) and "유지한 연결 하나" in seen._repr_html_()
    options = {"ready endpoints": "3, 4", "one kept connection": "one Pod"}
    asked = str(predict(guess, about="experiment", options=options))
    assert "준비된 엔드포인트: " in asked and "ready endpoints" not in asked


def test_an_error_is_judged_by_its_option_and_shown_in_the_readers_words(korean: None) -> None:
    answers = Answers([Answer("http://a/", 0, error=phrase("connection refused"))])
    assert "연결이 거부됨" in str(answers) and answers[0].error == "connection refused"
    foreseen = compare(predict({"http://a/": "connection refused"}, options="connection refused, 404"), answers)
    assert "✓ 맞음" in str(foreseen) and "연결이 거부됨" not in str(foreseen)
    assert "연결이 거부됨" in str(compare({"http://a/": "404"}, answers))


def test_headings_of_a_table_are_the_readers(korean: None) -> None:
    made = plain_table([[1, "a"]], ["priority", "mine"])
    assert list(made.columns) == ["priority", "mine"] and str(made).split() == ["우선순위", "mine", "1", "a"]


def test_comments_of_manifests_are_shown_in_the_readers_words(korean: None, monkeypatch: pytest.MonkeyPatch) -> None:
    line = "    - role: worker   # two nodes for the applications; without label and mapping"
    assert commented(line) == "    - role: worker   # 애플리케이션용 노드 두 개. 레이블과 포트 매핑이 없어"
    same = "# serviceName: a\nurl: http://a/#no\n# BEGIN ingress-lab (lab hosts remove)\n"
    assert commented(same) == same
    written = io.StringIO()
    monkeypatch.setattr(sys, "stdout", written)
    commands.run("printf '# A stopped node.\\nx'")
    assert written.getvalue().endswith("# 멈춘 노드.\nx\n")
    monkeypatch.setenv(choice.VARIABLE, "en")
    assert commented(line) == line
