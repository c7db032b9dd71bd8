"""Start-up steps as they are done, each with the time it took."""

import sys
import time

from labcore.language.messages import Phrase, phrase
from labcore.language.text_width import padded
from labcore.language.untrusted import visible
from labcore.machine.terminal import own

OF_THE_LOCAL_CLUSTER = (
    phrase("cluster file"), phrase("addresses"), phrase("store"), phrase("API server"),
    phrase("controllers"), phrase("scheduler"), phrase("cluster DNS"), phrase("containers"), phrase("nodes"),
    phrase("L4 proxy"), phrase("control socket"), phrase("ingress controller"),
)  # fmt: skip
"""loopkube's own words for its steps, which it says in English."""


class Steps:
    """Prints each step when it is done; `brief`: shows each while it is being done, and leaves no line."""

    def __init__(self, *, brief: bool = False) -> None:
        self._name, self._begin, self._brief = "", 0.0, brief

    def next(self, name: str) -> None:
        """Ends the step before with its time, and begins this one."""
        self._end()
        said = Phrase(name) if name in OF_THE_LOCAL_CLUSTER else name
        self._name, self._begin = visible(said), time.perf_counter()
        if sys.stdout.isatty():
            print(f"  {self._name} ...", end="", flush=True)

    def _end(self) -> None:
        if self._name and self._brief:
            print("\r\x1b[K" if sys.stdout.isatty() else "", end="", flush=True)
        elif self._name:
            back = "\r" if sys.stdout.isatty() else ""
            took = f"{time.perf_counter() - self._begin:5.2f} s"
            print(f"{back}  {padded(self._name, 28)} {took}", file=own(sys.stdout), flush=True)
        self._name = ""

    def __enter__(self) -> "Steps":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._end()
        elif self._name:
            print()
