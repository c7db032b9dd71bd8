"""Each notebook in another language: the same cells, tags and code, prose that is up to date, outputs in its language."""

import functools
import re
from pathlib import Path

import pytest
from labcore.language import choice
from labtools.workspace import series
from labtools.authoring import phrases
from labtools.authoring.translating import differences, read
from labcore.language.choice import SOURCE

from .notebooks import PATHS, cells, label, spoken, texts

ENGLISH = [path for path in PATHS if spoken(path) == SOURCE]
OTHERS = [path for path in PATHS if spoken(path) != SOURCE]
LETTERS = 12  # an English phrase with fewer of them may stand in an output by chance


@pytest.mark.parametrize("name", choice.LANGUAGES[1:])
@pytest.mark.parametrize("path", ENGLISH, ids=label)
def test_twins(path: Path, name: str) -> None:
    """`python -m labtools.authoring sync` brings code over and lists the prose to write."""
    twin = series.twin(path, name)
    assert twin.exists(), f"{label(twin)} is missing"
    assert differences(read(path), read(twin)) == []


@pytest.mark.parametrize("path", OTHERS, ids=label)
def test_no_notebook_without_its_english_twin(path: Path) -> None:
    assert series.twin(path, SOURCE).exists()


@functools.cache
def english_phrases(name: str) -> list[tuple[str, re.Pattern[str]]]:
    """The English of every phrase that has other words in this language, with anything for its values.

    Each with its longest part as it stands, which a text is asked for first: that is quick.
    """
    known = []
    for message in phrases.read(choice.file(name)):
        words = str(message.id or "")
        parts = re.split(r"\{[a-z_]+\}", words)
        if message.string != message.id and " " in words and sum(map(len, parts)) >= LETTERS:
            known.append((max(parts, key=len), re.compile(".+?".join(map(re.escape, parts)))))
    return known


@pytest.mark.parametrize("path", OTHERS, ids=label)
def test_outputs_are_in_the_notebooks_language(path: Path) -> None:
    """Words of the notebook's own code aside: the options of a prediction are what the learner types."""
    code = "\n".join(cell.source for cell in cells(path, "code"))
    known = [(part, pattern) for part, pattern in english_phrases(spoken(path)) if not pattern.search(code)]
    for cell in cells(path, "code"):
        printed = {output.text for output in cell.outputs if output.output_type == "stream"}  # files, with their comments
        for text in texts(cell):
            if text not in printed and not text.startswith("{"):  # data of a table or check stays as it is
                prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
                left = [pattern.pattern for part, pattern in known if part in prose and pattern.search(prose)]
                assert left == [], cell.id
