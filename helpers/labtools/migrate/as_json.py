"""A migration as data, for programs: the words are English, whoever reads them."""

import json
from collections.abc import Sequence

from labcore.language.messages import english

from labtools.migrate.migration import Migration
from labtools.migrate.plan import Plan, Use
from labtools.migrate.table import CANDIDATES, VERDICTS, annotations

FORM = 1


def migration(found: Migration, candidates: Sequence[str]) -> str:
    """What was read, and what becomes of it."""
    given = found.given
    return _text(
        {
            "version": FORM,
            "source": given.source,
            "ingresses": [{"ingress": one.title, "where": one.where} for one in given.ingresses],
            "candidates": {candidate: _candidate(found, candidate) for candidate in candidates},
            "notes": [{"about": note.about, "text": note.text} for note in found.notes],
            "left": [{"where": one.where, "why": one.why, "bad": one.bad} for one in given.left],
        }
    )


def table() -> str:
    """Every annotation with its verdicts."""
    return _text({"version": FORM, "annotations": {name: _entry(name) for name in annotations()}})


def _entry(name: str) -> dict:
    one = annotations()[name]
    verdicts = {
        c: {"verdict": v.verdict, "becomes": v.becomes, "why": v.sentence, "proved": v.proved}
        for c, v in ((c, one.verdicts[c]) for c in CANDIDATES)
    }
    return {"loses": one.loses, "default": one.default} | verdicts


def _candidate(found: Migration, candidate: str) -> dict:
    counts = found.counts(candidate)
    return {
        "counts": {word: counts[word] for word in VERDICTS},
        "needs": found.needs(candidate),
        "ingresses": [_plan(plan) for plan in found.plans[candidate]],
    }


def _plan(plan: Plan) -> dict:
    return {
        "ingress": plan.found.title,
        "written": not plan.refused,
        "refused": plan.refused,
        "differs": plan.differs,
        "annotations": [_use(use) for use in plan.uses.values()],
    }


def _use(use: Use) -> dict:
    return {"name": use.name, "value": use.value, "verdict": use.verdict, "becomes": use.becomes, "why": use.why,
            "proved": use.proved}  # fmt: skip


def _text(data: object) -> str:
    return json.dumps(_plain(data), indent=2)


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(english(key)): _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else english(value)
