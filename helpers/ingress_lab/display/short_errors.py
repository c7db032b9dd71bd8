"""In a notebook a wrong call ends in one line, whoever raised it; `%tb` in the next cell shows the whole traceback.

The lab's own errors do so by themselves (`errors`). This is for what Python and the libraries raise below a call of the
lab: a keyword that does not exist, a number in place of a list; and for a cell that is interrupted while the lab waits.
Errors of a cell's own code stay as they are.
"""

import ast
import re
import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

from labcore.errors import LabError
from labcore.language.messages import joined, phrase
from labcore.language.untrusted import visible

_QUOTED = r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_COMMAND = re.compile(r"((?:[^=]*= ?)?)get_ipython\(\)\.(?:system|getoutput)\(" + _QUOTED + r"\)")
_HERE = str(Path(__file__).parents[2])


def load() -> None:
    """Have the running notebook show them; nothing happens outside of one."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is not None and Exception not in shell.custom_exceptions:
        shell.set_custom_exc((Exception, KeyboardInterrupt), show)


def show(shell: Any, kind: type, error: BaseException, trace: TracebackType, tb_offset: int | None = None) -> None:
    """One line for an error that came out of the lab."""
    line = "" if isinstance(error, LabError) else sentence(error, trace)
    if line:
        error._render_traceback_ = lambda: [str(line)]  # type: ignore[attr-defined]
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
    if line:
        del error._render_traceback_  # type: ignore[attr-defined]  # `%tb` shows all of it


def sentence(error: BaseException, trace: TracebackType) -> str:
    """What went wrong, and in which line of the cell; "" if the lab has no part in it."""
    frames = traceback.extract_tb(trace)
    ours = [number for number, frame in enumerate(frames) if frame.filename.startswith(_HERE)]
    message = visible(" ".join(str(error).split()))
    if not ours:
        called = message.partition("()")[0] if isinstance(error, TypeError) else ""
        if not _is_public(called):
            return ""
    asked = visible(_typed(frames[ours[0] - 1 if ours and ours[0] else 0 if ours else -1].line or ""))
    if isinstance(error, KeyboardInterrupt):
        return phrase("KeyboardInterrupt: stopped in: {line}", line=asked)
    where = phrase("in: {line}\n(%tb shows where it was raised)", line=asked)
    return joined("\n", [f"{type(error).__name__}: {message}", where])


def _typed(line: str) -> str:
    """A command as it stands in the cell: IPython makes a call of `!kubectl get pods`."""
    made = _COMMAND.fullmatch(line.strip())
    return f"{made[1]}!{ast.literal_eval(made[2])}" if made else line


def _is_public(called: str) -> bool:
    """`Lab.probe`, `predict`: a call that Python refused before it began, for its arguments."""
    import ingress_lab

    return called.partition(".")[0] in ingress_lab.__all__
