"""What became of the capstone, kept for the report: when it was passed, after how many requests, by which way."""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from labcore.errors import LabError
from labcore.machine import paths
from loopkube.cluster import private

from labtools.capstone import record


@dataclass(frozen=True)
class Result:
    """The last attempt: `passed` is a time, or 0. `ways` are the places that the names lead to."""

    passed: float = 0.0
    requests: int = 0
    lost: int = 0
    seconds: float = 0.0
    right: int = 0
    checks: int = 0
    ways: tuple[str, ...] = ()

    def remember(self) -> None:
        """A pass stays, whatever is looked at later; `lab capstone start` begins anew."""
        if not (known := read()) or not known.passed:
            record.folder()
            private.write(_file(), json.dumps(asdict(self)))


def read() -> Result | None:
    """None where nobody has begun; nothing in the file is believed but its form."""
    try:
        kept = json.loads(_file().read_text(encoding="utf-8"))
        numbers = {name: kept[name] for name in ("passed", "requests", "lost", "seconds", "right", "checks")}
        if not all(isinstance(value, int | float) and 0 <= value < 1e12 for value in numbers.values()):
            return None
        return Result(**numbers, ways=tuple(str(way)[:100] for way in kept["ways"][:10]))
    except (LabError, OSError, ValueError, TypeError, KeyError):
        return None


def forget() -> None:
    """A new attempt begins."""
    with suppress(FileNotFoundError):
        _file().unlink()


def _file() -> Path:
    return paths.state() / "capstone" / "result.json"
