"""Text in columns of a fixed-width font: a Korean letter takes two, a combining one none.

wcwidth is loaded when a text needs it: every command comes by here, with names in plain letters.
"""


def width(text: str) -> int:
    """Columns that it needs."""
    if text.isascii() and text.isprintable():
        return len(text)
    import wcwidth

    return wcwidth.width(text)


def padded(text: str, columns: int) -> str:
    """`text` with as many spaces after it as it takes to fill the columns."""
    return text + " " * (columns - width(text))


def wrapped(text: str, columns: int) -> list[str]:
    """The words of `text`, in lines of so many columns at most."""
    import wcwidth

    return wcwidth.wrap(" ".join(text.split()), columns)
