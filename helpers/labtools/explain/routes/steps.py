"""The steps of an explanation at a Gateway: is it one at all, whose, ask, walk the links, name the fault."""

from dataclasses import replace

from ingress_lab.http.answers import NOBODY, Answer
from ingress_lab.http.probe import application_words
from ingress_lab.ingress.controller_flags import Flags
from ingress_lab.ingress.rules import host_matches
from labcore.kube.api import Api
from labcore.language.messages import phrase

from labtools.explain.findings import Findings
from labtools.explain.routes import faults, words
from labtools.explain.routes.attachment import Attachment, attachments, covers
from labtools.explain.routes.chain import chain_of
from labtools.explain.routes.explanation import RouteExplanation
from labtools.explain.routes.findings import RouteFindings
from labtools.explain.routes.gateways import TRAEFIK, Gateways, service_of
from labtools.explain.routes.meeting import meetings
from labtools.traefik import pod_port
from labtools.traefik.ingress_paths import Claim
from labtools.traefik.objects import Key, Objects
from labtools.traefik.pod_port import NotReached
from labtools.traefik.request import request_of


def at_gateway(of_ingress: Findings, gateways: Gateways) -> RouteFindings | None:
    """What is known at a Gateway; None where the URL is an Ingress's, or nobody's."""
    url, objects = of_ingress.url, of_ingress.objects
    request, every = request_of(url), attachments(gateways)
    claim = of_ingress.decided or of_ingress.meant
    way = claim if claim and (claim.namespace, claim.service) in _services(gateways, objects) else None
    if way is not None:
        request = replace(request, scheme="http")  # TLS ends at the entry
    near = [a for a in every if any(covers(host, request.host) for host in a.hosts)]
    if way is None and (claim is not None or not near or _claimed(of_ingress, request.host)):
        return None
    controller, service = _controller(gateways, near, way)
    mine = [a for a in every if a.gateway is None or gateways.controller(a.gateway) in ("", controller)]
    return RouteFindings(
        url, request, of_ingress.namespace, objects, gateways, mine, meetings(mine), controller, service, way,
        aliases=of_ingress.aliases,
    )  # fmt: skip


def _claimed(of_ingress: Findings, host: str) -> bool:
    """Has an Ingress this very host, though no path of it fits?"""
    return any(c.rule.host and host_matches(c.rule.host, host) for c in of_ingress.claims)


def _services(gateways: Gateways, objects: Objects) -> set[Key]:
    """The Services that lead to a controller of Gateways: by a Gateway's address, or by what the Pods behind run."""
    named = {key for gateway in gateways.gateways.values() if (key := service_of(gateway))}
    for (namespace, name), service in objects.services.items():
        selector = service["spec"].get("selector") or {}
        for (place, _), pod in objects.pods.items() if selector else ():
            carried = pod["metadata"].get("labels") or {}
            if place == namespace and selector.items() <= carried.items() and _follows_gateways(pod):
                named.add((namespace, name))
    return named


def _follows_gateways(pod: dict) -> bool:
    return any(Flags.of(c.get("args") or []).gateway for c in pod["spec"].get("containers") or [])


def _controller(gateways: Gateways, near: list[Attachment], way: Claim | None) -> tuple[str, Key | None]:
    """The controller's name, and the Service that leads to it."""
    by_service = {service_of(g): gateways.controller(g) for g in gateways.gateways.values()}
    if way is not None:
        key = (way.namespace, way.service)
        return by_service.get(key, TRAEFIK), key
    served = [a.gateway for a in near if a.gateway is not None and gateways.controller(a.gateway)]
    gateway = next(iter(served), None)
    return (gateways.controller(gateway), service_of(gateway)) if gateway else (TRAEFIK, None)


def ask(api: Api, findings: RouteFindings) -> Answer | None:
    """One GET at the controller's Pod itself, at the port of the listener that has the host; none by HTTPS."""
    if findings.request.scheme != "http":
        return None
    at = next((a for a in findings.near if a.scheme == "http" and not a.problem), None)
    listener = (at or next(iter(findings.near))).listener or {"port": 8000}
    pod = _pod(findings)
    if pod is None:
        return Answer(findings.url, 0, error=phrase("no ready Pod"))
    target = findings.url.partition("://")[2].partition("/")[2]
    try:
        headers = {"Host": findings.request.host}
        status, body = pod_port.get(api, *pod, listener["port"], f"/{target}", headers)
    except NotReached as error:
        return Answer(findings.url, 0, error=str(error))
    text = body.decode(errors="replace")
    said = application_words(text)
    return Answer(
        findings.url,
        status,
        service=said.get("service", NOBODY),
        path=said.get("path", ""),
        headers={} if said else {"Server": ""},
        text=text,
    )


def _pod(findings: RouteFindings) -> tuple[str, str] | None:
    """A ready Pod behind the controller's Service."""
    if findings.service is None:
        return None
    namespace = findings.service[0]
    for piece in findings.objects.slices_of(*findings.service):
        for endpoint in piece.get("endpoints") or []:
            target = endpoint.get("targetRef") or {}
            if target.get("kind") == "Pod" and (endpoint.get("conditions") or {}).get("ready", True):
                return namespace, target["name"]
    return None


def written(findings: RouteFindings, expected: str | None = None) -> RouteExplanation:
    """The explanation of what was found."""
    chain = chain_of(findings)
    fault = faults.fault_of(findings, chain)
    if fault:
        chain.break_at(fault.link)
    rows, left_out = words.rule_rows(findings)
    return RouteExplanation(
        url=findings.url,
        api=findings.answers(findings.meant),
        controller=findings.answers(findings.decided) if findings.by_traefik else "",
        seen=findings.seen,
        sentences=words.sentences(findings, fault, expected),
        chain=chain,
        fault=fault,
        rule_rows=rows,
        reading_rows=words.reading_rows(findings),
        controller_name="Traefik" if findings.by_traefik else findings.controller,
        note=phrase("rules of other hosts, not shown: {count}", count=left_out) if left_out else "",
        answered_by=findings.answered_by,
    )
