"""`--lang` on every command, also for argparse's own words; lines that count a Korean letter as two columns."""

import argparse
from pathlib import Path

import pytest
from labcore.language import choice, text_width
from labcore.machine import jupyter, paths
from labtools import cli
from labtools.commands import usage


@pytest.fixture(autouse=True)
def english(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(choice.VARIABLE, "en")  # which --lang changes, and pytest sets back


def said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit):
        cli.main(arguments)
    return "".join(capsys.readouterr())


@pytest.mark.parametrize(
    "arguments",
    [["status", "--lang", "ko"], ["--lang", "ko", "status"], ["status", "--lang=ko"], ["status", "--la", "ko"]],
)
def test_a_command_speaks_the_language_that_is_asked_for(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == 1
    assert capsys.readouterr().out == "클러스터가 실행 중이 아닙니다. `lab up`으로 시작합니다.\n"


def test_every_command_takes_it(capsys: pytest.CaptureFixture[str]) -> None:
    listed = said(["--help", "--lang", "ko"], capsys)
    (commands,) = (a for a in cli._parser()._actions if isinstance(a, argparse._SubParsersAction))
    assert "사용법: lab [-h] [--lang {en,ko}] COMMAND ..." in listed and set(commands.choices) >= {"up", "shell"}
    for name in commands.choices:
        assert "[--lang {en,ko}]" in said([name, "--help"], capsys), name


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--lang", "ko", "frob"], "lab: 오류: 인수 COMMAND: 선택할 수 없는 값입니다: 'frob'"),
        (["explain", "--lang", "ko"], "오류: 필요한 인수가 없습니다: URL"),
        (["up", "--http-port", "x", "--lang", "ko"], "인수 --http-port: int 값이 아닙니다: 'x'"),
        (["status", "--lang", "fr"], "argument --lang: invalid choice: 'fr'"),
        (["status", "--lang"], "argument --lang: expected one argument"),
        (["status", "more"], "unrecognized arguments: more"),
    ],
)
def test_argparse_speaks_it_too(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert words in said(arguments, capsys)


def test_what_stands_behind_two_dashes_is_not_ours() -> None:
    assert usage.language(["study", "--", "--lang", "ko"]) is None
    assert usage.language(["study", "--lang", "ko", "--", "--lang", "en"]) == "ko"


def test_help_fits_eighty_columns(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for command in ("up", "report", "hosts"):
        lines = said([command, "--help", "--lang", "ko"], capsys).splitlines()
        assert [line for line in lines if text_width.width(line) > 80] == []
        assert lines[0].startswith("사용법: lab") and lines[1].startswith(
            " " * text_width.width(f"사용법: lab {command} ")
        )


def test_columns_of_hangul_composed_and_not() -> None:
    import unicodedata

    assert text_width.width("한글 ok") == text_width.width(unicodedata.normalize("NFD", "한글 ok")) == 7
    assert text_width.width("usage:") == len("usage:") and text_width.width("\x1b[1mok\x1b[0m") == 2
    assert text_width.padded("한글", 6) + "|" == "한글  |" and text_width.padded("ok", 4) + "|" == "ok  |"
    assert text_width.padded("longer", 4) == "longer"
    assert text_width.wrapped("한글은 두 칸씩 차지합니다", 12) == ["한글은 두", "칸씩", "차지합니다"]


@pytest.mark.parametrize(("locale", "more", "opened"), [
    ("ko_KR.UTF-8", [], "ko"), ("en_US.UTF-8", [], "en"), ("en_US.UTF-8", ["--lang", "ko"], "ko"),
])  # fmt: skip
def test_study_opens_the_notebooks_of_the_persons_language(
    locale: str, more: list[str], opened: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Originals:
        def __init__(self, language: str) -> None:
            self.folder = paths.project() / "notebooks" / language

        def refresh(self) -> Path:
            return self.folder

    begun: list[object] = []
    monkeypatch.setenv(choice.VARIABLE, "")
    monkeypatch.setenv("LANG", locale)
    monkeypatch.chdir(tmp_path)
    for variable in ("INGRESS_LAB_CLUSTER", *jupyter.FOLDERS, *jupyter.OWN, *jupyter.FOREIGN):
        monkeypatch.setenv(variable, str(tmp_path / variable))
    monkeypatch.setenv("INGRESS_LAB_CLUSTER", "local")
    monkeypatch.setattr("labtools.commands.series.up_", lambda chosen, **_: 0)
    monkeypatch.setattr("labtools.workspace.own_copy.Copies", Originals)
    monkeypatch.setattr("labtools.workspace.jupyterlab.run", lambda *given: begun.extend(given) or 0)
    assert cli.main(["study", *more]) == 0
    assert f"notebooks/{opened}/00_start_here.ipynb" in str(begun)
