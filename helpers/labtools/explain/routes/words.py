"""An explanation of a URL at a Gateway in sentences and rows."""

from ingress_lab.ingress.routes import outcomes
from labcore.language.messages import joined, phrase

from labtools.explain.chain import LINKS
from labtools.explain.fault import Fault
from labtools.explain.routes.findings import RouteFindings
from labtools.explain.routes.meeting import MISFITS, Meeting

MOST = 12  # rows that still help


def sentences(findings: RouteFindings, fault: Fault | None, expected: str | None) -> list[str]:
    """What came, on which way, by which rule, what is wrong, what to do."""
    made = [_answer(findings), _way(findings), *_rule(findings), *_parting(findings), *_nothing(findings)]
    if fault:
        made += [
            phrase("The first broken link: {link}. {why}", link=LINKS[fault.link], why=fault.why),
            phrase("Fix: {fix}", fix=fault.fix),
        ]
    return made + _unexpected(findings, expected)


def _answer(findings: RouteFindings) -> str:
    seen = findings.seen
    if seen and not seen.status:
        error = phrase("no answer: {error}", error=seen.error)
        return phrase("{url} gets {status}.", url=findings.url, status=error)
    outcome = seen.outcome if seen else findings.answers(findings.decided)
    if seen and outcome.isdigit() and findings.answered_by:
        return phrase(
            "{url} gets {status} from {service}.", url=findings.url, status=outcome, service=findings.answered_by
        )
    if outcome.isdigit():
        return phrase("{url} gets {status}.", url=findings.url, status=outcome)
    return phrase("{url} gets {service}.", url=findings.url, service=outcome)


def _way(findings: RouteFindings) -> str:
    if findings.way:
        return phrase(
            "The entry hands it on to the Gateway API's controller: Ingress {ingress}, Service {service}.",
            ingress=f"{findings.way.namespace}/{findings.way.rule.ingress}",
            service=findings.way.service,
        )
    if findings.seen is None:
        return phrase("No Ingress has this host, so it is looked for at the Gateways themselves.")
    return phrase("No Ingress has this host, so the Gateway's controller was asked itself, not the entry.")


def _rule(findings: RouteFindings) -> list[str]:
    decided = findings.decided
    if decided is None or decided.at.gateway is None or decided.at.listener is None:
        return []
    return [
        phrase(
            "The rule that decides: rule {number} of HTTPRoute {route} ({match}), at the listener {listener} of "
            "Gateway {gateway}.",
            number=decided.number + 1,
            route=findings.name(decided.at.route),
            match=decided.words,
            listener=decided.at.listener["name"],
            gateway=findings.name(decided.at.gateway),
        )
    ]


def _parting(findings: RouteFindings) -> list[str]:
    """Where this controller's order is not the specification's."""
    meant, decided = findings.meant, findings.decided
    if meant is None or decided is None or meant == decided:
        return []
    return [
        phrase(
            "By the specification it would be rule {number} of HTTPRoute {route} ({match}), whose host is more "
            "specific; Traefik adds up numbers, in which the path weighs more.",
            number=meant.number + 1,
            route=findings.name(meant.at.route),
            match=meant.words,
        )
    ]


def _nothing(findings: RouteFindings) -> list[str]:
    """A field that is taken, and does nothing."""
    if not findings.by_traefik or findings.decided is None or "timeouts" not in findings.decided.rule:
        return []
    return [phrase("The rule has timeouts; Traefik does not support them, and does nothing with them.")]


def _unexpected(findings: RouteFindings, expected: str | None) -> list[str]:
    if not expected or expected in findings.answers(findings.decided):
        return []
    for meeting in findings.meetings:
        if expected in [service for service, _, _ in outcomes(meeting.rule)]:
            rule = phrase(
                "rule {number} of HTTPRoute {route}", number=meeting.number + 1, route=findings.name(meeting.at.route)
            )
            return [
                phrase("Why not {service}? {rule}: {why}.", service=expected, rule=rule, why=verdict(findings, meeting))
            ]
    return [phrase("Why not {service}? No HTTPRoute at these Gateways names it.", service=expected)]


def verdict(findings: RouteFindings, meeting: Meeting) -> str:
    """Why a match takes the request, or does not."""
    if meeting.at.problem:
        return phrase("not attached: {reason}", reason=meeting.at.problem)
    if misfit := meeting.misfit(findings.request, findings.url):
        return MISFITS[misfit]
    if meeting == findings.decided:
        return phrase("wins") if len(findings.fitting) > 1 else phrase("wins: the only rule that fits")
    return phrase("fits; another goes first")


def rule_rows(findings: RouteFindings) -> tuple[list[dict], int]:
    """The rows, and how many rules of other hosts are left out."""
    near = [m for m in findings.meetings if m.misfit(findings.request, findings.url) != "host"] or findings.meetings
    near = sorted(near, key=lambda m: (m != findings.decided, bool(m.at.problem)))[:MOST]
    shown = [m for m in findings.meetings if m in near]
    return [_row(findings, m) for m in shown], len(findings.meetings) - len(shown)


def _row(findings: RouteFindings, meeting: Meeting) -> dict:
    return {
        "host": joined(", ", [host or phrase("any host") for host in meeting.at.hosts]),
        "match": meeting.words,
        "service": joined(", ", [f"{s} x{w}" if w else s for s, _, w in outcomes(meeting.rule)]),
        "route": findings.name(meeting.at.route),
        "controller": verdict(findings, meeting),
    }


def reading_rows(findings: RouteFindings) -> list[dict]:
    """The specification's reading, this controller's, and what was seen."""
    name = phrase("{name}'s reading", name="Traefik") if findings.by_traefik else ""
    rows = [(phrase("specification's reading"), findings.meant), (name, findings.decided)]
    made = [{"reading": n, "answer": findings.answers(m), "because": _because(findings, m)} for n, m in rows if n]
    if findings.seen:
        status = phrase("answered {status}", status=findings.seen.status)
        said = status if findings.seen.status else phrase("no answer: {error}", error=findings.seen.error)
        made.append(
            {"reading": phrase("seen"), "answer": findings.answered_by or findings.seen.outcome, "because": said}
        )
    return made


def _because(findings: RouteFindings, meeting: Meeting | None) -> str:
    if meeting is None:
        return phrase("no rule fits")
    return f"{meeting.words}, HTTPRoute {findings.name(meeting.at.route)}"
