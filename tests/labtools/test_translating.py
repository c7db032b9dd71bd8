"""Notebooks and their twins: what `sync` brings over, what it keeps, what it lists."""

import nbformat
import pytest
from labtools.authoring import prose
from labtools.authoring.translating import WRITTEN_FROM, accept, differences, older, synced, unwritten
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output


@pytest.fixture
def english() -> NotebookNode:
    shown = new_code_cell("1 + 1", id="sum", metadata={"tags": ["raises-exception"]}, execution_count=1)
    shown.outputs = [new_output("stream", text="two")]
    predict = new_markdown_cell("**Predict.** Two?", id="predict")
    return new_notebook(cells=[new_markdown_cell("# Title", id="title"), predict, shown])


@pytest.fixture
def korean(english: NotebookNode) -> NotebookNode:
    made = synced(english, None)
    prose.take(english, made, {"title": "# 제목", "predict": "**예상.** 둘일까요?"})
    return made


def test_a_new_twin_has_the_code_and_waits_for_prose(english: NotebookNode) -> None:
    made = synced(english, None)
    assert made.cells[2].source == "1 + 1" and made.cells[2].outputs == []
    assert made.cells[2].metadata.tags == ["raises-exception"]
    assert unwritten(made) == ["title", "predict"]
    assert differences(english, made) == ["title: not written yet", "predict: not written yet"]


def test_twins_differ_in_nothing(english: NotebookNode, korean: NotebookNode) -> None:
    assert differences(english, korean) == []
    assert synced(english, korean) == korean


def test_prose_written_in_the_notebook_counts_as_written(english: NotebookNode) -> None:
    made = synced(english, None)
    made.cells[0].source = "# 제목"
    again = synced(english, made)
    assert unwritten(again) == ["predict"] and again.cells[0].source == "# 제목"


def test_changed_english_prose_makes_its_twin_older_until_accepted(english: NotebookNode, korean: NotebookNode) -> None:
    english.cells[0].source = "# Another title"
    assert older(english, synced(english, korean)) == ["title"]
    assert differences(english, korean) == ["title: older than the English"]
    accept(english, korean, ["predict"])
    assert older(english, korean) == ["title"]
    accept(english, korean)
    assert differences(english, korean) == []


def test_changed_code_comes_over_and_its_outputs_go(english: NotebookNode, korean: NotebookNode) -> None:
    korean.cells[2].outputs = [new_output("stream", text="둘")]
    assert synced(english, korean).cells[2].outputs
    english.cells[2].source = "2 + 2"
    assert differences(english, korean) == ["sum: other code"]
    made = synced(english, korean)
    assert made.cells[2].source == "2 + 2" and made.cells[2].outputs == []


def test_cells_that_come_go_and_move(english: NotebookNode, korean: NotebookNode) -> None:
    english.cells = [english.cells[2], english.cells[0], new_code_cell("3", id="more")]
    assert differences(english, korean) == ["other cells: more, predict"]
    made = synced(english, korean)
    assert [cell.id for cell in made.cells] == ["sum", "title", "more"] and made.cells[1].source == "# 제목"


def test_marks_headings_and_tags_must_agree(english: NotebookNode, korean: NotebookNode) -> None:
    korean.cells[0].source, korean.cells[1].source = "제목", "**설명.** 둘입니다."
    korean.cells[2].metadata = {}
    assert differences(english, korean) == [
        "title: another level of heading", "predict: does not begin as predict", "sum: other tags",
    ]  # fmt: skip


def test_prose_goes_out_as_text_and_comes_back(english: NotebookNode, korean: NotebookNode) -> None:
    text = prose.as_text(english, korean, beside=True)
    assert "<!-- english\n# Title\n-->\n# 제목" in text
    assert prose.from_text(text) == {"title": "# 제목", "predict": "**예상.** 둘일까요?"}
    again = nbformat.from_dict(korean)
    assert prose.take(english, again, {"title": "# 새 제목", "nowhere": "x"}) == ["nowhere"]
    assert again.cells[0].source == "# 새 제목" and again.cells[0].metadata[WRITTEN_FROM]
