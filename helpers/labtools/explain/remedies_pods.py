"""Broken links from a Service's port to its Pods: selector, readiness, targetPort, nobody listening."""

import json
from collections.abc import Callable, Iterator

from labcore.language.messages import joined, phrase

from labtools.explain import remedies_slices
from labtools.explain.chain import Chain
from labtools.explain.fault import Fault, nearest
from labtools.explain.pods import why_not_ready
from labtools.traefik.ingress_paths import Claim
from labtools.traefik.objects import Objects, service_port

_WRITTEN_BY_CONTROLLERS = ("pod-template-hash", "controller-revision-hash", "pod-template-generation")


def no_endpoints(claim: Claim, objects: Objects) -> Fault:
    """The Service selects no Pod at all."""
    selector = _selector(claim, objects)
    if not selector:
        return Fault(
            "EndpointSlice",
            phrase("Service {service} selects nobody: it has no selector.", service=claim.service),
            phrase(
                "give it a selector with its Pods' labels, or an EndpointSlice of your own whose label "
                "kubernetes.io/service-name names it"
            ),
        )
    why = phrase(
        "Service {service} selects {labels}, and no Pod in namespace {namespace} carries that.",
        service=claim.service,
        labels=in_words(selector),
        namespace=claim.namespace,
    )
    return Fault("EndpointSlice", why, _selector_mend(claim, selector, objects))


def _selector_mend(claim: Claim, selector: dict[str, str], objects: Objects) -> str:
    for (namespace, name), deployment in sorted(objects.deployments.items()):
        template = deployment["spec"]["template"]["metadata"].get("labels") or {}
        if namespace == claim.namespace and selector.items() <= template.items():
            command = f"kubectl -n {namespace} scale deployment/{name} --replicas=1"
            return phrase(
                "Deployment {deployment} makes such Pods, but is told to make none:\n  {command}",
                deployment=name,
                command=command,
            )
    there = {in_words(labels): labels for pod in _pods(claim, objects, {}) if (labels := _written(pod))}
    near = nearest(in_words(selector), sorted(there))
    if near is None:
        return phrase("start Pods with these labels, or select the labels of those that are there")
    patch = json.dumps([{"op": "replace", "path": "/spec/selector", "value": there[near]}])
    return phrase(
        "Pods there carry {near}. If these are meant:\n  {command}", near=near, command=_patched(claim, patch)
    )


def not_ready(claim: Claim, objects: Objects) -> Fault:
    """The Pods are there, and none of them is ready."""
    selector = _selector(claim, objects)
    if not selector:
        return Fault(
            "EndpointSlice",
            phrase(
                "Service {service} selects nobody; its EndpointSlices are written by hand, and list no endpoint "
                "that is ready.",
                service=claim.service,
            ),
            phrase("set conditions.ready of the endpoints to true (in Endpoints: addresses, not notReadyAddresses)"),
        )
    reasons = dict.fromkeys(why_not_ready(pod) for pod in _pods(claim, objects, selector))
    command = f"kubectl -n {claim.namespace} describe pods -l {in_words(selector).replace(' ', '')}"
    why = phrase(
        "The Pods of Service {service} are there, but none is ready: {pods}.",
        service=claim.service,
        pods=joined("; ", reasons),
    )
    return Fault("EndpointSlice", why, phrase("see what keeps it:\n  {command}", command=command))


def no_target(claim: Claim, objects: Objects) -> Fault:
    """The targetPort is a name that no port of the Pods has."""
    if not _selector(claim, objects):
        return remedies_slices.other_port_name(claim, _service_port(claim, objects).get("name") or "", objects)
    why = phrase(
        "Service {service} sends to the port {target}, and its Pods have no port of that name.",
        service=claim.service,
        target=_target(claim, objects),
    )
    known = lambda pod: [port.get("name") or port["containerPort"] for port in _ports(pod)]  # noqa: E731
    return Fault(
        "EndpointSlice",
        why,
        phrase("name the port that the Pods have:\n  {command}", command=_target_patch(claim, objects, known)),
    )


def refused(chain: Chain, objects: Objects) -> Fault:
    """For a 502: the chain holds, and nobody listens at its end."""
    claim = chain.claim
    assert claim is not None
    if not chain.pods:
        addresses = remedies_slices.addresses(claim, objects)
        why = phrase(
            "Traefik reached no program at {addresses}, where the EndpointSlices of Service {service} send it.",
            service=claim.service,
            addresses=", ".join(addresses),
        )
        return Fault("Pod", why, phrase("let a program listen there, or correct the addresses"))
    target = _target(claim, objects)
    ports = sorted({port["containerPort"] for pod in chain.pods for port in _ports(pod)} - {target})
    fix = phrase("let the program listen there, or change the Service's targetPort")
    if ports:
        command = _target_patch(claim, objects, lambda pod: [port["containerPort"] for port in _ports(pod)])
        fix = phrase(
            "the Pods say that they listen on {ports}:\n  {command}", ports=", ".join(map(str, ports)), command=command
        )
    return Fault(
        "Pod",
        phrase(
            "Traefik reached no program behind Service {service}: nothing listens on port {target} of its Pods.",
            service=claim.service,
            target=target,
        ),
        fix,
    )


def _target_patch(claim: Claim, objects: Objects, known: Callable[[dict], list]) -> str:
    """The Service's targetPort set to a port that its Pods tell of."""
    port, target = _service_port(claim, objects), _target(claim, objects)
    number = (objects.services[claim.namespace, claim.service]["spec"].get("ports") or []).index(port)
    pods = _pods(claim, objects, _selector(claim, objects))
    values = sorted({value for pod in pods for value in known(pod)} - {target}, key=str)
    value = nearest(str(target), values) or (values[0] if values else "PORT")
    patch = json.dumps([{"op": "replace", "path": f"/spec/ports/{number}/targetPort", "value": value}])
    return _patched(claim, patch)


def _patched(claim: Claim, patch: str) -> str:
    return f"kubectl -n {claim.namespace} patch service {claim.service} --type=json -p '{patch}'"


def _service_port(claim: Claim, objects: Objects) -> dict:
    return service_port(objects.services[claim.namespace, claim.service], *claim.port) or {}


def _target(claim: Claim, objects: Objects) -> str | int:
    port = _service_port(claim, objects)
    return port.get("targetPort") or port["port"]


def _selector(claim: Claim, objects: Objects) -> dict[str, str]:
    return objects.services[claim.namespace, claim.service]["spec"].get("selector") or {}


def _pods(claim: Claim, objects: Objects, selector: dict[str, str]) -> Iterator[dict]:
    """The Pods of the claim's namespace that carry these labels, by name."""
    for (namespace, _), pod in sorted(objects.pods.items()):
        if namespace == claim.namespace and selector.items() <= (pod["metadata"].get("labels") or {}).items():
            yield pod


def _ports(pod: dict) -> list[dict]:
    return [port for container in pod["spec"]["containers"] for port in container.get("ports") or []]


def _written(pod: dict) -> dict[str, str]:
    """The labels that a person wrote."""
    labels = pod["metadata"].get("labels") or {}
    return {key: value for key, value in labels.items() if key not in _WRITTEN_BY_CONTROLLERS}


def in_words(labels: dict[str, str]) -> str:
    """`app=web, tier=front`, as kubectl writes a selector."""
    return ", ".join(f"{key}={value}" for key, value in labels.items())
