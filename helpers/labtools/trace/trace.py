"""What a reader sees of a followed request: facts by name, the moving picture, and the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from labcore.language.messages import Readable, english, joined, phrase, plural
from labcore.language.untrusted import visible
from labcore.pictures.card import Picture
from labcore.pictures.journey import Journey, Leg, Stop, draw_journeys

from labtools.trace.sending import Sent


@dataclass(frozen=True)
class Trace(Readable):
    """One request. Names are "" and `log` is "" where nobody could tell; `pod` is an alias.

    `service` and `pod` are the application's own words. `chosen` is the Pod whose address the controller's log names,
    and `confirmed` says that it is the one that answered.
    """

    url: str
    sent: Sent
    controller: str = ""
    node: str = ""
    port: int = 0
    router: str = ""
    rule: str = ""
    middlewares: tuple[str, ...] = ()
    behind: str = ""
    """The Service that the controller looked up."""
    addresses: int = 0
    address: str = ""
    chosen: str = ""
    service: str = ""
    pod: str = ""
    pod_node: str = ""
    legs: tuple[Leg, ...] = ()
    log: str = field(default="", repr=False)
    client: str = ""
    via: str = ""
    """By what a client inside the cluster reaches the controller; "" for the entry."""
    upstream: str = ""
    whole: bool = False
    """The controller's log counts whole milliseconds."""

    @property
    def status(self) -> int:
        return self.sent.status

    @property
    def milliseconds(self) -> float:
        """From the opening of the connection to the end of the answer, by the client's clock."""
        return self.sent.total

    @property
    def confirmed(self) -> bool:
        """Whether the controller's log and the application's answer name the same Pod."""
        return bool(self.pod) and self.pod == self.chosen

    @property
    def hops(self) -> tuple[str, ...]:
        """The stops by what they are: `client`, `node`, `controller`, `EndpointSlice` (looked up), `Pod`."""
        looked = ("EndpointSlice",) if self.chosen else ()
        pod = ("Pod",) if self.pod or self.chosen else ()
        return ("client", "node", "controller", *looked, *pod) if self.sent.status else ("client",)

    @property
    def journey(self) -> Journey:
        """Where it went, for drawing."""
        outcome = str(self.status or self.sent.error)
        title = f"GET {self.url} -> {outcome}, {self.milliseconds:.1f} ms"
        return Journey(title, tuple(_stop(self, hop) for hop in self.hops), self.legs)

    def beside(self, *others: "Trace") -> Picture:
        """This request and others in one picture, which begin at the same time."""
        return _drawn([self, *others])

    def __repr__(self) -> str:
        return visible(english(self.journey.in_words()))

    def __str__(self) -> str:
        return visible(self.journey.in_words())

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict, dict]:
        return _drawn([self])._repr_mimebundle_()


def _drawn(traces: Sequence[Trace]) -> Picture:
    journeys = [trace.journey for trace in traces]
    return draw_journeys(journeys, joined("\n", [journey.in_words() for journey in journeys]))


def _stop(trace: Trace, hop: str) -> Stop:
    if hop == "client":
        return Stop(trace.client or phrase("client"), tuple(filter(None, [trace.sent.source])))
    if hop == "node":
        return _entry(trace)
    if hop == "controller":
        return _controller(trace)
    if hop == "EndpointSlice":
        counted = plural("{number} address", "{number} addresses", trace.addresses)
        chosen = phrase("{counted}, chosen: {address}", counted=counted, address=trace.address)
        return Stop(phrase("EndpointSlice of {service}, looked up", service=trace.behind), (chosen,), passed=False)
    return _pod(trace)


def _entry(trace: Trace) -> Stop:
    kind = trace.via or phrase("the entry")
    if trace.node and trace.port:
        kind = phrase("port {port} of node {node}", port=trace.port, node=trace.node)
    return Stop(kind, (phrase("reached at {address}", address=trace.sent.target),))


def _controller(trace: Trace) -> Stop:
    name = trace.controller
    kind = phrase("ingress controller, Pod {name}", name=name) if name else phrase("ingress controller")
    lines = []
    if trace.router:
        lines = [phrase("router {name}", name=trace.router.rpartition("@")[0] or trace.router)]
    if trace.upstream:
        lines.append(phrase("upstream {name}", name=trace.upstream))
    if trace.whole:
        lines.append(phrase("its log counts whole milliseconds"))
    if trace.rule:
        used = joined(", ", trace.middlewares)
        lines += [trace.rule, phrase("middlewares: {names}", names=used) if used else phrase("no middleware")]
    if not trace.pod and not trace.chosen:
        lines.append(phrase("answers {status} itself", status=trace.status))
    return Stop(kind, tuple(lines))


def _pod(trace: Trace) -> Stop:
    lines = [phrase("on node {node}", node=trace.pod_node)] if trace.pod_node else []
    lines.append(phrase("answers {status}", status=trace.status))
    if trace.confirmed:
        lines.append(phrase("the controller's log names this Pod, too"))
    return Stop(phrase("Pod {name}", name=trace.pod or trace.chosen), tuple(lines))
