"""The steps of an explanation: read the objects and the rules, ask once, walk the chain, name the fault, write."""

from collections.abc import Callable
from functools import partial

from ingress_lab.http import urls
from ingress_lab.http.answers import NOBODY, Answer
from ingress_lab.ingress import controller_flags
from ingress_lab.kube.aliases import Aliases
from labcore.clusters import Entry
from labcore.errors import BadArgument
from labcore.kube.api import Api
from labcore.language.messages import joined, phrase

from labtools.clinic import lock
from labtools.explain import direct, sentences, served
from labtools.explain.answerer import OR
from labtools.explain.explanation import Explanation
from labtools.explain.faults import fault_of
from labtools.explain.findings import Findings, read
from labtools.explain.routes import steps
from labtools.explain.routes.gateways import Gateways
from labtools.explain.rows import reading_rows, rule_rows, text_rows
from labtools.explain.secrets import elsewhere, with_secrets
from labtools.traefik.asking import ask, complaint
from labtools.traefik.objects import Objects


def explain(url: str, *, expected: str | None = None, probe: bool = True) -> Explanation:
    """Why `url` gets its answer, on the cluster of the Lab connected last; see `Lab.explain`."""
    from ingress_lab.lab import Lab

    if Lab.current is None:
        raise BadArgument(phrase('no cluster is connected yet: lab = Lab.connect("..."), then lab.explain(url)'))
    return Lab.current.explain(url, expected=expected, probe=probe)


def explained(
    url: str,
    api: Api,
    entry: Entry,
    *,
    namespace: str = "",
    aliases: Aliases | None = None,
    expected: str | None = None,
    probe: bool = True,
) -> Explanation:
    """Why `url` gets its answer. `probe`: ask for it once. `expected`: the Service that should have answered."""
    urls.split(url)
    lock.require_closed(url)
    objects = with_secrets(Objects.read(api, namespace), api, url)
    if aliases is not None:
        aliases.show([pod for (owner, _), pod in objects.pods.items() if owner == namespace], "Pod")
    at_entry = controller_flags.at_entry(objects.pods.values())
    asked = ask(api, *at_entry) if at_entry else None
    findings = read(url, objects, namespace=namespace, aliases=aliases, asked=asked)
    if of_routes := steps.at_gateway(findings, Gateways.read(api, namespace)):
        if probe:
            of_routes.seen = _asked(url, entry, aliases) if of_routes.way else steps.ask(api, of_routes)
        return steps.written(of_routes, expected)
    if probe:
        findings.seen = _asked(url, entry, aliases)
        findings.direct = _asked_directly(findings, api)
    if at_entry and findings.meant and any(r.dropped == "not there" for r in findings.routers_of(findings.meant)):
        findings.complaint = complaint(api, at_entry[0], findings.meant.namespace, findings.meant.rule.ingress)
    return written(findings, expected, partial(elsewhere, api))


def _asked(url: str, entry: Entry, aliases: Aliases | None) -> Answer:
    from ingress_lab.http.probe import Client

    with Client(entry, aliases=aliases if aliases is not None else Aliases()) as client:
        return client.probe(url)[0]


def _asked_directly(findings: Findings, api: Api) -> direct.Direct | None:
    """What the Pod itself says, where the answer that came leaves open who wrote it, or why."""
    seen, chain = findings.seen, findings.chain()
    surprising = seen is not None and seen.status >= 300 and seen.service == NOBODY and seen.status != 504
    if not surprising or not chain.leads or not chain.pods or chain.port is None or findings.controller is None:
        return None
    if seen is not None and seen.status != 503 and str(seen.status) in findings.controller.outcomes:
        return None
    request = findings.controller.request
    path, _ = findings.path_behind
    return direct.ask(api, chain.pods[0], chain.port, request.host, path)


def written(
    findings: Findings, expected: str | None = None, elsewhere: Callable[[str], list[str]] = lambda name: []
) -> Explanation:
    """The explanation of what was found; `elsewhere`: the namespaces that have a Secret of a name."""
    chain = findings.chain()
    certificate = served.fault_of(findings.served, elsewhere)
    fault = fault_of(findings, chain) or certificate
    if fault:
        chain.break_at(fault.link)
    rows, left_out = rule_rows(findings)
    return Explanation(
        url=findings.url,
        api=findings.meant_services,
        controller=joined(OR, sorted(findings.controller.outcomes)) if findings.controller else "",
        seen=findings.seen,
        sentences=sentences.of(findings, fault, expected, certificate),
        chain=chain,
        fault=fault,
        rule_rows=rows,
        reading_rows=reading_rows(findings),
        text_rows=text_rows(findings),
        note=phrase("rules of other hosts, not shown: {count}", count=left_out) if left_out else "",
        asked=findings.asked,
        answered_by=findings.answered_by,
        unread=tuple(findings.unread),
    )
