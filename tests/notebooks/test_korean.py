"""The Korean notebooks read as Korean: none of the words that are not written, no half-English sentence, noun titles."""

import re
from pathlib import Path

import pytest
from labtools.authoring.korean import prose
from shared.korean import forbidden

from .notebooks import PATHS, cells, label, prose_of, spoken

KOREAN = [path for path in PATHS if spoken(path) == "ko"]
every_korean = pytest.mark.parametrize("path", KOREAN, ids=label)
HANGUL = re.compile("[가-힣]")
SET_APART = re.compile(r"\*[^*\n]+\*|\([^()]*\)|'[^'\n]*'|\"[^\"\n]*\"|`")
"""Names and words that a sentence quotes or explains: *Not Found*, (service unavailable)."""
ENGLISH = re.compile(
    r"\b(?:the|an?|this|that|these|is|are|was|of|to|in|on|for|and|or|not|no|with|from|by|its?|has|have|can|when|if)\b"
)
SENTENCE_END = re.compile(r"(?:다|까요?|[는은인]가|나요|지요|[을할될]지)$|[?.]$")


def half_english(text: str) -> list[str]:
    """Sentences where English words that only join others stand in Korean, and lines without a Korean word."""
    found = []
    for line in prose(text).splitlines():
        read = SET_APART.sub(" ", line)
        words = re.findall(r"[A-Za-z]+", read)
        if ENGLISH.search(read) or (len(words) > 5 and not HANGUL.search(read)):
            found.append(line)
    return found


@pytest.mark.parametrize(
    "text",
    ["this cluster에 그런 이름이 없습니다.", "Pod가 is ready입니다.", "A request goes to the Pod of a Service."],
)
def test_half_english_sentences_are_found(text: str) -> None:
    assert half_english(text) == [text]


@pytest.mark.parametrize("text", ["503(the service is unavailable)입니다.", "*Not Found*입니다. `a is b`", "Gateway API"])
def test_names_and_quotations_may_be_english(text: str) -> None:
    assert half_english(text) == []


@every_korean
def test_no_forbidden_words(path: Path) -> None:
    found = {cell.id: list(forbidden(cell.source)) for cell in cells(path, "markdown")}
    assert {name: lines for name, lines in found.items() if lines} == {}


@every_korean
def test_no_half_english_sentences(path: Path) -> None:
    found = {cell.id: half_english(prose_of(cell)) for cell in cells(path, "markdown")}
    assert {name: lines for name, lines in found.items() if lines} == {}


@every_korean
def test_titles_are_noun_phrases(path: Path) -> None:
    lines = [line for cell in cells(path, "markdown") for line in prose(cell.source).splitlines() if line[:1] == "#"]
    titles = [line.lstrip("# ").partition(" - ")[2] or line.lstrip("# ") for line in lines]
    assert [title for title in titles if SENTENCE_END.search(title)] == []
