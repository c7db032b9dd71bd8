"""Progress on what takes longer than a second; silent before that, and gone when it is done."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from labcore.language.untrusted import visible
from labcore.machine.kernels import in_notebook
from labcore.machine.terminal import own

_TICK = 0.5  # seconds between two drawings of a waiting line


class Line(Protocol):
    """What a waiting piece of code tells its reader."""

    def say(self, text: str) -> None:
        """Replaces the line by another text; shown from `after` seconds on."""


class _Silent:
    def say(self, text: str) -> None:
        return None


class _TqdmLine:
    """A tqdm line without a bar: words and elapsed time, drawn again while nothing is said."""

    def __init__(self, bar) -> None:
        self._bar = bar
        self._done = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)
        self._ticker.start()

    def say(self, text: str) -> None:
        self._bar.set_description_str(visible(text), refresh=False)

    def _tick(self) -> None:
        while not self._done.wait(_TICK):
            self._bar.update(0)

    def end(self) -> None:
        self._done.set()
        self._ticker.join()


class _Output:
    """A notebook's output as tqdm's file: it begins empty, each line takes the place of the one before, it ends empty.

    So nothing of it is stored, nor compared with what is stored. On stderr a coloured bar would remain in JupyterLab
    after the words are gone.
    """

    def __init__(self) -> None:
        self._shown = None

    def write(self, drawn: str) -> None:
        from IPython.display import display

        bundle = {"text/plain": drawn.strip()} if drawn.strip() else {}
        if self._shown is None and bundle:
            self._shown = display({}, raw=True, display_id=True)
        if self._shown is not None:
            self._shown.update(bundle, raw=True)

    def flush(self) -> None:
        """Nothing is kept back."""


def is_on() -> bool:
    """INGRESS_LAB_PROGRESS=0 turns progress off: for runs whose outputs are stored or compared."""
    return os.environ.get("INGRESS_LAB_PROGRESS", "1") != "0"


@contextmanager
def line(text: str, *, after: float = 1.0) -> Iterator[Line]:
    """A progress line that appears after `after` seconds and vanishes at the end."""
    if not is_on():
        yield _Silent()
        return
    from tqdm import tqdm

    form = "{desc} ({elapsed})"
    output = {"file": _Output(), "position": 0} if in_notebook() else {"file": own(sys.stderr)}
    with tqdm(desc=visible(text), bar_format=form, leave=False, delay=after, miniters=0, **output) as bar:
        shown = _TqdmLine(bar)
        try:
            yield shown
        finally:
            shown.end()
