"""Pictures as SVG: legible on light and dark pages and on paper, with a text alternative.

A notebook shows an SVG as an image, which cannot see the page's colours; so a picture is a card with its own
background, light or dark as the reader's system prefers. Colours: Okabe and Ito's, told apart by everyone.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import drawsvg

from ingress_lab.messages import text
from ingress_lab.routes import Rule
from ingress_lab.routing_map import RoutingMap, pod_words, read

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_STYLE = """
.lab-card{fill:#ffffff;stroke:#d0d0d0}.lab-box{stroke:#555555}.lab-ink{fill:#1b1b1b}.lab-faint{fill:#555555}
@media screen and (prefers-color-scheme:dark){
.lab-card{fill:#1c1f24;stroke:#3a3f46}.lab-box{stroke:#a8adb5}.lab-ink{fill:#f0f0f0}.lab-faint{fill:#b8bcc4}}
"""
_FONT = "ui-sans-serif, system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif"
_SIZE = 13
_CHARACTER = 7.5  # a wide guess at the width of one character of this size
_LINE, _GAP, _PADDING = 20, 12, 9
_BETWEEN = 56  # between two columns: room for the lines


@dataclass(frozen=True)
class Picture:
    """A drawing and the same in words."""

    svg: str
    words: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        return {"image/svg+xml": self.svg, "text/plain": self.words}

    def __repr__(self) -> str:
        return self.words


@dataclass(frozen=True)
class _Box:
    """A box of text lines at a place."""

    x: float
    y: float
    width: float
    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        return len(self.lines) * _LINE + 2 * _PADDING - 4

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


def routing_map(lab: "Lab") -> Picture:
    """Host → path → Service → Pods of the lab's namespace, as the objects are now."""
    return draw_routing_map(read(lab))


def draw_routing_map(found: RoutingMap) -> Picture:
    """The picture of a routing map."""
    hosts, rules, services, pods = _columns(found)
    boxes = [*hosts.values(), *rules.values(), *services.values(), *pods.values()]
    width = max((b.x + b.width for b in boxes), default=360) + 16
    height = max((b.y + b.height for b in boxes), default=60) + 16
    canvas = drawsvg.Drawing(width, height, role="img", aria_label=found.in_words(), style="max-width:100%;height:auto")
    canvas.append_css(_STYLE)
    canvas.append(drawsvg.Rectangle(0.5, 0.5, width - 1, height - 1, rx=8, class_="lab-card"))
    canvas.append(_text(found.title, 16, 24, "lab-faint"))
    if not found.rules:
        canvas.append(_text(text("no_rules"), 16, 48, "lab-ink"))
    colours = {b.service: _COLOURS[i % len(_COLOURS)] for i, b in enumerate(found.backends)}
    for rule, box in rules.items():
        _link(canvas, hosts[rule.host], box, colours[rule.service])
        _link(canvas, box, services[rule.service], colours[rule.service])
        _draw(canvas, box, colours[rule.service])
    for host in hosts.values():
        _draw(canvas, host)
    for backend in found.backends:
        colour, missing = colours[backend.service], not backend.pods
        _link(canvas, services[backend.service], pods[backend.service], colour, dashed=missing)
        _draw(canvas, services[backend.service], colour, dashed=backend.pods is None)
        _draw(canvas, pods[backend.service], colour, dashed=missing)
    return Picture(canvas.as_svg(header=""), found.in_words())


def _columns(found: RoutingMap) -> tuple[dict[str, _Box], dict[Rule, _Box], dict[str, _Box], dict[str, _Box]]:
    """The boxes of the four columns; a host stands at the middle of its rules, a Service at that of its Pods."""
    rule_lines = {r: (_path_words(r),) for h in found.hosts for r in found.rules_at(h)}
    pod_lines = {b.service: tuple(pod_words(b)) for b in found.backends}
    host_width = _width([h or text("any_host") for h in found.hosts])
    rules = _stack(rule_lines, 16 + host_width + _BETWEEN)
    service_names = {b.service: f"{b.service}:{_port(found, b.service)}" for b in found.backends}
    x = max((b.x + b.width for b in rules.values()), default=0) + _BETWEEN
    pods = _stack(pod_lines, x + _width(list(service_names.values())) + _BETWEEN, fill=_height(rules))
    hosts = {
        h: _beside([rules[r] for r in found.rules_at(h)], 16, host_width, h or text("any_host")) for h in found.hosts
    }
    width = _width(list(service_names.values()))
    services = {s: _beside([pods[s]], x, width, name) for s, name in service_names.items()}
    return hosts, rules, services, pods


def _stack(lines: dict, x: float, *, fill: float = 0) -> dict:
    """Boxes of one width below each other, spread over a column of height `fill` if they do not need all of it."""
    width = _width([line for some in lines.values() for line in some])
    boxes = {key: _Box(x, 0, width, some) for key, some in lines.items()}
    spare = max(0.0, fill - sum(box.height + _GAP for box in boxes.values()) + _GAP)
    gap = _GAP + spare / (len(boxes) + 1)
    y = 40.0 + spare / (len(boxes) + 1)
    for key, box in boxes.items():
        boxes[key] = _Box(x, round(y, 1), width, box.lines)
        y += box.height + gap
    return boxes


def _height(boxes: dict) -> float:
    return max((box.y + box.height for box in boxes.values()), default=40.0) - 40.0


def _beside(others: list[_Box], x: float, width: float, words: str) -> _Box:
    middle = (others[0].middle + others[-1].middle) / 2
    box = _Box(x, 0, width, (words,))
    return _Box(x, middle - box.height / 2, width, (words,))


def _width(lines: list[str]) -> float:
    return max((len(line) for line in lines), default=10) * _CHARACTER + 2 * _PADDING


def _port(found: RoutingMap, service: str) -> str:
    return ", ".join(dict.fromkeys(rule.port for rule in found.rules if rule.service == service))


def _path_words(rule: Rule) -> str:
    return f"{rule.path}  {rule.path_type}" if rule.path else text("default_backend")


def _draw(canvas: drawsvg.Drawing, box: _Box, colour: str = "", *, dashed: bool = False) -> None:
    more = {"stroke_dasharray": "4 3"} if dashed else {}
    fill = {"fill": colour, "fill_opacity": 0.16, "stroke": colour} if colour else {"fill": "none", "class_": "lab-box"}
    canvas.append(drawsvg.Rectangle(box.x, box.y, box.width, box.height, rx=5, stroke_width=1.3, **fill, **more))
    for number, line in enumerate(box.lines):
        canvas.append(_text(line, box.x + _PADDING, box.y + _PADDING + 10 + number * _LINE, "lab-ink"))


def _text(words: str, x: float, y: float, kind: str) -> drawsvg.Text:
    return drawsvg.Text(words, _SIZE, x, y, class_=kind, font_family=_FONT)


def _link(canvas: drawsvg.Drawing, start: _Box, end: _Box, colour: str, *, dashed: bool = False) -> None:
    x1, x2 = start.x + start.width, end.x
    bend = (x2 - x1) / 2
    path = drawsvg.Path(stroke=colour, stroke_width=2, fill="none", **({"stroke_dasharray": "4 3"} if dashed else {}))
    path.M(x1, start.middle).C(x1 + bend, start.middle, x2 - bend, end.middle, x2 - 5, end.middle)
    canvas.append(path)
    canvas.append(
        drawsvg.Lines(x2 - 7, end.middle - 4, x2, end.middle, x2 - 7, end.middle + 4, close=True, fill=colour)
    )
