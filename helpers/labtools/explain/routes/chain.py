"""The links from a Gateway to the Pods: Gateway, listener, HTTPRoute, rule, and then those of an Ingress."""

from ingress_lab.ingress.rules import Rule
from labcore.language.messages import joined, phrase

from labtools.explain.chain import ORDER as OF_INGRESS
from labtools.explain.chain import Chain, service_links
from labtools.explain.routes.attachment import NO_CLASS, NO_GATEWAY, Attachment, condition
from labtools.explain.routes.findings import RouteFindings
from labtools.explain.routes.meeting import MISFITS, Meeting
from labtools.traefik.ingress_paths import Claim

ORDER = ("Gateway", "Listener", "HTTPRoute", *OF_INGRESS[1:])


def chain_of(findings: RouteFindings) -> Chain:
    """The links of the match that decides; where none does, those that led nearest."""
    if findings.decided:
        return _of(findings, findings.decided)
    chain, near = Chain(None, order=ORDER), findings.near
    at = next((a for a in near if a.problem), next(iter(near), None))
    if at is None:
        chain.add("HTTPRoute", phrase("no route has this host"), problem="no route")
    elif _attached(chain, findings, at):
        meeting = nearest(findings)
        why = MISFITS[meeting.misfit(findings.request, findings.url)] if meeting else ""
        chain.add("Rule", meeting.words if meeting else phrase("no rule"), why, "no match")
    return chain.close()


def nearest(findings: RouteFindings) -> Meeting | None:
    """The match that fits furthest among those of attached routes with this host."""
    order = list(MISFITS)
    some = [m for m in findings.meetings if not m.at.problem and m.misfit(findings.request, findings.url) != "host"]
    return max(some, key=lambda m: order.index(m.misfit(findings.request, findings.url)), default=None)


def _attached(chain: Chain, findings: RouteFindings, at: Attachment) -> bool:
    """Gateway, listener and route; False where one of them is broken."""
    if at.gateway is None:
        return chain.add("Gateway", at.parent["name"], phrase("not there"), NO_GATEWAY)
    class_name = at.gateway["spec"]["gatewayClassName"]
    detail = phrase("class {name}", name=class_name)
    if not chain.add("Gateway", findings.name(at.gateway), detail, NO_CLASS if at.problem == NO_CLASS else ""):
        return False
    if at.listener is None:
        wanted = at.parent.get("sectionName") or phrase("port {port}", port=at.parent.get("port", ""))
        return chain.add("Listener", wanted, at.problem, at.problem)
    where = [f"{at.listener['protocol']} {at.listener['port']}", at.listener.get("hostname") or phrase("any host")]
    wrong = condition(at.gateway, at.listener)
    if wrong and wrong["reason"] == at.problem:
        return chain.add("Listener", at.listener["name"], f"{at.problem}: {wrong['message']}", at.problem)
    chain.add("Listener", at.listener["name"], joined(", ", where))
    written = [f"{c['type']}={c['status']}" for c in at.written.values()]
    said = joined(", ", written) or phrase("no controller has written its status")
    return chain.add("HTTPRoute", findings.name(at.route), at.problem or said, at.problem)


def _of(findings: RouteFindings, meeting: Meeting) -> Chain:
    chains = [_behind(findings, meeting, backend) for backend in backends(meeting)]
    whole = next((chain for chain in chains if not chain.leads), next(iter(chains), None))
    if whole is not None:
        return whole
    chain = Chain(None, order=ORDER)
    _attached(chain, findings, meeting.at)
    chain.add("Rule", meeting.words, phrase("no Service: {answer}", answer=findings.answers(meeting)))
    return chain


def backends(meeting: Meeting) -> list[dict]:
    """The backendRefs that get requests."""
    return [b for b in meeting.rule.get("backendRefs") or [] if b.get("weight", 1)]


def _behind(findings: RouteFindings, meeting: Meeting, backend: dict) -> Chain:
    chain = Chain(claim_of(meeting, backend), order=ORDER)
    _attached(chain, findings, meeting.at)
    chain.add("Rule", meeting.words)
    assert chain.claim is not None
    if findings.gateways.granted(meeting.at.route, chain.claim.namespace, chain.claim.service):
        service_links(chain, chain.claim, findings.objects, findings.aliases)
    else:
        chain.add("Service", f"{chain.claim.namespace}/{chain.claim.service}", "RefNotPermitted", "RefNotPermitted")
    return chain.close()


def claim_of(meeting: Meeting, backend: dict) -> Claim:
    """A backendRef in the form of an Ingress's backend, for the links that both have."""
    meta = meeting.at.route["metadata"]
    namespace = backend.get("namespace") or meta.get("namespace", "")
    port = backend.get("port")
    rule = Rule("", meeting.path[1], meeting.path[0], backend["name"], str(port or ""), meta["name"], namespace)
    return Claim(rule, meeting.at.route, -1, -1, {"service": {"name": backend["name"], "port": {"number": port}}})
