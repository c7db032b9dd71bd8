"""What is wrong, if anything is: the first broken link on the way of the request, from the entry to the application."""

import difflib

from ingress_lab.ingress.ingress_paths import Claim
from ingress_lab.ingress.rules import host_and_path, host_matches
from labcore.language.messages import phrase

from labtools.explain.chain import Chain
from labtools.explain.direct import HTTP, SILENT
from labtools.explain.fault import Fault
from labtools.explain.findings import Findings
from labtools.explain.passed_over import passed_over
from labtools.explain.protocol import mismatch
from labtools.explain.remedies import broken_link
from labtools.explain.remedies_pods import refused
from labtools.explain.verdicts import why_not_path
from labtools.traefik.rewriting import rewritten

# Reasons for which Traefik passes over a rule that the API gives the URL to; the chain's own are told by the chain.
_TOLD = (
    "default with rules", "odd path", "snippet", "annotation", "regexp", "middleware", "empty", "namespace",
    "default taken", "lone canary", "entry point", "auth secret", "external name", "disabled", "not there",
)  # fmt: skip


def fault_of(found: Findings, chain: Chain) -> Fault | None:
    """The fault, in the order in which a request would meet it."""
    return (
        _unavailable(found)
        or _no_rule(found, chain)
        or broken_link(chain, found.objects)
        or _passed_over(found)
        or _lost(found)
        or _rewriting(found)
        or _behind(found, chain)
    )


def _unavailable(found: Findings) -> Fault | None:
    if found.seen is None or found.seen.status:
        return None
    return Fault(
        "Controller",
        phrase("No entry answered at all: {error}.", error=found.seen.error),
        phrase("is the controller running? kubectl get pods -A -l app=traefik"),
    )


def _no_rule(found: Findings, chain: Chain) -> Fault | None:
    if chain.claim is not None or not found.claims:
        return None
    host, path = host_and_path(found.url)
    there = [claim for claim in found.claims if host_matches(claim.rule.host, host) and not claim.rule.is_default]
    if not there:
        hosts = sorted({claim.rule.host for claim in found.claims if claim.rule.host})
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


def _passed_over(found: Findings) -> Fault | None:
    """The API gives the URL to a rule that this controller left out."""
    if found.meant is None or found.meant == found.decided or found.is_served(found.meant):
        return None
    left_out = [router for router in found.routers_of(found.meant) if router.dropped in _TOLD]
    return passed_over(found.meant, left_out[0], found) if left_out else None


def _lost(found: Findings) -> Fault | None:
    """Traefik keeps one of two routers of one name: it told so, or answers 404 where it may have kept the other."""
    reading = found.controller
    seen_nothing = found.seen is not None and found.seen.status == 404 and not found.by_application
    contested = reading is not None and reading.winner is not None and reading.winner.contested and seen_nothing
    told = found.meant is not None and any(r.dropped == "lost" for r in found.routers_of(found.meant))
    return (
        Fault(
            "Rule",
            phrase("Inside Traefik this rule has the name of another Ingress' rule, and only one of the two is kept."),
            phrase("give one of the two Ingresses another name"),
        )
        if contested or told
        else None
    )


def _rewriting(found: Findings) -> Fault | None:
    reading = found.controller
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


def _behind(found: Findings, chain: Chain) -> Fault | None:
    """What only an answer tells: another protocol, nobody listens, nobody answers, or the application says no."""
    if found.seen is None or chain.claim is None:
        return None
    router = found.controller.winner if found.controller else None
    status = found.seen.status
    if fault := mismatch(chain.claim, router, found.objects, found.direct, status):
        return fault
    if found.by_application and status >= 400:
        return _application(found, chain.claim)
    if status == 502:
        if found.direct and found.direct.protocol == HTTP:
            why = phrase(
                "The Pods behind Service {service} answer {status} when they are asked directly, but this request's "
                "connection broke off.",
                service=chain.claim.service,
                status=found.direct.status,
            )
            return Fault("Pod", why, phrase("look at what they write:\n  {command}", command=_logs(chain.claim, found)))
        if found.direct and found.direct.protocol == SILENT:
            why = phrase(
                "The Pods behind Service {service} take connections, and close them without an HTTP answer.",
                service=chain.claim.service,
            )
            return Fault("Pod", why, phrase("look at what they write:\n  {command}", command=_logs(chain.claim, found)))
        return refused(chain, found.objects)
    if found.seen.status == 504:
        command = _logs(chain.claim, found)
        return Fault(
            "Pod",
            phrase(
                "The Pods behind Service {service} take requests and do not answer in time.",
                service=chain.claim.service,
            ),
            phrase("look at what they write:\n  {command}", command=command),
        )
    return None


def _application(found: Findings, claim: Claim) -> Fault:
    """It answered, and said no: the way is whole."""
    assert found.seen is not None
    values = {"service": found.answered_by, "status": found.seen.status, "path": found.seen.path}
    why = (
        phrase("The request arrived: the application {service} itself answered {status}; it saw {path}.", **values)
        if found.seen.path
        else phrase("The request arrived: an application of Service {service} itself answered {status}.", **values)
    )
    if found.seen.status in (404, 405):
        return Fault("Application", why, phrase("ask for a path that it knows, or rewrite the path on its way"))
    if found.seen.status in (401, 403):
        fix = phrase(
            "the application wants other credentials, or refuses this client; see what it writes:\n  {command}",
            command=_logs(claim, found),
        )
    else:
        fix = phrase("look at what they write:\n  {command}", command=_logs(claim, found))
    return Fault("Application", why, fix)


def _logs(claim: Claim, found: Findings) -> str:
    """The command that shows what the Service's Pods write."""
    service = found.objects.service(claim.namespace, claim.service) or {}
    labels = (service.get("spec") or {}).get("selector") or {}
    return f"kubectl -n {claim.namespace} logs -l {','.join(f'{key}={value}' for key, value in labels.items())}"
