"""Errors in notebooks are one message, and unknown names lead to known ones."""

from IPython.core.interactiveshell import InteractiveShell
from labcore.errors import LabError, Refused, unknown
from traitlets.config import Config


def test_a_notebook_shows_the_message_alone(capsys) -> None:
    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    done = shell.run_cell("from labcore.errors import LabError\nraise LabError('no such thing; do this')")
    printed = capsys.readouterr().out
    InteractiveShell.clear_instance()
    assert isinstance(done.error_in_exec, LabError)
    assert printed.strip() == "LabError: no such thing; do this"


def test_the_nearest_name() -> None:
    error = unknown("Service", "oder", ["order", "a", "test"], place='namespace "x"')
    assert (
        error.message
        == 'there is no Service "oder" in namespace "x"; the nearest is "order" (there are: a, order, test)'
    )
    assert unknown("Service", "zzz", []).message == 'there is no Service "zzz"'


def test_what_kubernetes_said_can_be_asked_for() -> None:
    error = Refused("x", code=404, reason="NotFound", kubernetes="y")
    assert isinstance(error, LabError) and (error.code, error.reason, error.kubernetes) == (404, "NotFound", "y")
