"""A report.json as somebody else may have written it: read through its own schema, or refused in one sentence."""

import functools
import json
import math
import os
import stat
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from labcore.errors import BadArgument
from labcore.language.messages import phrase

from labtools.report.data import FAMILY, READABLE

MOST = 32 * 1024 * 1024
"""Bytes; the report of the whole series has about one million."""
_SHOWN = 160  # letters of what is wrong with it


def read(file: Path) -> dict:
    """The report; raises BadArgument, which names the file and what is wrong with it."""
    try:
        report = json.loads(_bytes(file).decode("utf-8"), parse_constant=_no_number, parse_float=_finite)
        json.dumps(report, ensure_ascii=False).encode("utf-8")  # half of a surrogate pair is not text
    except RecursionError:
        raise _bad(file, phrase("it is nested too deeply")) from None
    except (OSError, ValueError) as error:
        raise _bad(file, str(error)) from error
    if not isinstance(report, dict) or not str(report.get("schema", "")).startswith(FAMILY):
        raise _bad(file, phrase("it names no schema of the lab's"))
    if report["schema"] not in READABLE:
        raise _bad(file, phrase("another version of the lab wrote it ({schema})", schema=_cut(report["schema"])))
    _require_schema(file, report)
    return report


def _bytes(file: Path) -> bytes:
    """A pipe or a device would never end, so it is opened without waiting, and looked at before it is read."""
    with os.fdopen(os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError(phrase("it is not a regular file"))
        if status.st_size > MOST:
            raise OSError(phrase("it is larger than {size} MB", size=MOST // 1024**2))
        return stream.read(MOST)


def _no_number(name: str) -> float:
    raise ValueError(phrase("{name} is not a number", name=name))


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _no_number(_cut(digits))


def _require_schema(file: Path, report: dict) -> None:
    from fastjsonschema import JsonSchemaValueException

    try:
        _validator()(report)
    except JsonSchemaValueException as error:
        raise _bad(file, _cut(error.message)) from None


@functools.cache
def _validator() -> Callable[[object], object]:
    """The schema compiled to Python: a class' reports are read in the time of their JSON."""
    import fastjsonschema

    schema = json.loads((files("labtools.report") / "schema.json").read_text(encoding="utf-8"))
    return fastjsonschema.compile(schema)


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}..."


def _bad(file: Path, why: str) -> BadArgument:
    return BadArgument(phrase("{file} is not a report: {error}", file=file, error=why))
