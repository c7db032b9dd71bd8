"""Text in columns of a fixed-width font: a Korean letter takes two, a combining one none.

wcwidth is loaded when something is measured: every command comes by here, and most of them measure nothing.
"""


def width(text: str) -> int:
    """Columns that it needs."""
    import wcwidth

    return wcwidth.width(text)


def padded(text: str, columns: int) -> str:
    """`text` with as many spaces after it as it takes to fill the columns."""
    import wcwidth

    return wcwidth.ljust(text, columns)


def wrapped(text: str, columns: int) -> list[str]:
    """The words of `text`, in lines of so many columns at most."""
    import wcwidth

    return wcwidth.wrap(" ".join(text.split()), columns)
