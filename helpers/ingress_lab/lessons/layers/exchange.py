"""Capture one request and its answer, and look at it: `layers.capture("http://abc.sample.com/apl2")`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labcore import clusters
from labcore.clusters import Entry
from labcore.errors import BadArgument
from labcore.language.messages import phrase
from labcore.machine import paths

from ingress_lab.http import urls
from ingress_lab.http.answers import Answer
from ingress_lab.kube import connected
from ingress_lab.lessons.layers import osi, packets
from ingress_lab.lessons.layers.dissecting import Facts, facts_of
from ingress_lab.lessons.layers.recorder import Address, Recorder
from ingress_lab.lessons.layers.records import said
from ingress_lab.lessons.layers.tap import Frame, Tap, permitted

if TYPE_CHECKING:
    from ingress_lab.display.tables import Table

_END = 0.5  # seconds that both sides may take to end the connection
OSI = ("layer", "name", "here", "kubernetes")

HEADINGS = {
    "layer": phrase("layer"),
    "name": phrase("name"),
    "here": phrase("what is in this packet"),
    "kubernetes": phrase("which Kubernetes thing acts here"),
    "from": phrase("from"),
    "flags": phrase("TCP flags"),
    "carries": phrase("carries"),
}
ORIGINS = {
    "live": phrase("captured on this machine's network interface"),
    "recorded": phrase(
        "recorded by a proxy of the lab: the data is as it was sent, the headers of layers 2 to 4 are rebuilt"
    ),
}


@dataclass(frozen=True)
class Capture:
    """The packets of one connection. `how`: live, or recorded by a proxy of the lab's."""

    packets: Sequence[Any] = field(repr=False)
    how: str = "live"
    file: Path | None = None
    answer: Answer | None = None

    @property
    def origin(self) -> str:
        """How it was captured, in a sentence."""
        return ORIGINS[self.how]

    @property
    def facts(self) -> list[Facts]:
        return [facts_of(packet) for packet in self.packets]

    def table(self) -> "Table":
        """The packet with the request, by OSI layer."""
        request = next((facts for facts in self.facts if facts.is_data), None)
        if request is None:
            raise BadArgument(phrase("this capture holds no request"))
        return _table(osi.rows(request), OSI, phrase("by OSI layer"))

    def list(self, *, all: bool = False) -> "Table":
        """The packets in order; without `all`, one line for each thing that a side says: the same on every run."""
        every = self.facts
        client = _source(every[0])
        rows = [
            {
                "from": phrase("client") if _source(facts) == client else phrase("entry"),
                "flags": " ".join(facts.transport["flags"]),
                "carries": osi.summary(facts),
            }
            for facts in (every if all else said(every))
        ]
        return _table(rows if all else osi.essence(rows), ("from", "flags", "carries"), phrase("packets"))


def _source(facts: Facts) -> tuple[str, int]:
    return facts.network["source"], facts.transport["source"]


def _table(rows: Sequence[dict], columns: Sequence[str], title: str) -> "Table":
    from ingress_lab.display.tables import plain_table

    return plain_table([[row[c] for c in columns] for row in rows], [HEADINGS[c] for c in columns], title)


def capture(
    url: str, *, entry: Entry | None = None, live: bool | None = None, file: str | Path | None = None, **client: Any
) -> Capture:
    """Send one request and capture it: live where that is permitted, else through a recording proxy.

    The capture file is `file`, or `captures/exchange.pcap` in the lab's state folder. Further arguments are
    `Client`'s (`ca`, `cookies` ...).
    """
    parts, _ = urls.split(url)
    where = entry or _current_entry()
    target = urls.destination(parts, where)
    kept = Path(file) if file else paths.state() / "captures" / "exchange.pcap"
    if live and not permitted():
        raise BadArgument(
            phrase("a live capture needs Linux and root or CAP_NET_RAW; without live=True a proxy records it")
        )
    use_tap = permitted() if live is None else live
    answer, captured = _tapped(url, where, target, client) if use_tap else _recorded(url, where, target, client)
    if not captured:
        raise BadArgument(
            phrase(
                "nothing was captured: {error}", error=answer.error or phrase("no packet of this connection was seen")
            )
        )
    packets.write(captured, kept)
    return Capture(packets.read(kept), "live" if use_tap else "recorded", kept, answer)


def _current_entry() -> Entry:
    lab = connected.last()
    return lab.entry if lab else clusters.access().entry


def _tapped(url: str, entry: Entry, target: Address, client: dict) -> tuple[Answer, list[Any]]:
    dialled = entry.dialled(*target)
    with Tap(dialled[1]) as tap:
        answer = _asked(url, entry, client)
        source = str(answer.layers.get("source", "")).rpartition(":")
        if not source[2]:
            return answer, []
        own = (source[0], int(source[2]))
        tap.wait(lambda frames: _is_over(frames, own, dialled), _END)
    return answer, packets.of_frames(tap.frames, own, dialled, target[1])


def _is_over(frames: list[Frame], client: Address, server: Address) -> bool:
    """Have both sides said that they are done, or one that it breaks off?"""
    segments = [segment for frame in frames if (segment := frame.tcp)]
    own = [segment for segment in segments if {segment.source, segment.target} == {client, server}]
    return any(s.resets for s in own) or len({s.source for s in own if s.ends}) == 2


def _recorded(url: str, entry: Entry, target: Address, client: dict) -> tuple[Answer, list[Any]]:
    with Recorder(entry.dialled(*target)) as recorder:
        through = Entry("127.0.0.1", recorder.port, recorder.port, takes_all=True)
        answer = _asked(url, through, client)
    recorder.recording.server = entry.named(*recorder.recording.server)
    return answer, packets.of_recording(recorder.recording) if recorder.recording.pieces else []


def _asked(url: str, entry: Entry, client: dict) -> Answer:
    from ingress_lab.kube.aliases import Aliases

    lab = connected.last()
    from ingress_lab.http.probe import Client

    aliases = lab.aliases if lab else Aliases()
    with Client(entry, aliases=aliases, **client) as sender:
        return sender.probe(url)[0]
