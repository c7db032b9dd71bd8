"""What a person gives with an option: places, and words for a page. What cannot be meant is refused before the command
begins, which may take minutes."""

import argparse
from contextlib import suppress
from pathlib import Path

from labcore.language.messages import phrase
from labcore.language.untrusted import visible

LONGEST = 200  # letters of an author, a course or a title


def place(text: str) -> Path:
    """A file or folder; `~` is the person's home, also where no shell has seen it (`--output=~/reports`)."""
    if not text or "\0" in text:
        raise argparse.ArgumentTypeError(str(phrase("{text!r} cannot name a file or folder", text=text)))
    with suppress(RuntimeError):  # nobody of that name has a home
        return Path(text).expanduser()
    return Path(text)


def words(text: str) -> str:
    """One line, of what UTF-8 can write and a reader sees."""
    line = " ".join(visible(text).split())
    if len(line) > LONGEST:
        said = phrase("at most {most} letters find room there, and these are {number}", most=LONGEST, number=len(line))
        raise argparse.ArgumentTypeError(str(said))
    return line
