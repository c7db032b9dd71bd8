"""Timestamps and durations, in nanoseconds."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from loopkube.shared.cel.values import Duration, EvalError, Timestamp, no_overload

SECOND = 1_000_000_000
_UNITS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ms": 1_000_000,
    "s": SECOND,
    "m": 60 * SECOND,
    "h": 3600 * SECOND,
}
_PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(\.\d+)?([Zz]|[-+]\d\d:\d\d)")
_OFFSET = re.compile(r"([-+]?)(\d\d):(\d\d)")


def duration(text: str) -> Duration:
    """Go's form of a duration: `1h30m`, `-1.5s`."""
    sign, rest, total = -1 if text.startswith("-") else 1, text.lstrip("+-"), 0
    if rest == "0":
        return Duration(0)
    at = 0
    while match := _PART.match(rest, at):
        whole, _, fraction = match[1].partition(".")
        unit = _UNITS[match[2]]
        total += int(whole or 0) * unit + int(fraction or 0) * unit // 10 ** len(fraction)
        at = match.end()
    if not at or at < len(rest):
        raise EvalError(f'time: invalid duration "{text}"')
    return Duration(sign * total)


def timestamp(text: str) -> Timestamp:
    """RFC 3339, to the nanosecond. Raises EvalError in the words of Go's time.Parse."""
    match = _STAMP.fullmatch(text)
    try:
        if not match:
            raise ValueError(text)
        moment = datetime.fromisoformat(f"{match[1]}T{match[2]}{'+00:00' if match[4] in 'Zz' else match[4]}")
    except ValueError:
        message = f'parsing time "{text}" as "2006-01-02T15:04:05Z07:00": cannot parse "{text}" as "2006"'
        raise EvalError(message) from None
    fraction = int((match[3] or ".0")[1:10].ljust(9, "0"))
    return Timestamp(_seconds(moment) * SECOND + fraction)


def _seconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)


def stamp(value: Timestamp) -> str:
    """RFC 3339, as Go writes it: no more digits than needed."""
    seconds, fraction = divmod(value.ns, SECOND)
    digits = f".{fraction:09d}".rstrip("0") if fraction else ""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}{digits}Z"


def in_seconds(value: Duration) -> str:
    """A duration as text: `5400s`, `0.5s`."""
    whole, fraction = divmod(abs(value.ns), SECOND)
    digits = f".{fraction:09d}".rstrip("0") if fraction else ""
    return f"{'-' if value.ns < 0 else ''}{whole}{digits}s"


def _zone(name: str) -> tzinfo:
    offset = _OFFSET.fullmatch(name)
    if offset:
        away = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        return timezone(-away if offset[1] == "-" else away)
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise EvalError(f"unknown time zone {name}") from None


def _of_moment(read: Callable[[datetime], int]) -> Callable:
    def get(value, zone="UTC"):
        if not isinstance(value, Timestamp):
            raise no_overload()
        return read(datetime.fromtimestamp(value.ns // SECOND, _zone(zone)))

    return get


def _of_either(read: Callable[[datetime], int], unit: int) -> Callable:
    of_moment = _of_moment(read)

    def get(value, *zone):
        return _whole(value.ns, unit) if isinstance(value, Duration) else of_moment(value, *zone)

    return get


def _whole(ns: int, unit: int) -> int:
    return ns // unit if ns >= 0 else -(-ns // unit)


def _milliseconds(value, *zone):
    if isinstance(value, Duration):
        return _whole(value.ns, 1_000_000)
    return value.ns % SECOND // 1_000_000


TIMES: dict[str, Callable] = {
    "getFullYear": _of_moment(lambda t: t.year),
    "getMonth": _of_moment(lambda t: t.month - 1),
    "getDate": _of_moment(lambda t: t.day),
    "getDayOfMonth": _of_moment(lambda t: t.day - 1),
    "getDayOfWeek": _of_moment(lambda t: t.isoweekday() % 7),
    "getDayOfYear": _of_moment(lambda t: t.timetuple().tm_yday - 1),
    "getHours": _of_either(lambda t: t.hour, 3600 * SECOND),
    "getMinutes": _of_either(lambda t: t.minute, 60 * SECOND),
    "getSeconds": _of_either(lambda t: t.second, SECOND),
    "getMilliseconds": _milliseconds,
}
