"""Counts in words: one notebook, two notebooks; how long something took."""

from labcore.language.messages import phrase


def notebooks(number: int) -> str:
    return phrase("1 notebook") if number == 1 else phrase("{number} notebooks", number=number)


def cells(number: int) -> str:
    return phrase("1 cell") if number == 1 else phrase("{number} cells", number=number)


def reports(number: int) -> str:
    return phrase("1 report") if number == 1 else phrase("{number} reports", number=number)


def exercises(solved: int, total: int) -> str:
    """A sentence."""
    if not solved and total:
        return phrase("Exercises: none of {total} is solved yet.", total=total)
    return phrase("Exercises solved: {solved} of {total}.", solved=solved, total=total)


def lasted(seconds: float) -> str:
    return phrase("{seconds:.1f} s", seconds=seconds)
