"""Counts in words: one notebook, two notebooks; how long something took."""

from labcore.language.messages import phrase, plural


def notebooks(number: int) -> str:
    return plural("{number} notebook", "{number} notebooks", number)


def cells(number: int) -> str:
    return plural("{number} cell", "{number} cells", number)


def reports(number: int) -> str:
    return plural("{number} report", "{number} reports", number)


def exercises(solved: int, total: int) -> str:
    """A sentence."""
    if not solved and total:
        return phrase("Exercises: none of {total} is solved yet.", total=total)
    return phrase("Exercises solved: {solved} of {total}.", solved=solved, total=total)


def lasted(seconds: float) -> str:
    """In seconds, to a tenth."""
    return phrase("{seconds:.1f} s", seconds=seconds)
