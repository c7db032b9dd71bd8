"""The house rules for notebooks that a machine can check: short cells, plain prose, stored outputs that travel."""

import ast
import io
import json
import re
import tokenize
from pathlib import Path

import nbformat
import pytest
from labtools.workspace import series
from labtools.authoring import commands
from labtools.authoring.rewritten import REWRITTEN
from labtools.authoring.running import KEPT_METADATA
from labtools.authoring.translating import WRITTEN_FROM
from labcore.language.choice import SOURCE

from .notebooks import FOLDER, PATHS, cells, label, prose_of, python_of, runs_commands, spoken, tags, texts

KNOWN_TAGS = {"raises-exception", "nbval-ignore-output", "conclusion"}
HYPE = {
    "en": {"simply", "easily", "obviously", "powerful", "amazing", "awesome", "great", "magic", "seamless", "exciting"},
    "ko": {
        "간단히", "단순히", "손쉽게", "쉽게", "당연히", "물론", "강력한", "놀라운", "놀랍게도", "굉장한", "멋진", "마법", "완벽한",
        "최고의", "혁신적인", "획기적인",
    },
}  # fmt: skip
PLAIN_KOREAN = re.compile(r"(?<!니)다[.?](?=\s|$)|(해요|예요|에요|네요|지요|죠|어요|아요)[.?]")
LOCAL = {
    "an absolute path": re.compile(r"(?<![\w.:/`])/(home|root|tmp|usr|var|opt|mnt|Users|content)/\w"),
    "an address": re.compile(r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b"),
    "a time": re.compile(r"\b\d{1,2}:\d{2}:\d{2}\b|\b20\d\d-\d\d-\d\d\b"),
    "a generated name": re.compile(
        r"\b[a-z][a-z0-9-]*-[bcdfghjklmnpqrstvwxz2456789]{8,10}-[bcdfghjklmnpqrstvwxz2456789]{5}\b"
    ),
    "an object's address in memory": re.compile(r"\b0x[0-9a-f]{6,}\b"),
}

every_notebook = pytest.mark.parametrize("path", PATHS, ids=label)


@every_notebook
def test_format(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    optional = {} if path.stem in REWRITTEN else {"language_info": KEPT_METADATA["language_info"]}
    assert {**optional, **notebook.metadata} == KEPT_METADATA
    assert json.loads(path.read_text(encoding="utf-8"))["nbformat_minor"] >= 5


@every_notebook
def test_cell_ids(path: Path) -> None:
    """Ids stay the same over the years, so they are words, not numbers drawn by an editor."""
    ids = [cell.id for cell in cells(path)]
    assert len(set(ids)) == len(ids)
    assert [
        i for i in ids if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", i) or re.fullmatch(r"[0-9a-f]{8}", i)
    ] == []


@every_notebook
def test_metadata_is_minimal(path: Path) -> None:
    for cell in cells(path):
        known = {"tags", "jupyter"} | ({WRITTEN_FROM} if spoken(path) != SOURCE and cell.cell_type == "markdown" else set())
        assert set(cell.metadata) <= known, cell.id
        assert set(tags(cell)) <= KNOWN_TAGS, cell.id
        assert cell.metadata.get("jupyter", {}) in ({}, {"outputs_hidden": True}), cell.id


@every_notebook
def test_code_cells_are_short(path: Path) -> None:
    for cell in cells(path, "code"):
        lines = cell.source.splitlines()
        assert 0 < len(lines) <= 10, f"{cell.id} has {len(lines)} lines"
        assert max(map(len, lines)) <= 110, f"{cell.id} scrolls sideways"


@every_notebook
def test_code_cells_hold_no_comments(path: Path) -> None:
    for cell in cells(path, "code"):
        words = tokenize.generate_tokens(io.StringIO(python_of(cell)).readline)
        assert [word.string for word in words if word.type == tokenize.COMMENT] == [], cell.id


@every_notebook
def test_prose_is_short_and_calm(path: Path) -> None:
    for cell in cells(path, "markdown"):
        words, most = prose_of(cell).split(), 100 if path.stem in REWRITTEN else 60
        prose = re.sub(r"```.*?```|`[^`]*`|!\[", " ", prose_of(cell), flags=re.DOTALL)
        assert len([word for word in words if re.search(r"\w", word)]) <= most, f"{cell.id} has {len(words)} words"
        assert "!" not in prose, cell.id
        assert HYPE[spoken(path)].isdisjoint(re.findall(r"[a-z]+|[가-힣]+", prose.lower())), cell.id


@every_notebook
def test_a_command_names_either_python_or_the_shell(path: Path) -> None:
    """IPython fills in nothing of a line where it does not know one name: `curl $INGRESS_HTTP/{word}`."""
    code = cells(path, "code")
    nodes = [node for cell in code for node in ast.walk(ast.parse(python_of(cell)))]
    known = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for cell in code:
        for line in commands.lines(cell.source):
            dollars, braces = (set(re.findall(name, line)) for name in (r"\$([A-Za-z_]\w*)", r"(?<!\{)\{(\w+)"))
            assert not (dollars - known and (dollars | braces) & known), f"{cell.id}: {line}"


@pytest.mark.parametrize("path", [path for path in PATHS if spoken(path) == "ko"], ids=label)
def test_korean_keeps_to_one_style(path: Path) -> None:
    """Sentences end in the polite form (합니다), as the whole edition does."""
    for cell in cells(path, "markdown"):
        found = PLAIN_KOREAN.search(re.sub(r"`[^`]*`", "", cell.source))
        assert not found, f"{cell.id}: ...{cell.source[max(0, found.start() - 12) : found.end()]}"


@every_notebook
def test_links_lead_somewhere(path: Path) -> None:
    for cell in cells(path, "markdown"):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", cell.source):
            assert (path.parent / target).exists(), f"{cell.id}: {target}"


@every_notebook
def test_sections_are_there_in_order(path: Path) -> None:
    wanted = series.SECTIONS[spoken(path)]
    titles = [
        line[3:] for cell in cells(path, "markdown") for line in cell.source.splitlines() if line.startswith("## ")
    ]
    found = [next((i for i, title in enumerate(titles) if title.startswith(section)), -1) for section in wanted]
    assert -1 not in found, f"missing: {[s for s, i in zip(wanted, found, strict=True) if i < 0]}"
    assert found == sorted(found)
    assert sum(title.startswith(series.ROUND[spoken(path)]) for title in titles) <= 5
    assert series.MARKS[spoken(path)]["goals"] in cells(path)[0].source


@every_notebook
def test_there_is_one_place_for_findings(path: Path) -> None:
    """`lab report --mine` takes what the learner writes into the cell with this tag."""
    (place,) = [cell for cell in cells(path) if "conclusion" in tags(cell)]
    assert (place.id, place.cell_type) == ("findings", "markdown")
    assert [cell.id for cell in cells(path)].index("clean-text") > [cell.id for cell in cells(path)].index("findings")


@every_notebook
def test_outputs_are_stored_from_one_run(path: Path) -> None:
    """A fresh kernel, from the first cell to the last; a cell that ends in an expression shows it."""
    code = cells(path, "code")
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))


@every_notebook
def test_only_expected_failures(path: Path) -> None:
    for cell in cells(path, "code"):
        failed = any(output.output_type == "error" for output in cell.outputs)
        assert failed == ("raises-exception" in tags(cell)), cell.id


@every_notebook
def test_outputs_are_the_same_everywhere(path: Path) -> None:
    for cell in cells(path, "code"):
        assert not any(output.get("name") == "stderr" for output in cell.outputs), f"{cell.id} wrote to stderr"
        for text in texts(cell):
            assert str(FOLDER.parent) not in text, f"{cell.id} shows where the project is"
            for what, pattern in LOCAL.items():
                varies = "nbval-ignore-output" in tags(cell) or runs_commands(cell)
                varies = varies and what != "an absolute path"
                assert varies or not pattern.search(text), f"{cell.id} shows {what}: {pattern.search(text)}"


@every_notebook
def test_outputs_are_of_a_new_cluster(path: Path) -> None:
    """A reader who compares wonders about hours and restarts; `lab down --delete` before the outputs are stored."""
    old = re.compile(r"^.*(?<=\s)(?:\d+[dh](?:\d+[hm])?|\d+ \(\w+ ago\))(?=\s|$).*$", re.MULTILINE)
    shown = [(cell.id, text) for cell in cells(path, "code") if runs_commands(cell) for text in texts(cell)]
    assert [(cell, found.group()) for cell, text in shown for found in old.finditer(text)] == []


@every_notebook
def test_what_varies_is_asserted_next(path: Path) -> None:
    code = cells(path, "code")
    for cell, following in zip(code, [*code[1:], None], strict=True):
        if "nbval-ignore-output" in tags(cell):
            assert following is not None and "assert " in following.source, cell.id


@every_notebook
def test_what_replaces_an_object_settles(path: Path) -> None:
    """A URL that the object before it served is answered by that one yet: `wait_routed` cannot tell them apart."""
    for cell in cells(path, "code"):
        after = re.split(r"lab\.delete\(\"(?:service|ingress)", cell.source)[1:]
        applied = [text for text in after if "lab.apply(" in text and "wait_routed" in text]
        assert all("settle()" in text for text in applied), cell.id


@every_notebook
def test_predictions_are_blank_in_the_original(path: Path) -> None:
    """One line for each question, with nothing between its quotes: nobody sees an answer before the experiment."""
    asked = []
    for cell in cells(path, "code"):
        for call in ast.walk(ast.parse(python_of(cell))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "predict":
                assert "options" in [keyword.arg for keyword in call.keywords], f"{cell.id}: in which words?"
                assert isinstance(call.args[0], ast.Dict), f"{cell.id}: the questions are a mapping, line by line"
                assert {ast.unparse(value) for value in call.args[0].values} == {"''"}, cell.id
                lines = [question.lineno for question in call.args[0].keys if question]
                assert len(set(lines)) == len(lines), f"{cell.id}: a line for each question"
                asked.append(ast.unparse(call))
    assert len(set(asked)) == len(asked), "two cells ask the same in the same words"


@every_notebook
def test_every_observation_could_have_been_predicted(path: Path) -> None:
    for cell in cells(path, "code"):
        for output in cell.outputs:
            judged = output.get("data", {}).get("application/vnd.ingress-lab.predictions+json", {})
            assert judged.get("unforeseen", []) == [], cell.id
