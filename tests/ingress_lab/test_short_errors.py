"""Errors below a call of the lab are one line in a notebook; a cell's own stay whole, and `%tb` shows everything."""

import nbformat
import pytest
from ingress_lab.display import short_errors
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbclient import NotebookClient


@pytest.fixture
def run():
    shell = InteractiveShell()
    shell.set_custom_exc((Exception,), short_errors.show)
    shell.run_line_magic("colors", "nocolor")
    shell.run_cell("from ingress_lab import Client, Lab, predict, distribution\nfrom labcore.errors import BadArgument")

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
    assert any("in distribution(" in line for line in run("%tb"))


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


WAITING = """
import os, signal, threading
from labtools.clusters.shared.answering import wait
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
wait("127.0.0.1", 9, 60)
"""
INTERRUPTED = "threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()\ntime.sleep(60)"


def test_a_cell_that_is_interrupted_while_the_lab_waits_shows_one_line() -> None:
    cells = [
        "from ingress_lab.display import short_errors\nshort_errors.load()",
        WAITING,
        "import time\n" + INTERRUPTED,
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    NotebookClient(notebook, timeout=60, kernel_name="python3", allow_errors=True).execute()
    lab, own = (cell.outputs[0] for cell in notebook.cells[1:])
    assert lab.traceback == ['KeyboardInterrupt: stopped in: wait("127.0.0.1", 9, 60)']
    assert len(own.traceback) > 1  # a cell's own waits show where they were


@pytest.mark.parametrize(
    ("line", "typed"),
    [
        (r"get_ipython().system('echo \'a\' | wc')", "!echo 'a' | wc"),
        ('may = get_ipython().getoutput("kubectl auth can-i create roles")', "may = !kubectl auth can-i create roles"),
        (
            "get_ipython().system('a') or get_ipython().system('b')",
            "get_ipython().system('a') or get_ipython().system('b')",
        ),
        ("lab.wait('x')", "lab.wait('x')"),
    ],
)
def test_a_command_is_named_as_it_was_typed(line: str, typed: str) -> None:
    assert short_errors._typed(line) == typed
