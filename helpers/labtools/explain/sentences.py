"""What an explanation says in sentences: the answer, the rule behind it, where the readings part, the fault."""

from urllib.parse import urlsplit

from labcore.errors import unknown
from labcore.language.messages import joined, phrase, text

from labtools.explain.fault import Fault
from labtools.explain.findings import Findings
from labtools.explain.rows import controller_because, ingress_name, is_near, rule_and_ingress, rule_words
from labtools.explain.verdicts import controller_verdict
from labtools.explain.words import words
from labtools.traefik.rewriting import rewritten

_GUARDED = (401, 403, 413, 429, 503)  # statuses of what stands before a Service by annotation


def of(found: Findings, fault: Fault | None, expected: str | None, certificate: Fault | None = None) -> list[str]:
    made = [_answer(found), *_rule(found), *_parting(found, fault), *_path(found), *_unread(found), *found.notes]
    if fault:
        made += [words("broken_link", link=words(fault.link), why=fault.why), words("fix", fix=fault.fix)]
    if certificate and certificate is not fault:
        made += [certificate.why, words("fix", fix=certificate.fix)]
    return made + (_unexpected(found, expected) if expected else [])


def _unread(found: Findings) -> list[str]:
    claim, names = found.chain_claim, found.unread
    if claim is None or not names:
        return []
    class_name = claim.rule.class_name or words("no_class")
    return [words("unread", ingress=ingress_name(found, claim), name=class_name, names=", ".join(names))]


def _answer(found: Findings) -> str:
    if found.seen and found.seen.status == 0:
        return words("answers_status", url=found.url, service="", status=words("not_answered", error=found.seen.error))
    outcomes = {found.seen.outcome} if found.seen else _expected(found)
    if len(outcomes) > 1:
        return words("answers_any", url=found.url, services=", ".join(sorted(outcomes)))
    outcome = next(iter(outcomes))
    if found.seen and outcome.isdigit() and found.answered_by:
        return words("answers_foreign", url=found.url, status=outcome, service=found.answered_by)
    key = "answers_status" if outcome.isdigit() else "answers"
    return words(key, url=found.url, status=outcome, service=outcome)


def _expected(found: Findings) -> set[str]:
    if found.controller:
        return set(found.controller.outcomes)
    return {found.meant.service if found.meant else "404"}


def _rule(found: Findings) -> list[str]:
    claim = found.decided or (found.meant if found.controller is None else None)
    if claim is None:
        return []
    return [words("by_rule", rule=rule_words(found, claim), ingress=ingress_name(found, claim))]


def _parting(found: Findings, fault: Fault | None) -> list[str]:
    """Where the readings differ from each other, and from what was seen."""
    made = []
    if found.controller and found.meant != found.decided:
        answer = found.meant.service if found.meant else "404"
        because = rule_and_ingress(found, found.meant) if found.meant else words("api_nobody")
        made.append(words("differ", answer=answer, because=because))
        made += [words("draw_sentence")] if found.controller.is_tie and len(found.controller.outcomes) > 1 else []
    if found.controller and found.seen and fault is None and not _as_read(found):
        expected = " or ".join(sorted(found.controller.outcomes))
        guards = found.controller.winner.notes if found.controller.winner else ()
        if guards and found.seen.status in _GUARDED:
            made.append(words("guarded", status=found.seen.status, names=joined(", ", guards)))
        else:
            made.append(words("seen_differs", expected=f"{expected} ({controller_because(found)})"))
    return made


def _as_read(found: Findings) -> bool:
    """Is what came what the reading expects? An application's own error, and a 502, are no matter of rules."""
    assert found.seen is not None and found.controller is not None
    if found.answered_by:
        return set(found.answered_by.split(" or ")) <= found.controller.outcomes
    return str(found.seen.status) in found.controller.outcomes or found.seen.status in (0, 502, 504)


def _path(found: Findings) -> list[str]:
    """What happens to the path on its way, and which annotations are not followed."""
    reading = found.controller
    if reading is None or reading.request.status:
        return []
    made = []
    written = urlsplit(found.url).path or "/"
    if reading.request.path != written:
        made.append(words("tidied", written=written, path=reading.request.path))
    winner = reading.winner
    if winner and winner.rewrite and winner.services:
        path, status = rewritten(reading.request.escaped, winner.rewrite)
        made += [words("rewritten", path=path)] if not status else []
    if winner and winner.notes:
        made.append(words("not_read", names=joined(", ", winner.notes)))
    return made


def _unexpected(found: Findings, expected: str) -> list[str]:
    """Why a Service that was expected did not get the URL."""
    if expected in found.answered_by.split(" or "):
        return []
    numbers = [n for n, claim in enumerate(found.claims) if claim.service == expected]
    if not numbers:
        return [_unnamed(found, expected)]
    closer = [n for n in numbers if is_near(found, found.claims[n])]
    return [_why_not(found, expected, number) for number in (closer or numbers)[:3]]


def _unnamed(found: Findings, expected: str) -> str:
    """No rule names it: is there such a Service at all, and which others are there?"""
    here = found.namespace
    there = {name for namespace, name in found.objects.services if here in ("", namespace)}
    if expected not in there:
        place = phrase('namespace "{namespace}"', namespace=here) if here else phrase("this cluster")
        return words("unexpected_missing", service=expected, missing=unknown("Service", expected, there, place=place))
    named = sorted({claim.service for claim in found.claims if here in ("", claim.namespace)})
    return words("unexpected_unnamed", service=expected, names=", ".join(named) or text("none"))


def _why_not(found: Findings, expected: str, number: int) -> str:
    """By the API's rules; where these give it the URL, by the controller's."""
    claim, why = found.claims[number], found.api.sentences[number]
    if found.controller and (claim == found.meant or not found.is_served(claim)):
        why = controller_verdict(claim, found.controller)
    return words("unexpected", service=expected, rule=rule_and_ingress(found, claim), why=why)
