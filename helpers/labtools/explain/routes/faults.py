"""What is wrong at a Gateway, if anything is, in the words of the status, with what fixes it."""

import json
from collections.abc import Callable

from ingress_lab.ingress.controller_flags import Flags
from labcore.language.messages import joined, phrase

from labtools.explain.chain import Chain
from labtools.explain.fault import Fault, nearest
from labtools.explain.routes import backends
from labtools.explain.routes.attachment import NO_CLASS, NO_GATEWAY, NO_HOST, NO_PARENT, NOT_ALLOWED, Attachment
from labtools.explain.routes.attachment import condition as wrong_condition
from labtools.explain.routes.chain import nearest as nearest_match
from labtools.explain.routes.findings import RouteFindings, unsupported
from labtools.explain.routes.gateways import grant, key_of
from labtools.explain.routes.meeting import MISFITS


def fault_of(findings: RouteFindings, chain: Chain) -> Fault | None:
    """The fault, in the order in which a request would meet it."""
    if findings.seen is not None and not findings.seen.status:
        return _silent(findings)
    if findings.decided is None:
        refused = next((a for a in findings.near if a.problem), None)
        return _refused(findings, refused) if refused else _no_match(findings)
    return _unwritten(findings) or _unsupported(findings) or backends.fault_of(findings, chain)


def _silent(findings: RouteFindings) -> Fault:
    assert findings.seen is not None
    namespace = findings.service[0] if findings.service else "gateway"
    return Fault(
        "Controller",
        phrase("The Gateway's controller did not answer: {error}.", error=findings.seen.error),
        phrase("is it running?\n  {command}", command=f"kubectl -n {namespace} get pods"),
    )


def _refused(findings: RouteFindings, at: Attachment) -> Fault:
    return _REFUSALS.get(at.problem, _listener)(findings, at)


def _no_gateway(findings: RouteFindings, at: Attachment) -> Fault:
    names = sorted(name for namespace, name in findings.gateways.gateways if namespace == key_of(at.route)[0])
    why = phrase(
        "HTTPRoute {route} names the Gateway {gateway}, which is not there, so no controller writes its status.",
        route=findings.name(at.route),
        gateway=at.parent["name"],
    )
    near = nearest(at.parent["name"], names)
    command = _patch_route(at, "name", near or "")
    fix = phrase("name the Gateway that is meant:\n  {command}", command=command)
    return Fault("Gateway", why, fix if near else phrase("create the Gateway {gateway}", gateway=at.parent["name"]))


def _no_class(findings: RouteFindings, at: Attachment) -> Fault:
    assert at.gateway is not None
    named, there = at.gateway["spec"]["gatewayClassName"], sorted(findings.gateways.classes)
    near = nearest(named, there) or next(iter(there), "")
    why = phrase(
        "Gateway {gateway} names the GatewayClass {name}, which is not there, so no controller serves it.",
        gateway=findings.name(at.gateway),
        name=named,
    )
    fix = phrase(
        "name a class that is there ({classes}):\n  {command}",
        classes=", ".join(there) or phrase("none"),
        command=_patch_gateway(at, "/spec/gatewayClassName", near),
    )
    return Fault("Gateway", why, fix)


def _no_parent(findings: RouteFindings, at: Attachment) -> Fault:
    assert at.gateway is not None
    names = [listener["name"] for listener in at.gateway["spec"]["listeners"]]
    field = "sectionName" if "sectionName" in at.parent else "port"
    why = phrase(
        "HTTPRoute {route} asks for the listener {wanted} of Gateway {gateway}, which has {names} (NoMatchingParent).",
        route=findings.name(at.route),
        wanted=at.parent.get("sectionName") or at.parent.get("port", ""),
        gateway=findings.name(at.gateway),
        names=", ".join(f"{entry['name']} ({entry['port']})" for entry in at.gateway["spec"]["listeners"]),
    )
    right: object = nearest(str(at.parent.get(field)), names) or names[0]
    if field == "port":
        right = at.gateway["spec"]["listeners"][0]["port"]
    return Fault("Listener", why, phrase("name one that it has:\n  {command}", command=_patch_route(at, field, right)))


def _not_allowed(findings: RouteFindings, at: Attachment) -> Fault:
    assert at.gateway is not None and at.listener is not None
    scope = (at.listener.get("allowedRoutes") or {}).get("namespaces") or {"from": "Same"}
    why = phrase(
        "Listener {listener} of Gateway {gateway} takes routes from: {scope}; HTTPRoute {route} is in namespace "
        "{namespace} (NotAllowedByListeners).",
        listener=at.listener["name"],
        gateway=findings.name(at.gateway),
        scope=json.dumps(scope),
        route=findings.name(at.route),
        namespace=key_of(at.route)[0],
    )
    value = {"namespaces": {"from": "All"}}
    command = _patch_gateway(at, f"{_pointer(at)}/allowedRoutes", value)
    return Fault(
        "HTTPRoute", why, phrase("let the listener take routes of all namespaces:\n  {command}", command=command)
    )


def _no_host(findings: RouteFindings, at: Attachment) -> Fault:
    assert at.gateway is not None and at.listener is not None
    why = phrase(
        "Listener {listener} of Gateway {gateway} is for the host {host}, and HTTPRoute {route} has {hosts}: they have "
        "no host in common (NoMatchingListenerHostname).",
        listener=at.listener["name"],
        gateway=findings.name(at.gateway),
        host=at.listener.get("hostname", ""),
        route=findings.name(at.route),
        hosts=", ".join(at.hosts),
    )
    host = at.hosts[0]
    wide = f"*.{host.partition('.')[2]}" if host.count(".") > 1 and not host.startswith("*") else host
    command = _patch_gateway(at, f"{_pointer(at)}/hostname", wide)
    return Fault("HTTPRoute", why, phrase("let the listener have the route's hosts:\n  {command}", command=command))


def _listener(findings: RouteFindings, at: Attachment) -> Fault:
    """The controller does not serve the listener: its own words."""
    assert at.gateway is not None and at.listener is not None
    why = phrase(
        "Listener {listener} of Gateway {gateway} is not served ({reason}): {message}.",
        listener=at.listener["name"],
        gateway=findings.name(at.gateway),
        reason=at.problem,
        message=wrong_condition(at.gateway, at.listener).get("message", ""),
    )
    if at.problem == "RefNotPermitted" and (command := _certificate_grant(at)):
        fix = phrase("the owner of that namespace grants it:\n  {command}", command=command)
        return Fault("Listener", why, fix)
    ports = _ports(findings)
    if at.problem != "PortUnavailable" or not ports:
        return Fault("Listener", why, phrase("correct what the message names"))
    command = _patch_gateway(at, f"{_pointer(at)}/port", ports[0])
    fix = phrase(
        "this controller listens on {ports}; a listener names one of these, not the Service's port:\n  {command}",
        ports=", ".join(map(str, ports)),
        command=command,
    )
    return Fault("Listener", why, fix)


def _certificate_grant(at: Attachment) -> str:
    """The command that lets the Gateway refer to the first Secret of another namespace that it names."""
    assert at.gateway is not None and at.listener is not None
    own, name = key_of(at.gateway)
    for ref in (at.listener.get("tls") or {}).get("certificateRefs") or []:
        if ref.get("namespace", own) != own:
            return grant(name, ("Gateway", own), ("Secret", ref["namespace"], ref["name"]))
    return ""


_REFUSALS: dict[str, Callable[[RouteFindings, Attachment], Fault]] = {
    NO_GATEWAY: _no_gateway,
    NO_CLASS: _no_class,
    NO_PARENT: _no_parent,
    NOT_ALLOWED: _not_allowed,
    NO_HOST: _no_host,
}


def _ports(findings: RouteFindings) -> list[int]:
    """Where the Gateways' Traefik listens for clients, by its arguments."""
    for (namespace, _), pod in findings.objects.pods.items():
        arguments = [arg for container in pod["spec"].get("containers") or [] for arg in container.get("args") or []]
        flags = Flags.of(arguments)
        if flags.gateway and (findings.service is None or findings.service[0] == namespace):
            return sorted(flags.entry_ports)
    return []


def _no_match(findings: RouteFindings) -> Fault:
    host = findings.request.host
    meeting = nearest_match(findings)
    if meeting is None:
        hosts = sorted({h for a in findings.attachments for h in a.hosts if h})
        near = nearest(host, hosts)
        fix = (
            phrase("ask for {near}, which has a route, or add {host} to the hostnames of one", near=near, host=host)
            if near
            else phrase("add {host} to the hostnames of an HTTPRoute", host=host)
        )
        return Fault("HTTPRoute", phrase("No HTTPRoute has the host {host}.", host=host), fix)
    why = phrase(
        "There are rules for {host}, but none takes this request. The nearest, rule {number} of HTTPRoute {route} "
        "({match}): {reason}.",
        host=host,
        number=meeting.number + 1,
        route=findings.name(meeting.at.route),
        match=meeting.words,
        reason=MISFITS[meeting.misfit(findings.request, findings.url)],
    )
    return Fault("Rule", why, phrase("send what the rule asks for, or add a rule with a match for this request"))


def _unwritten(findings: RouteFindings) -> Fault | None:
    """By the objects it is attached, and the controller has not said so."""
    assert findings.decided is not None
    at = findings.decided.at
    if (at.written.get("Accepted") or {}).get("status") == "True":
        return None
    if said := at.written.get("Accepted"):
        message = joined(": ", filter(None, (said["reason"], said.get("message"))))
        why = phrase(
            "The controller does not accept HTTPRoute {route}: {why}.", route=findings.name(at.route), why=message
        )
        return Fault("HTTPRoute", why, phrase("correct what the message names"))
    namespace = findings.service[0] if findings.service else "gateway"
    return Fault(
        "Controller",
        phrase("No controller has written the status of HTTPRoute {route}.", route=findings.name(at.route)),
        phrase(
            "is one running, and does it read the definitions that are there? Its log says so:\n  {command}",
            command=f"kubectl -n {namespace} logs deployment/gateway",
        ),
    )


def _unsupported(findings: RouteFindings) -> Fault | None:
    assert findings.decided is not None
    lacking = unsupported(findings.decided.rule) if findings.by_traefik else []
    if not lacking:
        return None
    why = phrase(
        "Traefik has no filter {names}: its conformance report lists it as unsupported. The status says Accepted all "
        "the same, and the rule answers 500.",
        names=", ".join(lacking),
    )
    return Fault("Rule", why, phrase("remove the filter, or serve this route by a controller that has it"))


def _patch_route(at: Attachment, field: str, value: object) -> str:
    patch = json.dumps([{"op": "replace", "path": f"/spec/parentRefs/{at.position}/{field}", "value": value}])
    namespace, name = key_of(at.route)
    return f"kubectl -n {namespace} patch httproute {name} --type=json -p '{patch}'"


def _pointer(at: Attachment) -> str:
    assert at.gateway is not None
    names = [listener["name"] for listener in at.gateway["spec"]["listeners"]]
    return f"/spec/listeners/{names.index((at.listener or {}).get('name'))}"


def _patch_gateway(at: Attachment, pointer: str, value: object) -> str:
    assert at.gateway is not None
    patch = json.dumps([{"op": "replace", "path": pointer, "value": value}])
    namespace, name = key_of(at.gateway)
    return f"kubectl -n {namespace} patch gateway {name} --type=json -p '{patch}'"
