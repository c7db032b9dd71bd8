"""What "Writing a notebook" (CONTRIBUTING.md) asks of the notebooks that are listed as rewritten."""

import re
from pathlib import Path

import pytest
from labcore.language.choice import SOURCE
from labtools.authoring import claims, commands
from labtools.workspace import series

from .notebooks import FOLDER, NEW, cells, label, prose_of, spoken

every_rewritten = pytest.mark.parametrize("path", NEW, ids=label)
WORDS = {
    "en": {"before": "Previous", "after": "Next", "glossary": "Glossary"},
    "ko": {"before": "이전", "after": "다음", "glossary": "용어집"},
}
GLOSSARIES = {"en": "../../docs/glossary.md", "ko": "../../docs/glossary.ko.md"}


def titles(path: Path) -> list[str]:
    found = [line for cell in cells(path, "markdown") for line in cell.source.splitlines() if line.startswith("## ")]
    return [title.removeprefix("## ") for title in found]


@pytest.mark.parametrize("path", [path for path in NEW if spoken(path) == SOURCE], ids=label)
def test_every_sentence_on_a_program_rests_on_a_cell(path: Path) -> None:
    assert claims.problems(path) == []


@every_rewritten
def test_commands_come_first(path: Path) -> None:
    assert commands.problems(path) == []


@every_rewritten
def test_rounds_and_exercises_have_telling_titles(path: Path) -> None:
    spoken_in, number = spoken(path), path.stem[:2]
    rounds = [title for title in titles(path) if title.startswith(series.ROUND[spoken_in])]
    assert 3 <= len(rounds) <= 5 and all(re.fullmatch(r"\S+ \d - \S.*", title) for title in rounds), rounds
    exercises = [title for title in titles(path) if title.startswith(series.EXERCISE[spoken_in])]
    named = [re.match(r"\S+ (\d\d\.\d) - \S", title) for title in exercises]
    assert [found and found[1] for found in named] == [f"{number}.{n}" for n in (1, 2, 3)]


@every_rewritten
def test_it_says_what_one_would_type_on_a_real_cluster(path: Path) -> None:
    (said,) = [cell.source for cell in cells(path, "markdown") if f"## {series.REAL_CLUSTER[spoken(path)]}" in cell.source]
    (block,) = re.findall(r"^```\w*\n(.*?)^```$", said, re.MULTILINE | re.DOTALL)
    assert 3 <= len(block.splitlines()) <= 7
    order = [titles(path).index(title) for title in (series.SECTIONS[spoken(path)][-2], series.REAL_CLUSTER[spoken(path)])]
    assert order == sorted(order)


@every_rewritten
def test_the_last_cell_leads_on(path: Path) -> None:
    last, words = cells(path)[-1], WORDS[spoken(path)]
    links = dict(re.findall(r"(\w+): \[[^]]+\]\(([^)]+)\)", last.source))
    before, after = series.neighbours(path)
    wanted = {words["before"]: before and before.name, words["after"]: after and after.name}
    assert (last.id, links) == ("way", {word: name for word, name in wanted.items() if name})
    assert f"[{words['glossary']}]({GLOSSARIES[spoken(path)]})" in last.source


@every_rewritten
def test_terms_lead_to_the_glossary_and_subjects_to_their_reference(path: Path) -> None:
    text = "\n".join(prose_of(cell) for cell in cells(path, "markdown"))
    named = re.findall(rf"\]\({re.escape(GLOSSARIES[spoken(path)])}#([^)]+)\)", text)
    assert len(named) >= 3 and set(named) <= anchors(path.parent / GLOSSARIES[spoken(path)])
    assert "](https://kubernetes.io/" in text


def anchors(glossary: Path) -> set[str]:
    """The terms of a glossary as links name them."""
    return {re.sub(r"[^\w -]", "", line[4:].lower()).replace(" ", "-") for line in lines(glossary) if line[:4] == "### "}


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def test_both_glossaries_have_the_same_terms_in_order() -> None:
    english, korean = (anchors(FOLDER.parent / "docs" / name) for name in ("glossary.md", "glossary.ko.md"))
    assert english == korean and len(english) >= 70
    terms = [line[4:].lower() for line in lines(FOLDER.parent / "docs" / "glossary.md") if line.startswith("### ")]
    assert terms == sorted(terms) and len(set(terms)) == len(terms)


def test_the_way_leads_through_the_whole_series() -> None:
    first = FOLDER / "en" / f"{series.FIRST}.ipynb"
    seen = [first]
    while (after := series.neighbours(seen[-1])[1]) and len(seen) < 99:
        assert series.neighbours(after)[0] == seen[-1]
        seen.append(after)
    beside = [path for path in series.notebooks(SOURCE) if path not in seen]
    assert [path.name[:2] for path in beside] == ["08"]
    assert series.neighbours(beside[0])[0].name.startswith("07")  # type: ignore[union-attr]
