"""The rows of an explanation's tables: the readings, and the rules that could have had a say."""

from ingress_lab.ingress.rules import host_and_path, host_matches
from labcore.language.messages import joined, phrase

from labtools.explain.answerer import OR
from labtools.explain.findings import Findings
from labtools.explain.verdicts import controller_verdict
from labtools.traefik.ingress_paths import Claim
from labtools.traefik.reading import redirects
from labtools.traefik.rewriting import rewritten

MOST = 12  # rows that still help


def reading_rows(findings: Findings) -> list[dict]:
    """Three rows that can be compared: the API's reading, the controller's reading, and what was seen."""
    rows = [{"reading": phrase("API's reading"), "answer": findings.meant_services, "because": api_because(findings)}]
    if findings.controller:
        answer = joined(OR, sorted(findings.controller.outcomes))
        name = phrase("{name}'s reading", name="Traefik")
        rows.append({"reading": name, "answer": answer, "because": controller_because(findings)})
    if findings.seen:
        status = phrase("answered {status}", status=findings.seen.status)
        said = status if findings.seen.status else phrase("no answer: {error}", error=findings.seen.error)
        answer = findings.answered_by or findings.seen.outcome
        rows.append({"reading": phrase("seen"), "answer": answer, "because": said})
    return rows


def api_because(findings: Findings) -> str:
    """Why the API's reading is what it is, in half a sentence."""
    if len(findings.api.winners) > 1:
        return phrase("the API gives no order of the rules that fit")
    return rule_and_ingress(findings, findings.meant) if findings.meant else phrase("no rule fits")


def _refused_path(path: str, status: int) -> str:
    """What becomes of a request whose rewritten path is not sent on."""
    if status == 302:
        return phrase("the rule redirects")
    if status == 400:
        return phrase("the path becomes {path}, which Traefik refuses", path=path)
    return phrase("the path becomes {path}, which is not a path", path=path)


def controller_because(findings: Findings) -> str:
    """Why Traefik's reading is what it is, in half a sentence."""
    reading = findings.controller
    assert reading is not None
    if reading.request.status:
        return phrase("Traefik refuses this path before it looks at any rule")
    winner = reading.winner
    if winner is None:
        return phrase("no rule of the controller fits")
    if redirects(winner, reading.request) or (winner.app_root and reading.request.path == "/"):
        return phrase("the rule redirects")
    if winner.rewrite:
        path, status = rewritten(reading.request.escaped, winner.rewrite)
        if status:
            return _refused_path(path or '""', status)
    if reading.is_tie and len(reading.outcomes) > 1:
        return phrase("a tie: several rules are equally long, and their order is undefined")
    if len(winner.services) > 1:
        return phrase("a canary shares the requests")
    return (
        rule_and_ingress(findings, winner.claim)
        if winner.services
        else phrase("the rule's Service has nobody to answer")
    )


def rule_words(findings: Findings, claim: Claim) -> str:
    """`Prefix abc.sample.com/apl2`, `*` for any host."""
    rule = claim.rule
    if rule.is_default:
        return phrase("(default backend)")
    return f"{rule.path_type} {rule.host or '*'}{rule.path}"


def rule_and_ingress(findings: Findings, claim: Claim) -> str:
    return f"{rule_words(findings, claim)}, Ingress {ingress_name(findings, claim)}"


def ingress_name(findings: Findings, claim: Claim) -> str:
    """With its namespace where that is not the reader's own."""
    own = claim.namespace == findings.namespace
    return claim.rule.ingress if own else f"{claim.namespace}/{claim.rule.ingress}"


def rule_rows(findings: Findings) -> tuple[list[dict], int]:
    """The rows, and how many rules are left out: those of other hosts, and what would be too many."""
    near = [n for n, claim in enumerate(findings.claims) if is_near(findings, claim)]
    if not any(not findings.claims[n].rule.is_default for n in near):
        near = [
            n
            for n, claim in enumerate(findings.claims)
            if claim.namespace == findings.namespace or not findings.namespace
        ]
    winners = (findings.meant, findings.decided)
    near.sort(key=lambda n: (findings.claims[n] not in winners, findings.claims[n].namespace != findings.namespace, n))
    shown = sorted(near[:MOST], key=lambda n: (findings.claims[n].namespace != findings.namespace, n))
    return [_row(findings, n) for n in shown], len(findings.claims) - len(shown)


def is_near(findings: Findings, claim: Claim) -> bool:
    """May a reader wonder about this rule? Its host fits, or nearly does, or the controller takes it."""
    host, _ = host_and_path(findings.url)
    if claim.rule.is_default or host_matches(claim.rule.host, host) or claim == findings.decided:
        return True
    wild = claim.rule.host.startswith("*.") and f".{host}".endswith(claim.rule.host[1:])
    return wild or any(r.match.fits_host(host) for r in findings.routers_of(claim) if not r.dropped)


def _row(findings: Findings, number: int) -> dict:
    claim = findings.claims[number]
    rule = claim.rule
    return {
        "host": rule.host or phrase("any host"),
        "path": rule.path or phrase("(default backend)"),
        "path_type": rule.path_type or None,
        "service": f"{rule.service}:{rule.port}",
        "ingress": ingress_name(findings, claim),
        "api": findings.api.sentences[number],
        "controller": controller_verdict(claim, findings.controller) if findings.controller else None,
    }


def text_rows(findings: Findings) -> list[dict]:
    """The rule texts that fit, in the order in which Traefik tries them."""
    routers = findings.controller.fitting if findings.controller else []
    return [
        {"rule": r.match.text, "length": r.match.length, "service": r.claim.service, "priority": r.order}
        for r in routers
    ]
