"""What an explanation says in sentences: the answer, the rule behind it, where the readings part, the fault."""

from urllib.parse import urlsplit

from labcore.errors import unknown
from labcore.language.messages import joined, phrase

from labtools.explain.answerer import OR
from labtools.explain.chain import LINKS
from labtools.explain.fault import Fault
from labtools.explain.findings import Findings
from labtools.explain.rows import (
    api_because,
    controller_because,
    ingress_name,
    is_near,
    rule_and_ingress,
    rule_words,
)
from labtools.explain.verdicts import controller_verdict
from labtools.traefik.rewriting import rewritten

_GUARDED = (401, 403, 413, 429, 503)  # statuses of what stands before a Service by annotation


def of(findings: Findings, fault: Fault | None, expected: str | None, certificate: Fault | None = None) -> list[str]:
    """The explanation, in the order in which a person asks: what, by which rule, what is wrong, what to do."""
    made = [
        _answer(findings),
        *_rule(findings),
        *_parting(findings, fault),
        *_path(findings),
        *_unread(findings),
        *findings.notes,
    ]
    if fault:
        made += [
            phrase("The first broken link: {link}. {why}", link=LINKS[fault.link], why=fault.why),
            phrase("Fix: {fix}", fix=fault.fix),
        ]
    if certificate and certificate is not fault:
        made += [certificate.why, phrase("Fix: {fix}", fix=certificate.fix)]
    return made + (_unexpected(findings, expected) if expected else [])


def _unread(findings: Findings) -> list[str]:
    claim, names = findings.chain_claim, findings.unread
    if claim is None or not names:
        return []
    class_name = claim.rule.class_name or phrase("no class")
    return [
        phrase(
            "Ingress {ingress} carries annotations that its class ({name}) does not read here: {names}.",
            ingress=ingress_name(findings, claim),
            name=class_name,
            names=", ".join(names),
        )
    ]


def _answer(findings: Findings) -> str:
    if findings.seen and findings.seen.status == 0:
        return phrase(
            "{url} gets {status}.",
            url=findings.url,
            service="",
            status=phrase("no answer: {error}", error=findings.seen.error),
        )
    outcomes = {findings.seen.outcome} if findings.seen else _expected(findings)
    if len(outcomes) > 1:
        return phrase("{url} gets one of {services}.", url=findings.url, services=", ".join(sorted(outcomes)))
    outcome = next(iter(outcomes))
    if findings.seen and outcome.isdigit() and findings.answered_by:
        return phrase(
            "{url} gets {status} from {service}.", url=findings.url, status=outcome, service=findings.answered_by
        )
    if outcome.isdigit():
        return phrase("{url} gets {status}.", url=findings.url, status=outcome)
    return phrase("{url} gets {service}.", url=findings.url, service=outcome)


def _expected(findings: Findings) -> set[str]:
    if findings.controller:
        return set(findings.controller.outcomes)
    return {findings.meant.service if findings.meant else "404"}


def _rule(findings: Findings) -> list[str]:
    claim = findings.decided or (findings.meant if findings.controller is None else None)
    if claim is None:
        return []
    return [
        phrase(
            "The rule that decides: {rule} of Ingress {ingress}.",
            rule=rule_words(findings, claim),
            ingress=ingress_name(findings, claim),
        )
    ]


def _parting(findings: Findings, fault: Fault | None) -> list[str]:
    """Where the readings differ from each other, and from what was seen."""
    made = []
    if findings.controller and findings.meant != findings.decided:
        made.append(
            phrase(
                "By the API it would be {answer}: {because}.",
                answer=findings.meant_services,
                because=api_because(findings),
            )
        )
        made += (
            [phrase("Several rules are equally long: their order is undefined, and may be another after every change.")]
            if findings.controller.is_tie and len(findings.controller.outcomes) > 1
            else []
        )
    if findings.controller and findings.seen and fault is None and not _as_read(findings):
        expected = joined(OR, sorted(findings.controller.outcomes))
        guards = findings.controller.winner.notes if findings.controller.winner else ()
        if guards and findings.seen.status in _GUARDED:
            made.append(
                phrase(
                    "The controller itself answered {status}; of the Ingress' annotations these may do that: {names}.",
                    status=findings.seen.status,
                    names=joined(", ", guards),
                )
            )
        else:
            made.append(
                phrase(
                    "Expected was {expected}: has the controller taken in the last change? Wait with `lab.settle()`.",
                    expected=joined("", [expected, " (", controller_because(findings), ")"]),
                )
            )
    return made


def _as_read(findings: Findings) -> bool:
    """Is what came what the reading expects? An application's own error, and a 502, have nothing to do with rules."""
    assert findings.seen is not None and findings.controller is not None
    if findings.answered_by:
        return set(findings.answered_by.split(OR)) <= findings.controller.outcomes
    return str(findings.seen.status) in findings.controller.outcomes or findings.seen.status in (0, 502, 504)


def _path(findings: Findings) -> list[str]:
    """What happens to the path on its way, and which annotations are not followed."""
    reading = findings.controller
    if reading is None or reading.request.status:
        return []
    made = []
    written = urlsplit(findings.url).path or "/"
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


def _unexpected(findings: Findings, expected: str) -> list[str]:
    """Why a Service that was expected did not get the URL."""
    if expected in findings.answered_by.split(OR):
        return []
    numbers = [n for n, claim in enumerate(findings.claims) if claim.service == expected]
    if not numbers:
        return [_unnamed(findings, expected)]
    closer = [n for n in numbers if is_near(findings, findings.claims[n])]
    return [_why_not(findings, expected, number) for number in (closer or numbers)[:3]]


def _unnamed(findings: Findings, expected: str) -> str:
    """No rule names it: is there such a Service at all, and which others are there?"""
    here = findings.namespace
    there = {name for namespace, name in findings.objects.services if here in ("", namespace)}
    if expected not in there:
        scope = phrase('namespace "{namespace}"', namespace=here) if here else phrase("this cluster")
        return phrase(
            "Why not {service}: {missing}.", service=expected, missing=unknown("Service", expected, there, place=scope)
        )
    named = sorted({claim.service for claim in findings.claims if here in ("", claim.namespace)})
    return phrase(
        "Why not {service}? The Service is there, but no rule names it. Rules name: {names}.",
        service=expected,
        names=", ".join(named) or phrase("-"),
    )


def _why_not(findings: Findings, expected: str, number: int) -> str:
    """By the API's rules; where these give it the URL, by the controller's."""
    claim, why = findings.claims[number], findings.api.sentences[number]
    if findings.controller and (claim == findings.meant or not findings.is_served(claim)):
        why = controller_verdict(claim, findings.controller)
    return phrase(
        "Why not {service}? {rule}: {why}.", service=expected, rule=rule_and_ingress(findings, claim), why=why
    )
