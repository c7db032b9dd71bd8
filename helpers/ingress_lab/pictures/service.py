"""The Service map: selector → EndpointSlice → Pods."""

from labcore.language.messages import phrase
from labcore.pictures.card import BETWEEN, COLOURS, GAP, Box, Picture, card, draw, link, picture, text_width

from ingress_lab.ingress.service_map import ServiceMap


def draw_service_map(read: ServiceMap) -> Picture:
    """The picture of a Service map; a Pod that is not ready is dashed."""
    service = Box(16, 0, text_width(list(read.service_lines)), read.service_lines)
    slices = Box(service.x + service.width + BETWEEN, 0, text_width(list(read.slice_lines)), read.slice_lines)
    pods = _pods(read, slices.x + slices.width + BETWEEN)
    middle = max(40 + service.height / 2, (pods[0].middle + pods[-1].middle) / 2)
    service, slices = (Box(b.x, middle - b.height / 2, b.width, b.lines) for b in (service, slices))
    bottom = max(b.y + b.height for b in (service, *pods))
    drawing = card(pods[0].x + pods[0].width + 16, bottom + 16, read.title, read.in_words())
    link(drawing, service, slices, COLOURS[0], dashed=not read.pods)
    draw(drawing, service, COLOURS[0])
    draw(drawing, slices, COLOURS[0])
    states = [state for _, state in read.pods] or [""]
    for box, state in zip(pods, states, strict=True):
        dashed = state != phrase("ready")
        link(drawing, slices, box, COLOURS[2], dashed=dashed)
        draw(drawing, box, COLOURS[2], dashed=dashed)
    return picture(drawing, read.in_words())


def _pods(read: ServiceMap, x: float) -> list[Box]:
    """A box for each Pod, below each other; one that says so where there is none."""
    lines = [(f"{pod}  {state}",) for pod, state in read.pods] or [(phrase("no ready Pod"),)]
    width = text_width([line for some in lines for line in some])
    boxes, y = [], 40.0
    for some in lines:
        boxes.append(Box(x, y, width, some))
        y += boxes[-1].height + GAP
    return boxes
