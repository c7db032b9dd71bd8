"""Text in columns of a fixed-width font."""

import unicodedata


def width(text: str) -> int:
    """Columns that it needs: a Korean letter takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def padded(text: str, columns: int) -> str:
    """`text` with as many spaces after it as it takes to fill the columns."""
    return text + " " * (columns - width(text))
