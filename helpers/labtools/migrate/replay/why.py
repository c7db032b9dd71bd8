"""Why two answers count as different, in sentences that say only what both of them show."""

from collections.abc import Iterator

from labcore.language.messages import filled, joined, phrase

from labtools.migrate.replay.comparing import Compared, Difference
from labtools.migrate.replay.seen import Seen

_NONE = phrase("(none)")
_BOTH = {
    "path": phrase("The application sees the path {before} behind nginx, and {after} behind {side}."),
    "host": phrase("The application sees the host {before} behind nginx, and {after} behind {side}."),
    "method": phrase("The application sees the method {before} behind nginx, and {after} behind {side}."),
    "protocol": phrase("The application is spoken to by {before} from nginx, and by {after} from {side}."),
    "cookies": phrase("The cookies of the answer are {before} with nginx, and {after} with {side}."),
    "certificate": phrase("The certificate is for {before} with nginx, and for {after} with {side}."),
    "counts": phrase("The answers to all of them are {before} with nginx, and {after} with {side}."),
    "pods": phrase("So many Pods answer: {before} behind nginx, {after} behind {side}."),
    "headers": phrase("The answer's header {name} is {before} with nginx, and {after} with {side}."),
    "received": phrase("The application sees the header {name} as {before} behind nginx, and {after} behind {side}."),
}
_OUTCOME = ("error", "status", "location", "application")


def outcome(seen: Seen) -> str:
    """What became of one request, in a few words."""
    if seen.counts:
        return joined(", ", [f"{number} x {name}" for name, number in seen.counts])
    if not seen.status:
        return phrase("no answer: {error}", error=seen.error)
    if seen.location:
        return phrase("{status} to {location}", status=seen.status, location=seen.location)
    if not seen.application:
        return phrase("{status} by the proxy itself", status=seen.status)
    place = f"{seen.application} {seen.path}".strip()
    return place if seen.status == 200 else phrase("{status} by {place}", status=seen.status, place=place)


def why(compared: Compared, side: str) -> str:
    """All that differs in one pair of answers, and which annotations were asked about."""
    sentences = list(_sentences(compared, side))
    if compared.request.about:
        sentences.append(phrase("It was asked because of {names}.", names=", ".join(compared.request.about)))
    return joined(" ", sentences)


def everywhere(differences: list[Difference], side: str) -> list[str]:
    """One sentence for each header that differs in every answer."""
    return [_one(difference, side) for difference in differences]


def _sentences(compared: Compared, side: str) -> Iterator[str]:
    fields = {difference.field for difference in compared.differences}
    if fields & set(_OUTCOME):
        before, after = outcome(compared.before), outcome(compared.after)
        yield phrase("nginx: {before}; {side}: {after}.", before=before, side=side, after=after)
    if "application" in fields or "status" in fields:
        rest = [d for d in compared.differences if d.field in ("cookies", "certificate", "headers")]
    else:
        rest = [d for d in compared.differences if d.field not in _OUTCOME]
    yield from (_one(difference, side) for difference in rest)


def _one(difference: Difference, side: str) -> str:
    before, after = difference.before or _NONE, difference.after or _NONE
    return filled(_BOTH[difference.field], name=difference.name, before=before, after=after, side=side)
