"""What is wrong, if anything is: the first broken link on the way of the request, from the entry to the application."""

import difflib

from ingress_lab.ingress.rules import host_and_path, host_matches
from labcore.language.messages import phrase

from labtools.explain.chain import Chain
from labtools.explain.direct import HTTP, SILENT
from labtools.explain.fault import Fault, answered
from labtools.explain.findings import Findings
from labtools.explain.passed_over import passed_over
from labtools.explain.protocol import mismatch
from labtools.explain.remedies import broken_link
from labtools.explain.remedies_pods import refused
from labtools.explain.verdicts import why_not_path
from labtools.traefik.ingress_paths import Claim
from labtools.traefik.rewriting import rewritten

# Reasons for which Traefik passes over a rule that the API gives the URL to; the chain's own are told by the chain.
_TOLD = (
    "default with rules", "odd path", "snippet", "annotation", "regexp", "middleware", "empty", "namespace",
    "default taken", "lone canary", "entry point", "auth secret", "external name", "disabled", "not there",
)  # fmt: skip


def fault_of(findings: Findings, chain: Chain) -> Fault | None:
    """The fault, in the order in which a request would meet it."""
    return (
        _unavailable(findings)
        or _no_rule(findings, chain)
        or broken_link(chain, findings.objects)
        or _passed_over(findings)
        or _lost(findings)
        or _rewriting(findings)
        or _behind(findings, chain)
    )


def _unavailable(findings: Findings) -> Fault | None:
    if findings.seen is None or findings.seen.status:
        return None
    return Fault(
        "Controller",
        phrase("No entry answered at all: {error}.", error=findings.seen.error),
        phrase("is the controller running? kubectl get pods -A -l app=traefik"),
    )


def _no_rule(findings: Findings, chain: Chain) -> Fault | None:
    if chain.claim is not None or not findings.claims:
        return None
    host, path = host_and_path(findings.url)
    there = [claim for claim in findings.claims if host_matches(claim.rule.host, host) and not claim.rule.is_default]
    if not there:
        hosts = sorted({claim.rule.host for claim in findings.claims if claim.rule.host})
        near = difflib.get_close_matches(host, hosts, n=1, cutoff=0.6)
        fix = (
            phrase("ask for {near}, which has rules, or add a rule for {host}", near=near[0], host=host)
            if near
            else phrase("add a rule for {host} to an Ingress", host=host)
        )
        return Fault("Rule", phrase("No rule has the host {host}.", host=host), fix)
    nearest = max(there, key=lambda c: difflib.SequenceMatcher(None, c.rule.path, path).ratio())
    reason = f"{nearest.rule.path_type} {nearest.rule.path}: {why_not_path(nearest.rule, path)}"
    why = phrase("There are rules for {host}, but none fits {path}: {reason}.", host=host, path=path, reason=reason)
    return Fault(
        "Rule",
        why,
        phrase(
            "add the path {path} (or `/` for all that is left) to the rule of {host} in Ingress {ingress}",
            path=path,
            host=host,
            ingress=nearest.rule.ingress,
        ),
    )


def _passed_over(findings: Findings) -> Fault | None:
    """The API gives the URL to a rule that this controller left out."""
    if findings.meant is None or findings.meant == findings.decided or findings.is_served(findings.meant):
        return None
    left_out = [router for router in findings.routers_of(findings.meant) if router.dropped in _TOLD]
    return passed_over(findings.meant, left_out[0], findings) if left_out else None


def _lost(findings: Findings) -> Fault | None:
    """Traefik keeps one of two routers of one name: it told so, or answers 404 where it may have kept the other."""
    reading = findings.controller
    seen_nothing = findings.seen is not None and findings.seen.status == 404 and not findings.by_application
    contested = reading is not None and reading.winner is not None and reading.winner.contested and seen_nothing
    told = findings.meant is not None and any(r.dropped == "lost" for r in findings.routers_of(findings.meant))
    return (
        Fault(
            "Rule",
            phrase("Inside Traefik this rule has the name of another Ingress' rule, and only one of the two is kept."),
            phrase("give one of the two Ingresses another name"),
        )
        if contested or told
        else None
    )


def _rewriting(findings: Findings) -> Fault | None:
    reading = findings.controller
    if reading is None or reading.winner is None or not reading.winner.rewrite:
        return None
    path, status = rewritten(reading.request.escaped, reading.winner.rewrite)
    if status < 400:
        return None
    claim = reading.winner.claim
    why = phrase(
        "The rewriting of Ingress {ingress} turns the path into {path}, and Traefik answers {status}.",
        ingress=claim.rule.ingress,
        path=path or '""',
        status=status,
    )
    return Fault(
        "Rule",
        why,
        phrase(
            "keep what follows with a group: path {like}, rewrite-target: /$2",
            like=f"{claim.rule.path.rstrip('/').partition('(')[0]}(/|$)(.*)",
        ),
    )


def _behind(findings: Findings, chain: Chain) -> Fault | None:
    """What only an answer tells: another protocol, nobody listens, nobody answers, or the application says no."""
    if findings.seen is None or chain.claim is None:
        return None
    router = findings.controller.winner if findings.controller else None
    status = findings.seen.status
    if fault := mismatch(chain.claim, router, findings.objects, findings.direct, status):
        return fault
    if findings.by_application and status >= 400:
        return _application(findings, chain.claim)
    if status == 502:
        if findings.direct and findings.direct.protocol == HTTP:
            why = phrase(
                "The Pods behind Service {service} answer {status} when they are asked directly, but this request's "
                "connection broke off.",
                service=chain.claim.service,
                status=findings.direct.status,
            )
            return Fault(
                "Pod", why, phrase("look at what they write:\n  {command}", command=_logs(chain.claim, findings))
            )
        if findings.direct and findings.direct.protocol == SILENT:
            why = phrase(
                "The Pods behind Service {service} take connections, and close them without an HTTP answer.",
                service=chain.claim.service,
            )
            return Fault(
                "Pod", why, phrase("look at what they write:\n  {command}", command=_logs(chain.claim, findings))
            )
        return refused(chain, findings.objects)
    if findings.seen.status == 504:
        command = _logs(chain.claim, findings)
        return Fault(
            "Pod",
            phrase(
                "The Pods behind Service {service} take requests and do not answer in time.",
                service=chain.claim.service,
            ),
            phrase("look at what they write:\n  {command}", command=command),
        )
    return None


def _application(findings: Findings, claim: Claim) -> Fault:
    """It answered, and said no: the way is whole."""
    assert findings.seen is not None
    why = answered(findings.answered_by, findings.seen)
    if findings.seen.status in (404, 405):
        return Fault("Application", why, phrase("ask for a path that it knows, or rewrite the path on its way"))
    if findings.seen.status in (401, 403):
        fix = phrase(
            "the application wants other credentials, or refuses this client; see what it writes:\n  {command}",
            command=_logs(claim, findings),
        )
    else:
        fix = phrase("look at what they write:\n  {command}", command=_logs(claim, findings))
    return Fault("Application", why, fix)


def _logs(claim: Claim, findings: Findings) -> str:
    """The command that shows what the Service's Pods write."""
    service = findings.objects.service(claim.namespace, claim.service) or {}
    labels = (service.get("spec") or {}).get("selector") or {}
    return f"kubectl -n {claim.namespace} logs -l {','.join(f'{key}={value}' for key, value in labels.items())}"
