"""The replay as JSON: every request, every answer, every difference, in English."""

import json
from collections.abc import Mapping

from labcore.language.messages import english

from labtools.migrate.replay import why
from labtools.migrate.replay.comparing import Compared, Difference
from labtools.migrate.replay.request import Request
from labtools.migrate.replay.result import Replay
from labtools.migrate.replay.sides import REFERENCE

VERSION = 1


def as_json(replay: Replay) -> str:
    return json.dumps(data(replay), ensure_ascii=False, indent=1) + "\n"


def data(replay: Replay) -> dict[str, object]:
    """`{version, source, summary, everywhere, requests}`; the form stays while the version does."""
    return {
        "version": VERSION,
        "source": replay.source,
        "reference": REFERENCE,
        "candidates": replay.candidates,
        "same": replay.same,
        "summary": {side: _summary(replay, side) for side in replay.candidates},
        "left_out": replay.left_out,
        "notes": [_plain(note) for note in replay.all_notes],
        "everywhere": {side: [_difference(d) for d in replay.everywhere(side)] for side in replay.candidates},
        "requests": [_request(replay, number) for number in range(len(replay.requests))],
    }


def _summary(replay: Replay, side: str) -> Mapping[str, int]:
    return {"same": sum(pair.same for pair in replay.compared(side)), "all": len(replay.requests)}


def _request(replay: Replay, number: int) -> dict[str, object]:
    request = replay.requests[number]
    return {
        **request_data(request),
        "reason": _plain(request.reason),
        "answers": {side: played.answers[number].data() for side, played in replay.played.items()},
        "differences": {side: _pair(replay.compared(side)[number], side) for side in replay.candidates},
    }


def request_data(request: Request) -> dict[str, object]:
    """What is sent; without what is as usual."""
    found: dict[str, object] = {
        "method": request.method, "url": request.url, "headers": dict(request.headers), "body": request.body,
        "times": request.times, "together": request.together, "jar": request.jar, "first": dict(request.first),
        "slowly": request.slowly, "within": request.within, "certificate": request.certificate,
        "about": list(request.about),
    }  # fmt: skip
    usual = {"headers": {}, "body": 0, "times": 1, "together": False, "jar": False, "first": {}, "slowly": False,
             "within": 0, "certificate": "", "about": []}  # fmt: skip
    return {name: value for name, value in found.items() if name not in usual or value != usual[name]}


def _pair(pair: Compared, side: str) -> dict[str, object]:
    if pair.same:
        return {"same": True}
    listed = [_difference(difference) for difference in pair.differences]
    return {"same": False, "why": _plain(why.why(pair, side)), "fields": listed}


def _difference(difference: Difference) -> dict[str, str]:
    named = {"header": difference.name} if difference.name else {}
    return {"field": difference.field, **named, "nginx": difference.before, "candidate": difference.after}


def _plain(words: object) -> str:
    return str(english(words))
