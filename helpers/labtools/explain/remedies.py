"""The first broken link of a chain: why it is broken, and the change that fixes it."""

import json

from ingress_lab.ingress.ingress_paths import Claim
from ingress_lab.kube.objects import Objects

from labtools.explain import remedies_pods
from labtools.explain.chain import Chain
from labtools.explain.fault import Fault, nearest, patched_ingress
from labtools.explain.words import words


def broken_link(chain: Chain, objects: Objects) -> Fault | None:
    """The fault of the first broken link; None when the chain holds, or when no claim is on it."""
    broken = chain.broken
    if broken is None or chain.leads:
        return None
    if broken.problem == "no ingress":
        return Fault("Ingress", words("why no ingress"), words("fix no ingress"))
    return _FAULTS[broken.problem](chain.claim, objects) if chain.claim else None


def _class(claim: Claim, objects: Objects) -> Fault:
    classes = sorted(c["metadata"]["name"] for c in objects.classes)
    near = nearest(claim.rule.class_name, classes) or (classes[0] if classes else "CLASS")
    patch = json.dumps({"spec": {"ingressClassName": near}})
    command = f"kubectl -n {claim.namespace} patch ingress {claim.rule.ingress} --type=merge -p '{patch}'"
    named = claim.rule.class_name
    problem = words("no class of the name", name=named) if named else words("no class")
    return Fault(
        "Ingress",
        words("why class", ingress=claim.rule.ingress, problem=problem),
        words("fix class", classes=", ".join(classes) or words("nobody"), command=command),
    )


def _no_service(claim: Claim, objects: Objects) -> Fault:
    here = [name for namespace, name in objects.services if namespace == claim.namespace]
    elsewhere = sorted(namespace for namespace, name in objects.services if name == claim.service)
    why = words("why no service", ingress=claim.rule.ingress, service=claim.service, namespace=claim.namespace)
    near = nearest(claim.service, here)
    if elsewhere:
        fix = words("fix no service elsewhere", service=claim.service, place=", ".join(elsewhere))
    elif near:
        fix = words("fix no service", command=patched_ingress(claim, "/service/name", near))
    else:
        fix = words("fix no service at all", service=claim.service, namespace=claim.namespace)
    return Fault("Service", why, fix)


def _no_port(claim: Claim, objects: Objects) -> Fault:
    ports = (objects.service(claim.namespace, claim.service) or {}).get("spec", {}).get("ports") or []
    said = ", ".join(f"{p['port']}" + (f" ({p['name']})" if p.get("name") else "") for p in ports) or words("nobody")
    value = {"number": ports[0]["port"]} if ports else {"number": 80}
    rule = claim.rule
    return Fault(
        "Port",
        words("why no port", ingress=rule.ingress, port=rule.port, service=claim.service, ports=said),
        words("fix no port", command=patched_ingress(claim, "/service/port", value)),
    )


_FAULTS = {
    "class": _class,
    "no service": _no_service,
    "no port": _no_port,
    "no endpoints": remedies_pods.no_endpoints,
    "not ready": remedies_pods.not_ready,
    "no target": remedies_pods.no_target,
}
