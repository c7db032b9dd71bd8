"""Where the program `lab` begins, before the rest of it is imported."""

import os
import signal
import sys


def lab() -> int:
    """The command, with nothing of a person's own modules in it, and without a word where Ctrl-C comes early."""
    leave_to_ctrl_c()
    leave_foreign_modules()
    from labtools.cli import main

    return main()


def leave_to_ctrl_c() -> None:
    """Until the command answers Ctrl-C itself, it ends the process: Python would show where it was in importing."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def leave_foreign_modules() -> None:
    """Take the folders of PYTHONPATH out of this process and those it starts, but for the lab's own.

    PYTHONPATH is meant for other programs (ROS sets one for everybody), and could replace parts of this one.
    """
    own = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 - pathlib is not loaded yet
    foreign = {folder for folder in os.environ.pop("PYTHONPATH", "").split(os.pathsep) if folder}
    sys.path[:] = [folder for folder in sys.path if folder == own or folder not in foreign]
