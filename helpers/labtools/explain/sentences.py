"""What an explanation says in sentences: the answer, the rule behind it, where the readings part, the fault."""

from urllib.parse import urlsplit

from labcore.errors import unknown
from labcore.language.messages import joined, phrase

from labtools.explain.chain import LINKS
from labtools.explain.fault import Fault
from labtools.explain.findings import Findings
from labtools.explain.rows import controller_because, ingress_name, is_near, rule_and_ingress, rule_words
from labtools.explain.verdicts import controller_verdict
from labtools.traefik.rewriting import rewritten

_GUARDED = (401, 403, 413, 429, 503)  # statuses of what stands before a Service by annotation


def of(found: Findings, fault: Fault | None, expected: str | None, certificate: Fault | None = None) -> list[str]:
    made = [_answer(found), *_rule(found), *_parting(found, fault), *_path(found), *_unread(found), *found.notes]
    if fault:
        made += [
            phrase("The first broken link: {link}. {why}", link=LINKS[fault.link], why=fault.why),
            phrase("Fix: {fix}", fix=fault.fix),
        ]
    if certificate and certificate is not fault:
        made += [certificate.why, phrase("Fix: {fix}", fix=certificate.fix)]
    return made + (_unexpected(found, expected) if expected else [])


def _unread(found: Findings) -> list[str]:
    claim, names = found.chain_claim, found.unread
    if claim is None or not names:
        return []
    class_name = claim.rule.class_name or phrase("no class")
    return [
        phrase(
            "Ingress {ingress} carries annotations that its class ({name}) does not read here: {names}.",
            ingress=ingress_name(found, claim),
            name=class_name,
            names=", ".join(names),
        )
    ]


def _answer(found: Findings) -> str:
    if found.seen and found.seen.status == 0:
        return phrase(
            "{url} gets {status}.",
            url=found.url,
            service="",
            status=phrase("no answer: {error}", error=found.seen.error),
        )
    outcomes = {found.seen.outcome} if found.seen else _expected(found)
    if len(outcomes) > 1:
        return phrase("{url} gets one of {services}.", url=found.url, services=", ".join(sorted(outcomes)))
    outcome = next(iter(outcomes))
    if found.seen and outcome.isdigit() and found.answered_by:
        return phrase("{url} gets {status} from {service}.", url=found.url, status=outcome, service=found.answered_by)
    if outcome.isdigit():
        return phrase("{url} gets {status}.", url=found.url, status=outcome)
    return phrase("{url} gets {service}.", url=found.url, service=outcome)


def _expected(found: Findings) -> set[str]:
    if found.controller:
        return set(found.controller.outcomes)
    return {found.meant.service if found.meant else "404"}


def _rule(found: Findings) -> list[str]:
    claim = found.decided or (found.meant if found.controller is None else None)
    if claim is None:
        return []
    return [
        phrase(
            "The rule that decides: {rule} of Ingress {ingress}.",
            rule=rule_words(found, claim),
            ingress=ingress_name(found, claim),
        )
    ]


def _parting(found: Findings, fault: Fault | None) -> list[str]:
    """Where the readings differ from each other, and from what was seen."""
    made = []
    if found.controller and found.meant != found.decided:
        answer = found.meant.service if found.meant else "404"
        because = rule_and_ingress(found, found.meant) if found.meant else phrase("no rule fits")
        made.append(phrase("By the API it would be {answer}: {because}.", answer=answer, because=because))
        made += (
            [phrase("Several rules are equally long: their order is undefined, and may be another after every change.")]
            if found.controller.is_tie and len(found.controller.outcomes) > 1
            else []
        )
    if found.controller and found.seen and fault is None and not _as_read(found):
        expected = " or ".join(sorted(found.controller.outcomes))
        guards = found.controller.winner.notes if found.controller.winner else ()
        if guards and found.seen.status in _GUARDED:
            made.append(
                phrase(
                    "The controller itself answered {status}; of the Ingress' annotations these may do that: {names}.",
                    status=found.seen.status,
                    names=joined(", ", guards),
                )
            )
        else:
            made.append(
                phrase(
                    "Expected was {expected}: has the controller taken in the last change? Wait with `lab.settle()`.",
                    expected=f"{expected} ({controller_because(found)})",
                )
            )
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
        made.append(
            phrase("Traefik first tidies the path: {written} is {path}", written=written, path=reading.request.path)
        )
    winner = reading.winner
    if winner and winner.rewrite and winner.services:
        path, status = rewritten(reading.request.escaped, winner.rewrite)
        made += [phrase("the application sees {path}", path=path)] if not status else []
    if winner and winner.notes:
        made.append(phrase("this reading does not follow: {names}", names=joined(", ", winner.notes)))
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
        return phrase(
            "Why not {service}: {missing}.", service=expected, missing=unknown("Service", expected, there, place=place)
        )
    named = sorted({claim.service for claim in found.claims if here in ("", claim.namespace)})
    return phrase(
        "Why not {service}? The Service is there, but no rule names it. Rules name: {names}.",
        service=expected,
        names=", ".join(named) or phrase("-"),
    )


def _why_not(found: Findings, expected: str, number: int) -> str:
    """By the API's rules; where these give it the URL, by the controller's."""
    claim, why = found.claims[number], found.api.sentences[number]
    if found.controller and (claim == found.meant or not found.is_served(claim)):
        why = controller_verdict(claim, found.controller)
    return phrase("Why not {service}? {rule}: {why}.", service=expected, rule=rule_and_ingress(found, claim), why=why)
