"""`lab load URL`: requests at a fixed rate or by so many connections, and how many were lost, how late the others."""

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from labcore.errors import LabError
from labcore.language.messages import phrase
from labcore.language.text_width import padded
from labcore.language.untrusted import visible

from labtools.commands import OK, cluster_option, declare, given

if TYPE_CHECKING:
    from labtools.load.beside import Beside
    from labtools.load.measured import Measured
    from labtools.load.sending import Load

_LATE = 0.05  # seconds behind its own clock from which a load says so


def add(commands) -> None:
    load = declare(commands, "load", run, phrase("send a load of requests: how many are lost, and how late the others"))
    load.description = str(
        phrase(
            "Sends requests through the cluster's entry, or to an address of this machine, at a fixed rate (`--rate`: "
            "an open load) or one after another on so many connections (`--connections`: a closed load). A latency is "
            "counted from the moment when a request was to be sent. Ctrl-C ends it and prints what was measured."
        )
    )
    load.add_argument("urls", metavar="URL", nargs="+", help=str(phrase("several are loaded at the same time")))
    load.add_argument(
        "--rate", type=float, action="append", default=[], metavar="N",
        help=str(phrase("requests a second to each URL; given several times: to the first, the second ...")),
    )  # fmt: skip
    load.add_argument(
        "--connections", type=int, metavar="N", help=str(phrase("connections; without --rate each sends when it may"))
    )
    load.add_argument("--seconds", type=float, default=10.0, metavar="N", help=str(phrase("how long (10)")))
    load.add_argument("--new", action="store_true", help=str(phrase("a new connection for each request")))
    load.add_argument(
        "--timeout", type=float, default=30.0, metavar="N", help=str(phrase("seconds for an answer (30)"))
    )
    load.add_argument(
        "--run", dest="beside", action="append", default=[], metavar="COMMAND",
        help=str(phrase("run this meanwhile, a moment after its start; may be given several times, one after another")),
    )  # fmt: skip
    load.add_argument(
        "--until-lost", action="store_true", help=str(phrase("end at the first lost request, and end the commands"))
    )
    load.add_argument(
        "--out", metavar="FILE", type=given.place, help=str(phrase("write every request: FILE.json or FILE.csv"))
    )
    cluster_option(load)


def run(chosen: argparse.Namespace) -> int:
    """Exit code 0, whatever was lost: it was measured."""
    import asyncio

    from labcore import clusters

    from labtools.load.beside import Beside
    from labtools.load.plan import planned
    from labtools.load.sending import Load
    from labtools.load.target import target_of

    plans = planned(
        rates=chosen.rate, connections=chosen.connections, seconds=chosen.seconds, fresh=chosen.new,
        timeout=chosen.timeout, targets=len(chosen.urls),
    )  # fmt: skip
    if chosen.out and not chosen.out.resolve().parent.is_dir():
        raise LabError(phrase("there is no folder {folder} for this file", folder=chosen.out.resolve().parent))
    entry = clusters.access(chosen.cluster).entry
    targets = [target_of(url, entry) for url in chosen.urls]
    parts = list(zip(plans, targets, strict=True))
    load, beside = Load(parts, until_lost=chosen.until_lost), Beside(chosen.beside)
    try:
        asyncio.run(load.run(beside if chosen.beside else None))
    finally:
        _tell(chosen, load, beside)
    return OK


def _tell(chosen: argparse.Namespace, load: "Load", beside: "Beside") -> None:
    """Also what was measured before an interruption."""
    from labtools.load import files

    if any(found.requests for found in load.measured):
        print(visible("\n".join(str(line) for found in load.measured for line in _lines(found))), flush=True)
    if chosen.out:
        files.write(chosen.out, load, beside.ran)


def _lines(found: "Measured") -> Iterator[str]:
    sent = len(found.requests)
    yield found.url
    yield phrase("  sent {sent} in {seconds:.1f} s, lost {lost}", sent=sent, seconds=found.seconds, lost=found.lost)
    nothing = phrase("no answer")
    for status, number in found.statuses.items():
        yield f"  {padded(str(status or nothing), 24)} {number}"
    if found.unfinished:
        yield phrase("  not finished: {number}", number=found.unfinished)
    heading = phrase("latency in ms")
    yield f"  {padded(str(heading), 24)} {''.join(f'{name:>9}' for name in found.latency())}"
    rows = {phrase("since it was due"): found.latency(), phrase("since it was sent"): found.latency(corrected=False)}
    for name, values in rows.items():
        yield f"  {padded(str(name), 24)} {''.join(f'{value:9.1f}' for value in values.values())}"
    if found.late > _LATE:
        yield phrase(
            "  This machine was busy: the load itself was up to {late:.0f} ms behind its clock.", late=found.late * 1000
        )
