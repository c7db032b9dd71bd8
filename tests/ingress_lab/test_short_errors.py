"""Errors below a call of the lab are one line in a notebook; a cell's own stay whole, and `%tb` shows everything."""

import pytest
from ingress_lab import short_errors
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output


@pytest.fixture
def run():
    shell = InteractiveShell()
    shell.set_custom_exc((Exception,), short_errors.show)
    shell.run_line_magic("colors", "nocolor")
    shell.run_cell(
        "from ingress_lab import Client, Lab, predict, distribution\nfrom ingress_lab.errors import BadArgument"
    )

    def run(cell: str) -> list[str]:
        with capture_output() as said:
            shell.run_cell(cell)
        return (said.stdout + said.stderr).strip().splitlines()

    yield run
    shell.history_manager.end_session()
    InteractiveShell.clear_instance()


def test_an_error_below_the_lab_is_short_and_tb_shows_all(run) -> None:
    said = run("kept = 1\ndistribution(5)")
    assert said[0] == "AttributeError: 'int' object has no attribute 'count'"
    assert said[1:] == ["in: distribution(5)", "(%tb shows where it was raised)"]
    assert any("bars.py" in line for line in run("%tb"))


def test_a_call_that_python_refuses_is_short(run) -> None:
    said = run("predict(url=['http://a.example.com/'])")
    assert len(said) == 3 and said[0].startswith("TypeError: predict() got an unexpected keyword argument 'url'")


def test_a_cells_own_errors_stay_whole(run) -> None:
    said = run("def f():\n    return 1 / 0\nf()")
    assert len(said) > 5 and said[-1] == "ZeroDivisionError: division by zero"


def test_the_labs_own_errors_say_their_sentence(run) -> None:
    assert run("raise BadArgument('which one?')") == ["BadArgument: which one?"]
    said = run("Lab(None, 'ns', None).prob")
    assert said[0].startswith('UnknownVerb: there is no verb "prob" in a Lab; the nearest is "probe"')
