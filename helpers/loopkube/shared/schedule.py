"""When a CronJob's schedule is due, in the notation of github.com/robfig/cron, with its words for mistakes.

Most clusters have none: what reads it is loaded when it is needed. The calendar is cronsim's; where its notation is
Debian cron's, `_fields` puts it into words that both read the same.
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo

_DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_RANGES: tuple[tuple[int, int, list[str]], ...] = (
    (0, 59, []),
    (0, 23, []),
    (1, 31, []),
    (1, 12, ["", *_MONTHS]),
    (0, 6, _DAYS),
)
_EVERY, _LONGEST = "@every ", timedelta(hours=2562047)
"""Go's durations count nanoseconds in 64 bits."""
_ZONE = re.compile(r"(?:CRON_)?TZ=(\S*)\s*(.*)", re.DOTALL)


class BadSchedule(ValueError):
    """A schedule that cannot be read; the message is robfig/cron's."""


def time_zone(name: str) -> tzinfo | None:
    """The zone of the IANA database, or None."""
    from zoneinfo import ZoneInfo

    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


class Schedule:
    """Raises BadSchedule. `zone` names a time zone; one within the schedule has precedence."""

    def __init__(self, text: str, zone: str = "UTC") -> None:
        named = _ZONE.fullmatch(text)
        if named:
            zone, text = named.groups()
        self._zone = time_zone(zone)
        if self._zone is None:
            raise BadSchedule(f"provided bad location {zone}: unknown time zone {zone}")
        self._every, self._fields = None, ""
        if text.startswith(_EVERY):
            self._every = _every(text)
        else:
            self._fields = _fields(text)

    def after(self, moment: datetime) -> datetime | None:
        """The first time after a moment; None where there is none."""
        if self._every:
            return moment.replace(microsecond=0) + self._every
        return self._of_calendar(moment, reverse=False)

    def latest(self, since: datetime, now: datetime) -> datetime | None:
        """The last time after `since` that has come."""
        if self._every:
            times = (now - since) // self._every
            return since + times * self._every if times > 0 else None
        before = self._of_calendar(now.replace(microsecond=1), reverse=True)
        return before if before and before > since else None

    def _of_calendar(self, moment: datetime, *, reverse: bool) -> datetime | None:
        from cronsim import CronSim, CronSimError

        try:
            time = next(CronSim(self._fields, moment.astimezone(self._zone), reverse), None)
        except CronSimError:  # a day that no month has, as of 30 February
            return None
        return time.astimezone(UTC) if time else None


def _every(text: str) -> timedelta:
    import durationpy

    try:
        period = durationpy.from_str(text.removeprefix(_EVERY))
        if abs(period) > _LONGEST:
            raise OverflowError
        return max(timedelta(seconds=1), period)
    except (durationpy.DurationError, OverflowError):
        wrong = f'time: invalid duration "{text.removeprefix(_EVERY)}"'
        raise BadSchedule(f"failed to parse duration {text}: {wrong}") from None


def _fields(text: str) -> str:
    if not text:
        raise BadSchedule("empty spec string")
    if text.startswith("@"):
        if text not in _DESCRIPTORS:
            raise BadSchedule(f"unrecognized descriptor: {text}")
        return _DESCRIPTORS[text]
    written = text.split()
    if len(written) != len(_RANGES):
        raise BadSchedule(f"expected exactly 5 fields, found {len(written)}: [{' '.join(written)}]")
    return " ".join(
        ",".join(_part(part, *limits) for part in field.split(",") if part)
        for field, limits in zip(written, _RANGES, strict=True)
    )


def _part(part: str, low: int, high: int, names: list[str]) -> str:
    """One of the parts that commas divide: `*`, `5`, `1-5`, `mon-fri/2`."""
    whole, *steps = part.split("/")
    first, *ends = whole.split("-")
    if len(ends) > 1:
        raise BadSchedule(f"too many hyphens: {part}")
    if len(steps) > 1:
        raise BadSchedule(f"too many slashes: {part}")
    step = _number(steps[0], []) if steps else 1
    star = first in ("*", "?")
    begin = low if star else _number(first, names)
    end = high if star or (steps and not ends) else _number(ends[0], names) if ends else begin
    _check_range(part, begin, end, step, low, high)
    if star and step == 1:
        return "*"  # whether a field is one decides how the day of the month and that of the week go together
    return f"{begin}-{end}/{step}" if end > begin else f"{begin}"


def _check_range(part: str, begin: int, end: int, step: int, low: int, high: int) -> None:
    if begin < low:
        raise BadSchedule(f"beginning of range ({begin}) below minimum ({low}): {part}")
    if end > high:
        raise BadSchedule(f"end of range ({end}) above maximum ({high}): {part}")
    if begin > end:
        raise BadSchedule(f"beginning of range ({begin}) beyond end of range ({end}): {part}")
    if step == 0:
        raise BadSchedule(f"step of range should be a positive number: {part}")


def _number(text: str, names: list[str]) -> int:
    if text and text.lower() in names:
        return names.index(text.lower())
    if re.fullmatch(r"-?[0-9]{1,18}", text):
        return int(text)
    raise BadSchedule(f'failed to parse int from {text}: strconv.Atoi: parsing "{text}": invalid syntax')
