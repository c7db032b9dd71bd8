"""What is wrong, if anything is: the first broken link on the way of the request, from the entry to the application."""

import difflib

from ingress_lab.ingress.ingress_paths import Claim
from ingress_lab.ingress.rules import host_and_path, host_matches

from labtools.explain.chain import Chain
from labtools.explain.direct import HTTP, SILENT
from labtools.explain.fault import Fault
from labtools.explain.findings import Findings
from labtools.explain.passed_over import passed_over
from labtools.explain.protocol import mismatch
from labtools.explain.remedies import broken_link
from labtools.explain.remedies_pods import refused
from labtools.explain.verdicts import why_not_path
from labtools.explain.words import words
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
    return Fault("Controller", words("why unavailable", error=found.seen.error), words("fix unavailable"))


def _no_rule(found: Findings, chain: Chain) -> Fault | None:
    if chain.claim is not None or not found.claims:
        return None
    host, path = host_and_path(found.url)
    there = [claim for claim in found.claims if host_matches(claim.rule.host, host) and not claim.rule.is_default]
    if not there:
        hosts = sorted({claim.rule.host for claim in found.claims if claim.rule.host})
        near = difflib.get_close_matches(host, hosts, n=1, cutoff=0.6)
        fix = words("fix no rule near", near=near[0], host=host) if near else words("fix no rule", host=host)
        return Fault("Rule", words("why no rule", host=host), fix)
    nearest = max(there, key=lambda c: difflib.SequenceMatcher(None, c.rule.path, path).ratio())
    reason = f"{nearest.rule.path_type} {nearest.rule.path}: {why_not_path(nearest.rule, path)}"
    why = words("why no path", host=host, path=path, reason=reason)
    return Fault("Rule", why, words("fix no path", path=path, host=host, ingress=nearest.rule.ingress))


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
    return Fault("Rule", words("why lost"), words("fix lost")) if contested or told else None


def _rewriting(found: Findings) -> Fault | None:
    reading = found.controller
    if reading is None or reading.winner is None or not reading.winner.rewrite:
        return None
    path, status = rewritten(reading.request.escaped, reading.winner.rewrite)
    if status < 400:
        return None
    claim = reading.winner.claim
    why = words("why rewrite", ingress=claim.rule.ingress, path=path or '""', status=status)
    return Fault("Rule", why, words("fix rewrite", like=f"{claim.rule.path.rstrip('/').partition('(')[0]}(/|$)(.*)"))


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
            why = words("why broke off", service=chain.claim.service, status=found.direct.status)
            return Fault("Pod", why, words("fix timeout", command=_logs(chain.claim, found)))
        if found.direct and found.direct.protocol == SILENT:
            why = words("why silent", service=chain.claim.service)
            return Fault("Pod", why, words("fix timeout", command=_logs(chain.claim, found)))
        return refused(chain, found.objects)
    if found.seen.status == 504:
        command = _logs(chain.claim, found)
        return Fault("Pod", words("why timeout", service=chain.claim.service), words("fix timeout", command=command))
    return None


def _application(found: Findings, claim: Claim) -> Fault:
    """It answered, and said no: the way is whole."""
    assert found.seen is not None
    values = {"service": found.answered_by, "status": found.seen.status, "path": found.seen.path}
    why = words("why application" if found.seen.path else "why foreign application", **values)
    if found.seen.status in (404, 405):
        return Fault("Application", why, words("fix application"))
    key = "fix forbidden" if found.seen.status in (401, 403) else "fix timeout"
    return Fault("Application", why, words(key, command=_logs(claim, found)))


def _logs(claim: Claim, found: Findings) -> str:
    """The command that shows what the Service's Pods write."""
    service = found.objects.service(claim.namespace, claim.service) or {}
    labels = (service.get("spec") or {}).get("selector") or {}
    return f"kubectl -n {claim.namespace} logs -l {','.join(f'{key}={value}' for key, value in labels.items())}"
