"""Phrases: English to code, the reader's language to the reader; and message files in step with the sources."""

import ast
import copy
import json
import pickle
import subprocess
import sys
from gettext import NullTranslations
from pathlib import Path

import pytest
from ingress_lab.display.tables import MIME, as_data, plain, table
from ingress_lab.lessons.exercises import Result
from labcore.errors import LabError, unknown
from labcore.language import choice
from labcore.language.messages import after, english, filled, joined, phrase, plural, stored
from labtools.authoring import phrases

OTHERS = choice.LANGUAGES[1:]


class Shouting(NullTranslations):
    """A made-up language whose words are loud and whose order is another."""

    WORDS = {
        "{a} before {b}": "{b} AFTER {a}",
        "status": "STATUS",
        "result": "결과",
        "created": "만듦",
        "left out: no rule": "제외됨: 규칙 없음",
    }

    def gettext(self, message: str) -> str:
        return self.WORDS.get(message, message)


@pytest.fixture
def loud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(choice.VARIABLE, "ko")
    monkeypatch.setattr(choice, "translations", lambda name: Shouting() if name == "ko" else NullTranslations())


def test_a_phrase_is_english_to_code_and_translated_to_the_reader(loud: None) -> None:
    words = phrase("{a} before {b}", a=1, b=phrase("created"))
    assert words == "1 before created" and hash(words) == hash("1 before created") and "before" in words
    assert str(words) == f"{words}" == "%s" % words == "만듦 AFTER 1"  # noqa: UP031
    assert repr(words) == repr("1 before created") and json.loads(json.dumps(words)) == "1 before created"


def test_phrases_stay_phrases_when_joined_and_copied(loud: None) -> None:
    both = joined("; ", [phrase("created"), "x", phrase("status")]) + "." + phrase("result")
    assert both == "created; x; status.result" and str(both) == "만듦; x; STATUS.결과"
    assert "> " + phrase("created") == "> created" and str("> " + phrase("created")) == "> 만듦"
    for same in (copy.deepcopy(both), pickle.loads(pickle.dumps(both))):
        assert same == both and str(same) == str(both)


def test_a_plural_has_the_forms_of_each_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(choice.VARIABLE, "en")
    counted = [plural("{number} notebook", "{number} notebooks", number) for number in (0, 1, 2)]
    assert counted == [str(words) for words in counted] == ["0 notebooks", "1 notebook", "2 notebooks"]
    monkeypatch.setenv(choice.VARIABLE, "ko")
    for words in (*counted, copy.deepcopy(counted[1]), pickle.loads(pickle.dumps(counted[1]))):
        assert str(words) == f"노트북 {words[0]}개" and "notebook" in words


def test_what_stands_behind_a_separator_is_translated_too(loud: None) -> None:
    reason = after(": ", phrase("left out: no rule"))
    for same in (reason, copy.deepcopy(reason)):
        assert same == "no rule" and str(same) == "규칙 없음"
    assert str(phrase("{a} before {b}", a=reason, b=1)) == "1 AFTER 규칙 없음"


def test_english_from_a_file_is_shown_in_the_readers_words_again(loud: None) -> None:
    assert str(stored("created")) == "만듦" and stored("created") == "created"
    filled_in = phrase("{a} before {b}", a=1, b=2)
    assert stored(filled_in) is filled_in


def test_a_table_has_english_names_and_shows_the_readers(loud: None) -> None:
    made = table([{"result": phrase("created"), "status": 200}], ["result", "status"])
    assert list(made["result"]) == ["created"] and list(made.columns) == ["result", "status"]
    assert repr(made) == "result   status\ncreated  200"
    assert str(made) == plain(made) == "결과  STATUS\n만듦  200"
    assert "결과" in made._repr_html_() and "만듦" in made._repr_html_() and "created" not in made._repr_html_()
    assert made._repr_mimebundle_()[MIME] == as_data(made)
    assert str(made[["status"]]).startswith("STATUS")


def test_a_verdict_and_an_error_are_shown_in_the_readers_words(loud: None) -> None:
    assert Result("00.1", True, phrase("created"))._repr_mimebundle_()["text/plain"].endswith("만듦")
    error = LabError(phrase("created"))
    assert str(error) == "만듦" and error.message == "created"
    assert error._render_traceback_() == ["LabError: 만듦"]
    assert unknown(phrase("status"), "a", ["b"]).message == 'there is no status "a" (there are: b)'


@pytest.mark.parametrize(
    ("variable", "folder", "spoken"),
    [
        ("", "notebooks/ko", "ko"), ("", "notebooks/en", "en"), ("", "notebooks", "en"), ("", "ko", "en"),
        ("en", "notebooks/ko", "en"), ("ko", "notebooks/en", "ko"), ("ko_KR.UTF-8", "", "ko"), ("xx", "", "en"),
        ("", "notebooks/ko/more", "ko"),
    ],
)  # fmt: skip
def test_the_variable_rules_then_the_folder(
    variable: str, folder: str, spoken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(tmp_path / folder)
    monkeypatch.setenv(choice.VARIABLE, variable)
    assert choice.current() == spoken


@pytest.mark.parametrize(
    ("settings", "folder", "spoken"),
    [
        ({"LANG": "ko_KR.UTF-8"}, "", "ko"), ({"LANG": "ko_KR.UTF-8", "LC_ALL": "C"}, "", "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "ko_KR"}, "", "ko"),
        ({"LC_MESSAGES": "en_US.UTF-8", "LC_ALL": "ko_KR.UTF-8"}, "", "ko"), ({"LC_ALL": "", "LANG": "ko"}, "", "ko"),
        ({"LANG": "ko_KR.UTF-8"}, "notebooks/en", "en"), ({"LANG": "en_US.UTF-8"}, "my/ko", "ko"),
        ({"LANG": "ko_KR.UTF-8", "INGRESS_LAB_LANG": "en"}, "", "en"), ({"LANG": "fr_FR.UTF-8"}, "", "en"),
        ({}, "", "en"),
    ],
)  # fmt: skip
def test_elsewhere_it_is_the_language_of_the_locale(
    settings: dict[str, str], folder: str, spoken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(tmp_path / folder)
    for name in (choice.VARIABLE, *choice.LOCALE):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert choice.current() == spoken


@pytest.mark.parametrize("name", OTHERS)
def test_every_phrase_has_words_and_no_words_are_stale(name: str) -> None:
    """`make messages` adds what is new and drops what is gone; the words are written by hand."""
    assert phrases.faults(phrases.read(choice.file(name))) == []


@pytest.mark.parametrize("name", OTHERS)
def test_the_message_file_is_as_the_command_writes_it(name: str, tmp_path: Path) -> None:
    copied = tmp_path / f"{name}.po"
    copied.write_bytes(choice.file(name).read_bytes())
    phrases.update(copied)
    assert copied.read_bytes() == choice.file(name).read_bytes()


def test_every_phrase_of_the_sources_is_known_to_the_message_files() -> None:
    """Babel reads no phrase within an f-string: it would stay English without a word."""
    known = {phrases.first(message.id) for message in phrases.template() if message.id}
    missed = []
    for package in phrases.PACKAGES:
        for file in (phrases.SOURCES / package).rglob("*.py"):
            calls = [node for node in ast.walk(ast.parse(file.read_bytes())) if isinstance(node, ast.Call)]
            named = [call.args[0] for call in calls if getattr(call.func, "id", "") in phrases.KEYWORDS and call.args]
            texts = [arg.value for arg in named if isinstance(arg, ast.Constant)]
            missed += [(file.name, text) for text in texts if text not in known]
    assert not missed


def test_faults_are_found() -> None:
    catalog = phrases.template()
    for message in catalog:
        message.string = message.id if isinstance(message.id, str) else message.id[1:]
    counted = catalog["{number} cell"]
    assert phrases.faults(catalog) == []
    catalog["Exercise {name} is solved: {why}"].string = "{name}"
    catalog["yes"].string = ""
    catalog["Exercise {name} is not solved yet: {why}"].string = "{name}는 {why}"
    counted.string = ("{count} cells",)
    catalog["unrecognized arguments: %s"].string = "%d"
    catalog.add("gone from the sources", "x")
    found = phrases.faults(catalog)
    assert [fault.partition(":")[0] for fault in found] == [
        "missing", "stale", "a particle that depends on the last sound of a value", "other placeholders",
        "other placeholders", "other placeholders",
    ]  # fmt: skip


def test_korean_is_read_from_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(choice.VARIABLE, "ko")
    table = {"score": phrase("{right} of {total} predicted right")}
    score = filled(table["score"], right=1, total=2)
    assert str(score) != english(score) == "1 of 2 predicted right"


def test_english_loads_no_catalogue() -> None:
    code = "import sys; from labcore.language.messages import phrase; str(phrase('yes')); print('babel' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_phrase_within_an_f_string_is_found() -> None:
    assert "labcore/pictures/hops.py" in [name for name, _ in phrases.template()["not reached"].locations]
