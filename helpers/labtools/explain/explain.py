"""The steps of an explanation: read the objects and the rules, ask once, walk the chain, name the fault, write."""

from collections.abc import Callable
from functools import partial

from ingress_lab.http import transport
from ingress_lab.http.answers import NOBODY, Answer
from ingress_lab.ingress import controller_flags
from ingress_lab.kube.aliases import Aliases
from ingress_lab.kube.objects import Objects
from labcore.clusters import Entry
from labcore.errors import BadArgument
from labcore.kube.api import Api
from labcore.language.messages import phrase

from labtools.explain import direct, sentences, served
from labtools.explain.explanation import Explanation
from labtools.explain.faults import fault_of
from labtools.explain.findings import Findings, read
from labtools.explain.rows import reading_rows, rule_rows, text_rows
from labtools.explain.secrets import elsewhere, with_secrets
from labtools.traefik.asking import ask, complaint


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
    transport.split(url)
    objects = with_secrets(Objects.read(api, namespace), api, url)
    if aliases is not None:
        aliases.show([pod for (place, _), pod in objects.pods.items() if place == namespace], "Pod")
    at_entry = controller_flags.at_entry(objects.pods.values())
    asked = ask(api, *at_entry) if at_entry else None
    found = read(url, objects, namespace=namespace, aliases=aliases, asked=asked)
    if probe:
        found.seen = _asked(url, entry, aliases)
        found.direct = _asked_directly(found, api)
    if at_entry and found.meant and any(r.dropped == "not there" for r in found.routers_of(found.meant)):
        found.complaint = complaint(api, at_entry[0], found.meant.namespace, found.meant.rule.ingress)
    return written(found, expected, partial(elsewhere, api))


def _asked(url: str, entry: Entry, aliases: Aliases | None) -> Answer:
    from ingress_lab.http.probe import Client

    with Client(entry, aliases=aliases if aliases is not None else Aliases()) as client:
        return client.probe(url)[0]


def _asked_directly(found: Findings, api: Api) -> direct.Direct | None:
    """What the Pod itself says, where the answer that came leaves open who wrote it, or why."""
    seen, chain = found.seen, found.chain()
    surprising = seen is not None and seen.status >= 300 and seen.service == NOBODY and seen.status != 504
    if not surprising or not chain.leads or not chain.pods or chain.port is None or found.controller is None:
        return None
    if seen is not None and seen.status != 503 and str(seen.status) in found.controller.outcomes:
        return None
    request = found.controller.request
    path, _ = found.path_behind
    return direct.ask(api, chain.pods[0], chain.port, request.host, path)


def written(
    found: Findings, expected: str | None = None, elsewhere: Callable[[str], list[str]] = lambda name: []
) -> Explanation:
    """The explanation of what was found; `elsewhere`: the namespaces that have a Secret of a name."""
    chain = found.chain()
    certificate = served.fault_of(found.served, elsewhere)
    fault = fault_of(found, chain) or certificate
    if fault:
        chain.break_at(fault.link)
    rows, left_out = rule_rows(found)
    return Explanation(
        url=found.url,
        api=found.meant.service if found.meant else "404",
        controller=" or ".join(sorted(found.controller.outcomes)) if found.controller else "",
        seen=found.seen,
        sentences=sentences.of(found, fault, expected, certificate),
        chain=chain,
        fault=fault,
        rule_rows=rows,
        reading_rows=reading_rows(found),
        text_rows=text_rows(found),
        note=phrase("rules of other hosts, not shown: {count}", count=left_out) if left_out else "",
        asked=found.asked,
        answered_by=found.answered_by,
        unread=tuple(found.unread),
    )
