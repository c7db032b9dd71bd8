"""What differs between the answers of two sides, field by field."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from labtools.migrate.replay.request import Request
from labtools.migrate.replay.seen import Headers, Seen

FIELDS = ("error", "status", "location", "application", "path", "host", "method", "protocol", "cookies", "certificate")
SLACK = 0.2
"""By what part of all requests two counts of one outcome may differ: shares and rates are never exact."""


@dataclass(frozen=True)
class Difference:
    """One field; `name` is a header's where `field` is `headers` or `received`. "" is: not there."""

    field: str
    before: str
    after: str
    name: str = ""

    @property
    def is_header(self) -> bool:
        return bool(self.name)


@dataclass(frozen=True)
class Compared:
    """One request, both answers, and in what they differ, beyond what differs in every answer."""

    request: Request
    before: Seen
    after: Seen
    differences: tuple[Difference, ...]

    @property
    def same(self) -> bool:
        return not self.differences


def differences(before: Seen, after: Seen, times: int = 1) -> list[Difference]:
    """All fields that differ. Of answers that no application gave, headers that the application saw say nothing."""
    if times > 1:
        return _of_counts(before, after, times)
    found = [
        Difference(field, _shown(getattr(before, field)), _shown(getattr(after, field)))
        for field in FIELDS
        if getattr(before, field) != getattr(after, field)
    ]
    if before.status == after.status:
        found += _of_headers("headers", before.headers, after.headers)
    if before.path and after.path:
        found += _of_headers("received", before.received, after.received)
    else:  # one of them never reached an application, which `application` says already
        found = [d for d in found if d.field not in ("path", "host", "method", "protocol")]
    return found


def compared(
    corpus: Sequence[Request], before: Sequence[Seen], after: Sequence[Seen], everywhere: Iterable[Difference] = ()
) -> list[Compared]:
    """Each request with its differences; those of `everywhere`, which every answer has, count for none."""
    known = set(everywhere)
    return [
        Compared(request, one, other, tuple(d for d in differences(one, other, request.times) if d not in known))
        for request, one, other in zip(corpus, before, after, strict=True)
    ]


def _of_headers(field: str, before: Headers, after: Headers) -> list[Difference]:
    one, other = dict(before), dict(after)
    return [
        Difference(field, one.get(name, ""), other.get(name, ""), name)
        for name in sorted({*one, *other})
        if one.get(name, "") != other.get(name, "")
    ]


def _of_counts(before: Seen, after: Seen, times: int) -> list[Difference]:
    """Counts that lie close together are the same; so is one Pod, or several."""
    one, other = dict(before.counts), dict(after.counts)
    found = []
    if _apart(one, other, times * SLACK):
        found.append(Difference("counts", _shown(before.counts), _shown(after.counts)))
    if (before.pods > 1) != (after.pods > 1):
        found.append(Difference("pods", str(before.pods), str(after.pods)))
    if before.cookies != after.cookies:
        found.append(Difference("cookies", _shown(before.cookies), _shown(after.cookies)))
    return found


def _apart(one: dict[str, int], other: dict[str, int], most: float) -> bool:
    """An outcome that one side alone has is a difference, however rare."""
    if one.keys() != other.keys():
        return True
    return any(abs(one[outcome] - other[outcome]) > most for outcome in one)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(f"{part[1]} x {part[0]}" if isinstance(part, tuple) else str(part) for part in value)
    return str(value)
