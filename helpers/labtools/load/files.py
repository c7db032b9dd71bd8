"""A load as a file: JSON with everything, or CSV with a line for each request."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from labtools.load.beside import Ran
from labtools.load.measured import Measured
from labtools.load.plan import Plan
from labtools.load.sending import Load

_DIGITS = 5
_FIELDS = ("intended", "sent", "end", "status")


def write(path: Path, load: Load, ran: Sequence[Ran]) -> None:
    """As the file's name ends; raises OSError."""
    path.write_text(as_csv(load) if path.suffix == ".csv" else as_json(load, ran), encoding="utf-8")


def as_json(load: Load, ran: Sequence[Ran]) -> str:
    """Times in seconds since `begin`, which is seconds since 1970; latencies in milliseconds."""
    commands = [{**asdict(one), "begin": round(one.begin, 3), "end": round(one.end, 3)} for one in ran]
    loads = [_one(plan, found) for (plan, _), found in zip(load.parts, load.measured, strict=True)]
    return json.dumps({"begin": load.begin, "commands": commands, "loads": loads}) + "\n"


def _one(plan: Plan, found: Measured) -> dict:
    return {
        "url": found.url,
        "rate": plan.rate,
        "connections": plan.connections,
        "kept": not plan.fresh,
        "sent": len(found.requests),
        "lost": found.lost,
        "statuses": {str(status): number for status, number in found.statuses.items()},
        "latency": {"intended": found.latency(), "sent": found.latency(corrected=False)},
        "fields": _FIELDS,
        "requests": [_row(found, number) for number in range(len(found.requests))],
    }


def _row(found: Measured, number: int) -> list[float]:
    one = found.requests[number]
    return [round(one.intended, _DIGITS), round(one.sent, _DIGITS), round(one.end, _DIGITS), one.status]


def as_csv(load: Load) -> str:
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(["url", *_FIELDS])
    for found in load.measured:
        rows.writerows([found.url, *_row(found, number)] for number in range(len(found.requests)))
    return written.getvalue()
