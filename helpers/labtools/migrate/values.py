"""Values of annotations as nginx reads them: numbers, sizes."""

import re

_SIZE = re.compile(r"^\s*(\d{1,15})\s*([bkmg]?)\s*$", re.IGNORECASE)
_BYTES = {"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


def number(text: str, usual: int) -> int:
    """A whole number; `usual` where the text is none."""
    return int(text) if re.fullmatch(r"\s*[0-9]{1,9}\s*", text) else usual


def size(text: str) -> int | None:
    """Bytes of a size such as `8m`; None where nginx reads none."""
    match = _SIZE.match(text)
    return int(match[1]) * _BYTES[match[2].lower()] if match else None
