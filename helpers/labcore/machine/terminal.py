"""What `lab` prints goes through here: text from elsewhere is shown in a terminal, and never obeyed by it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from labcore.language.untrusted import visible


class Guarded:
    """A stream that writes control characters visibly. `own` is the stream below it, for the lab's own progress."""

    def __init__(self, stream: TextIO) -> None:
        self.own = stream

    def write(self, text: str) -> int:
        """The number of characters of `text`, however many were written for it."""
        self.own.write(visible(text))
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.own, name)


def own(stream: Any) -> Any:
    """The stream itself, for a line that the lab draws again; what it says there is made visible first."""
    return stream.own if isinstance(stream, Guarded) else stream


@contextmanager
def guarded() -> Iterator[None]:
    """Within it, sys.stdout and sys.stderr show what a terminal would obey."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (Guarded(own(stream)) for stream in before)  # type: ignore[assignment]
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
