"""The first broken link of a chain: why it is broken, and the change that fixes it."""

import json

from labcore.language.messages import phrase

from labtools.explain import remedies_pods
from labtools.explain.chain import Chain
from labtools.explain.fault import Fault, nearest, patched_ingress
from labtools.traefik.ingress_paths import Claim
from labtools.traefik.objects import Objects


def broken_link(chain: Chain, objects: Objects) -> Fault | None:
    """The fault of the first broken link; None when the chain holds, or when no claim is on it."""
    broken = chain.broken
    if broken is None or chain.leads:
        return None
    if broken.problem == "no ingress":
        return Fault(
            "Ingress",
            phrase("Nothing is routed, because there is no Ingress."),
            phrase("apply an Ingress with a rule for this host and path"),
        )
    return _FAULTS[broken.problem](chain.claim, objects) if chain.claim else None


def _class(claim: Claim, objects: Objects) -> Fault:
    classes = sorted(c["metadata"]["name"] for c in objects.classes)
    near = nearest(claim.rule.class_name, classes) or (classes[0] if classes else "CLASS")
    patch = json.dumps({"spec": {"ingressClassName": near}})
    command = f"kubectl -n {claim.namespace} patch ingress {claim.rule.ingress} --type=merge -p '{patch}'"
    named = claim.rule.class_name
    problem = (
        phrase('there is no IngressClass "{name}"', name=named)
        if named
        else phrase("no class is named, and no class is the default")
    )
    return Fault(
        "Ingress",
        phrase("No controller serves Ingress {ingress}: {problem}.", ingress=claim.rule.ingress, problem=problem),
        phrase(
            "name a class that is there ({classes}):\n  {command}",
            classes=", ".join(classes) or phrase("none"),
            command=command,
        ),
    )


def _no_service(claim: Claim, objects: Objects) -> Fault:
    here = [name for namespace, name in objects.services if namespace == claim.namespace]
    elsewhere = sorted(namespace for namespace, name in objects.services if name == claim.service)
    why = phrase(
        "Ingress {ingress} names the Service {service}, and namespace {namespace} has none of that name.",
        ingress=claim.rule.ingress,
        service=claim.service,
        namespace=claim.namespace,
    )
    near = nearest(claim.service, here)
    if elsewhere:
        fix = phrase(
            "an Ingress reaches Services of its own namespace only, and {service} is in {place}: move one of the two",
            service=claim.service,
            place=", ".join(elsewhere),
        )
    elif near:
        fix = phrase(
            "name the Service that is meant:\n  {command}", command=patched_ingress(claim, "/service/name", near)
        )
    else:
        fix = phrase(
            "create the Service {service} in namespace {namespace}", service=claim.service, namespace=claim.namespace
        )
    return Fault("Service", why, fix)


def _no_port(claim: Claim, objects: Objects) -> Fault:
    ports = (objects.service(claim.namespace, claim.service) or {}).get("spec", {}).get("ports") or []
    said = ", ".join(f"{p['port']}" + (f" ({p['name']})" if p.get("name") else "") for p in ports) or phrase("none")
    value = {"number": ports[0]["port"]} if ports else {"number": 80}
    rule = claim.rule
    return Fault(
        "Port",
        phrase(
            "Ingress {ingress} asks for port {port} of Service {service}, which has {ports}.",
            ingress=rule.ingress,
            port=rule.port,
            service=claim.service,
            ports=said,
        ),
        phrase(
            "name a port that the Service has:\n  {command}", command=patched_ingress(claim, "/service/port", value)
        ),
    )


_FAULTS = {
    "class": _class,
    "no service": _no_service,
    "no port": _no_port,
    "no endpoints": remedies_pods.no_endpoints,
    "not ready": remedies_pods.not_ready,
    "no target": remedies_pods.no_target,
}
