"""The links from a claim to the Pods: each is ok, broken, or not reached because an earlier one is broken."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ingress_lab.kube.aliases import Aliases
from labcore.language.messages import phrase

from labtools.traefik.ingress_paths import Claim
from labtools.traefik.objects import Objects, endpoints, serves, service_port

OK, BROKEN, UNREACHED = "ok", "broken", "unreached"
ORDER = ("Ingress", "Rule", "Service", "Port", "EndpointSlice", "Pod")
LINKS = {  # the kinds of links
    "Certificate": phrase("certificate"),
    "Ingress": phrase("Ingress"),
    "Gateway": phrase("Gateway"),
    "Listener": phrase("listener"),
    "HTTPRoute": phrase("HTTPRoute"),
    "Rule": phrase("rule"),
    "Service": phrase("Service"),
    "Port": phrase("port"),
    "EndpointSlice": phrase("EndpointSlice"),
    "Pod": phrase("Pod"),
    "Application": phrase("application"),
    "Controller": phrase("controller"),
}
STATES = {
    "ok": phrase("ok"),
    "broken": phrase("broken"),
    "unreached": phrase("-"),
}


@dataclass(frozen=True)
class Link:
    """One link: its kind, the object's name, its state, and what it says. `problem` is a key of `remedies`."""

    kind: str
    name: str
    state: str = OK
    detail: str = ""
    problem: str = ""


@dataclass
class Chain:
    """The links of one claim; `claim` is None when no rule fits the URL at all."""

    claim: Claim | None
    links: list[Link] = field(default_factory=list)
    pods: list[dict] = field(default_factory=list)
    port: int | None = None
    """Where the Pods listen, as their EndpointSlices say."""
    order: tuple[str, ...] = ORDER

    @property
    def broken(self) -> Link | None:
        """The first broken link of the routing; a certificate that a client turns down stops no request."""
        links = [link for link in self.links if link.state == BROKEN]
        return next((link for link in links if link.kind != "Certificate"), links[0] if links else None)

    @property
    def leads(self) -> bool:
        """Does it lead to Pods, by the objects?"""
        return self.broken is None or self.broken.kind == "Certificate"

    def add(self, kind: str, name: str, detail: str = "", problem: str = "") -> bool:
        """Append a link; False when it is broken."""
        self.links.append(Link(kind, name, BROKEN if problem else OK, detail, problem))
        return not problem

    def break_at(self, kind: str) -> None:
        """A link that holds by the objects broke anyway; what follows was not reached."""
        kinds = [link.kind for link in self.links]
        if self.leads and kind != "Certificate" and kind in kinds:
            index = kinds.index(kind)
            self.links[index] = replace(self.links[index], state=BROKEN)
            self.links[index + 1 :] = [replace(link, state=UNREACHED) for link in self.links[index + 1 :]]

    def close(self) -> "Chain":
        """Name the links that were not reached."""
        there = {link.kind for link in self.links}
        self.links += [Link(kind, "-", UNREACHED) for kind in self.order if kind not in there]
        return self


def no_rule(objects: Objects) -> Chain:
    """The chain of a URL that no claim fits."""
    chain = Chain(None)
    if objects.ingresses:
        chain.links.append(Link("Ingress", "-", UNREACHED))
        chain.add("Rule", phrase("no rule for it"), problem="no rule")
    else:
        chain.add("Ingress", phrase("no Ingress at all"), problem="no ingress")
    return chain.close()


def chain_of(claim: Claim, objects: Objects, aliases: Aliases | None = None, class_problem: str = "") -> Chain:
    """The chain of a claim, walked until the first broken link."""
    chain, rule = Chain(claim), claim.rule
    class_name = phrase("class {name}", name=rule.class_name) if rule.class_name else phrase("no class")
    if chain.add("Ingress", rule.ingress, class_problem or class_name, "class" if class_problem else ""):
        chain.add("Rule", rule_words(claim))
        service_links(chain, claim, objects, aliases)
    return chain.close()


def rule_words(claim: Claim) -> str:
    """`abc.sample.com /apl2 (Prefix)`."""
    rule = claim.rule
    if rule.is_default:
        return phrase("(default backend)")
    return f"{rule.host or phrase('any host')} {rule.path} ({rule.path_type})"


def service_links(chain: Chain, claim: Claim, objects: Objects, aliases: Aliases | None) -> None:
    """The links from the Service on; the walk ends at the first that is broken."""
    service = objects.service(claim.namespace, claim.service)
    if service is None:
        chain.add("Service", claim.service or "-", phrase("not there"), "no service")
        return
    spec = service["spec"]
    chain.add(
        "Service",
        claim.service,
        phrase("an ExternalName Service: a DNS answer") if spec.get("type") == "ExternalName" else _selects(spec),
    )
    if spec.get("type") == "ExternalName":
        return
    port = service_port(service, *claim.port)
    if port is None:
        ports = ", ".join(_port_words(p) for p in spec.get("ports") or []) or phrase("none")
        chain.add("Port", claim.rule.port, phrase("the Service has {ports}", ports=ports), "no port")
        return
    target = port.get("targetPort", port["port"])
    chain.add("Port", claim.rule.port, phrase("{port} → {target}", port=_port_words(port), target=target))
    _pod_links(chain, claim, port, objects, aliases)


def _port_words(port: dict) -> str:
    return f"{port['name']} ({port['port']})" if port.get("name") else str(port["port"])


def _selects(spec: dict) -> str:
    labels = ", ".join(f"{key}={value}" for key, value in (spec.get("selector") or {}).items())
    return phrase("selects {labels}", labels=labels or phrase("none"))


def _pod_links(chain: Chain, claim: Claim, port: dict, objects: Objects, aliases: Aliases | None) -> None:
    slices = objects.slices_of(claim.namespace, claim.service)
    every = [endpoint for piece in slices for endpoint in piece.get("endpoints") or []]
    usable = endpoints(slices, port.get("name") or "")
    detail = phrase("{ready} of {total} ready", ready=len([e for e in every if serves(e)]), total=len(every))
    problem = ""
    if not usable:
        problem = "no endpoints" if not every else "not ready" if not any(serves(e) for e in every) else "no target"
    if not chain.add("EndpointSlice", claim.service, detail, problem):
        return
    chain.port = _number(slices, port.get("name") or "")
    chain.pods = [pod for endpoint in usable if (pod := _pod(endpoint, claim.namespace, objects))]
    names = sorted(aliases.of_object(p, "Pod") if aliases else p["metadata"]["name"] for p in chain.pods)
    nodes = sorted({p["spec"].get("nodeName", "") for p in chain.pods} - {""})
    addresses = [address for endpoint in usable for address in endpoint.get("addresses") or []]
    what = ", ".join(names or addresses) or phrase("none")
    chain.add("Pod", what, ", ".join(nodes) if aliases is None else "")


def _number(slices: Iterable[dict], name: str) -> int | None:
    ports = (p for piece in slices for p in piece.get("ports") or [])
    return next((p["port"] for p in ports if (p.get("name") or "") == name and p.get("port")), None)


def _pod(endpoint: dict, namespace: str, objects: Objects) -> dict | None:
    target = endpoint.get("targetRef") or {}
    return objects.pods.get((namespace, target.get("name", ""))) if target.get("kind") == "Pod" else None
