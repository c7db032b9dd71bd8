"""The notebooks for Colab: the same cells in both languages, and commands that there are."""

import re
from pathlib import Path

import nbformat
import pytest
from labtools import cli

DOCS = Path(__file__).parent.parent / "docs"
NAMES = {"en": "colab.ipynb", "ko": "colab.ko.ipynb"}


def code(language: str) -> list[str]:
    notebook = nbformat.read(DOCS / NAMES[language], as_version=4)
    nbformat.validate(notebook)
    assert not any(cell.get("outputs") for cell in notebook.cells)
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def test_both_languages_run_the_same_but_for_the_language() -> None:
    assert code("en")[0] == "%env INGRESS_LAB_LANG=en" and code("ko")[0] == "%env INGRESS_LAB_LANG=ko"
    assert code("en")[1:] == code("ko")[1:]


def test_its_commands_of_the_lab_can_be_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = re.findall(r"\.venv/bin/lab (.*)", "\n".join(code("en")))
    assert len(lines) > 5
    for line in lines:
        words = line.replace("{number}", "07").partition(" 2>")[0].split()
        assert cli._parser().parse_args(words).run


def test_what_it_applies_is_there() -> None:
    (folder,) = re.findall(r"kubectl apply -f (\S+)", "\n".join(code("en")))
    assert list((DOCS.parent / folder).glob("*.yaml"))
