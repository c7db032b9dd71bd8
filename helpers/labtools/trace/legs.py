"""From the times of client and log to the parts of a way; what nobody measured apart stays one part."""

from labcore.language.messages import phrase
from labcore.pictures.journey import Leg

from labtools.trace.log_line import Line
from labtools.trace.sending import Sent

CLIENT, ENTRY, CONTROLLER, POD = range(4)
_THERE, _BACK = "↓", "↑"


def legs_of(sent: Sent, line: Line | None, *, at_pod: bool) -> tuple[Leg, ...]:
    """In the order in which they happened; `at_pod`: an application answered."""
    legs: list[Leg] = []
    if not sent.in_one:
        legs.append(Leg(phrase("the connection is opened"), sent.connected, (CLIENT, ENTRY, CLIENT), CLIENT, "↓↑"))
    if sent.secured:
        legs.append(Leg(phrase("TLS handshake"), sent.secured, (CLIENT, ENTRY, CONTROLLER, ENTRY, CLIENT)))
    if line is None:
        turn = (POD, CONTROLLER) if at_pod else ()
        around = (CLIENT, ENTRY, CONTROLLER, *turn, ENTRY, CLIENT)
        return (*legs, Leg(phrase("the request, and its answer"), sent.answered, around, ENTRY, "↓↑"))
    there, back = _split(sent, line)
    to = phrase("to the controller, the opening of the connection with it") if sent.in_one else None
    legs.append(Leg(to or phrase("to the controller"), there, (CLIENT, ENTRY, CONTROLLER), ENTRY, _THERE, line.whole))
    legs.append(Leg(phrase("in the controller itself"), line.own, (CONTROLLER,), whole=line.whole))
    if line.origin is not None:
        name = phrase("to the Pod, its work, and back")
        legs.append(Leg(name, line.origin, (CONTROLLER, POD, CONTROLLER), CONTROLLER, "↓↑", line.whole))
    name = phrase("back to the client") if back else phrase("back to the client (counted with the way there)")
    gap = ENTRY if back else None
    return (*legs, Leg(name, back, (CONTROLLER, ENTRY, CLIENT), gap, _BACK, line.whole and not back))


def _split(sent: Sent, line: Line) -> tuple[float, float]:
    """The way there and back, where both clocks agree; else both together, and 0."""
    if sent.in_one:
        return max(sent.answered - line.duration, 0.0), 0.0
    before = (line.start - sent.began) * 1000 - sent.connected - sent.secured if line.start else -1.0
    after = sent.answered - before - line.duration
    if before >= 0 and after >= 0:
        return before, after
    return max(sent.answered - line.duration, 0.0), 0.0
