"""What is wrong behind a rule of an HTTPRoute: the grant, the Service, its port, its Pods, the application."""

import json

from labcore.language.messages import phrase

from labtools.explain import remedies_pods
from labtools.explain.chain import Chain
from labtools.explain.fault import Fault, answered, nearest
from labtools.explain.remedies import broken_link
from labtools.explain.routes.findings import RouteFindings
from labtools.explain.routes.gateways import grant, key_of


def fault_of(findings: RouteFindings, chain: Chain) -> Fault | None:
    """By the broken link, else by the answer."""
    problem = chain.broken.problem if chain.broken else ""
    if problem in ("RefNotPermitted", "no service", "no port"):
        return {"RefNotPermitted": _grant, "no service": _service, "no port": _port}[problem](findings, chain)
    if chain.broken:
        return broken_link(chain, findings.objects)
    if findings.seen is None or findings.seen.status < 400 or chain.claim is None:
        return None
    if findings.by_application:
        return _application(findings)
    if findings.seen.status == 504:
        return _late(findings, chain.claim.service)
    if findings.seen.status not in (502, 503):
        return None
    return remedies_pods.refused(chain, findings.objects) if findings.by_traefik else _refused(findings, chain)


def _refused(findings: RouteFindings, chain: Chain) -> Fault:
    assert findings.seen is not None and chain.claim is not None
    why = phrase(
        "The controller reached no program behind Service {service}, and answers {status}.",
        service=chain.claim.service,
        status=findings.seen.status,
    )
    return Fault("Pod", why, phrase("let the program listen there, or change the Service's targetPort"))


def _late(findings: RouteFindings, service: str) -> Fault:
    assert findings.decided is not None
    why = phrase("The Pods behind Service {service} take requests and do not answer in time.", service=service)
    timeouts = findings.decided.rule.get("timeouts") or {}
    if not timeouts:
        return Fault("Pod", why, phrase("make the program answer sooner"))
    allowed = ", ".join(f"{name}: {value}" for name, value in timeouts.items())
    fix = phrase("make the program answer sooner, or give it more time than the rule does ({allowed})", allowed=allowed)
    return Fault("Pod", why, fix)


def _grant(findings: RouteFindings, chain: Chain) -> Fault:
    assert chain.claim is not None
    claim, (own, _) = chain.claim, key_of(chain.claim.ingress)
    why = phrase(
        "HTTPRoute {route} sends to Service {service} of namespace {namespace}, and no ReferenceGrant there lets "
        "routes of {own} do that (RefNotPermitted): its share of the requests gets 500.",
        route=findings.name(claim.ingress),
        service=claim.service,
        namespace=claim.namespace,
        own=own,
    )
    command = grant(claim.rule.ingress, ("HTTPRoute", own), ("Service", claim.namespace, claim.service))
    return Fault("Service", why, phrase("the owner of that namespace grants it:\n  {command}", command=command))


def _service(findings: RouteFindings, chain: Chain) -> Fault:
    assert chain.claim is not None
    claim = chain.claim
    why = phrase(
        "HTTPRoute {route} names the Service {service}, and namespace {namespace} has none of that name "
        "(BackendNotFound): its share of the requests gets 500.",
        route=findings.name(claim.ingress),
        service=claim.service,
        namespace=claim.namespace,
    )
    near = nearest(
        claim.service, [name for namespace, name in findings.objects.services if namespace == claim.namespace]
    )
    if near is None:
        fix = phrase(
            "create the Service {service} in namespace {namespace}", service=claim.service, namespace=claim.namespace
        )
        return Fault("Service", why, fix)
    command = _patch(findings, chain, "name", near)
    return Fault("Service", why, phrase("name the Service that is meant:\n  {command}", command=command))


def _port(findings: RouteFindings, chain: Chain) -> Fault:
    assert chain.claim is not None
    claim = chain.claim
    spec = (findings.objects.service(claim.namespace, claim.service) or {}).get("spec", {})
    ports = [port["port"] for port in spec.get("ports") or []]
    why = phrase(
        "HTTPRoute {route} asks for port {port} of Service {service}, which has {ports} (BackendNotFound): its share "
        "of the requests gets 500.",
        route=findings.name(claim.ingress),
        port=claim.rule.port,
        service=claim.service,
        ports=", ".join(map(str, ports)) or phrase("none"),
    )
    command = _patch(findings, chain, "port", ports[0] if ports else 80)
    return Fault("Port", why, phrase("name a port that the Service has:\n  {command}", command=command))


def _patch(findings: RouteFindings, chain: Chain, field: str, value: object) -> str:
    """The command that replaces one value of the backendRef."""
    assert findings.decided is not None and chain.claim is not None
    claim, refs = chain.claim, findings.decided.rule["backendRefs"]
    number = next(
        n for n, ref in enumerate(refs) if (ref["name"], str(ref.get("port", ""))) == (claim.service, claim.rule.port)
    )
    pointer = f"/spec/rules/{findings.decided.number}/backendRefs/{number}/{field}"
    patch = json.dumps([{"op": "replace", "path": pointer, "value": value}])
    namespace, name = key_of(claim.ingress)
    return f"kubectl -n {namespace} patch httproute {name} --type=json -p '{patch}'"


def _application(findings: RouteFindings) -> Fault:
    assert findings.seen is not None
    why = answered(findings.answered_by, findings.seen)
    return Fault("Application", why, phrase("ask for a path that it knows, or rewrite the path on its way"))
