"""The steps of an explanation: read the objects and the rules, ask once, walk the chain, name the fault, write."""

from ingress_lab import transport
from ingress_lab.aliases import Aliases
from ingress_lab.answers import Answer
from ingress_lab.api import Api
from ingress_lab.clusters import Entry
from ingress_lab.errors import BadArgument
from ingress_lab.explaining import sentences
from ingress_lab.explaining.explanation import Explanation
from ingress_lab.explaining.faults import fault_of
from ingress_lab.explaining.findings import Findings, read
from ingress_lab.explaining.rows import reading_rows, rule_rows, text_rows
from ingress_lab.explaining.words import words
from ingress_lab.messages import phrase
from ingress_lab.objects import Objects
from ingress_lab.traefik import flags
from ingress_lab.traefik.asking import ask


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
    objects = Objects.read(api, namespace)
    if aliases is not None:
        aliases.show([pod for (place, _), pod in objects.pods.items() if place == namespace], "Pod")
    at_entry = flags.at_entry(objects.pods.values())
    asked = ask(api, *at_entry) if at_entry else None
    found = read(url, objects, namespace=namespace, aliases=aliases, asked=asked)
    if probe:
        found.seen = _asked(url, entry, aliases)
    return written(found, expected)


def _asked(url: str, entry: Entry, aliases: Aliases | None) -> Answer:
    from ingress_lab.probing import Client

    with Client(entry, aliases=aliases if aliases is not None else Aliases()) as client:
        return client.probe(url)[0]


def written(found: Findings, expected: str | None = None) -> Explanation:
    """The explanation of what was found."""
    chain = found.chain()
    fault = fault_of(found, chain)
    if fault:
        chain.break_at(fault.link)
    rows, left_out = rule_rows(found)
    return Explanation(
        url=found.url,
        api=found.meant.service if found.meant else "404",
        controller=" or ".join(sorted(found.controller.outcomes)) if found.controller else "",
        seen=found.seen,
        sentences=sentences.of(found, fault, expected),
        chain=chain,
        fault=fault,
        rule_rows=rows,
        reading_rows=reading_rows(found),
        text_rows=text_rows(found),
        note=words("others_left_out", count=left_out) if left_out else "",
        asked=found.asked,
    )
