"""The routing map: client → controller → host → path → Pods, with each Service as what is looked up on the way.

A request does not pass the Service: the controller reads its endpoints and dials a Pod. So the Service is a faint box
on the line, and the line goes on to the Pods.
"""

from labcore.language.messages import phrase
from labcore.pictures.card import BETWEEN, COLOURS, GAP, Box, Picture, card, draw, label, link, picture, text_width
from labcore.pictures.routes import Route, RoutingMap, pod_words

MOST = 40
"""Rules in a picture; the words beside it have all of them."""

WIDEST = 34
"""Characters of a name; the middle of a longer one is left out."""

LOOKED_UP = 22  # between the columns around a Service, which stands nearer than what a request passes


def draw_routing_map(routes: RoutingMap) -> Picture:
    """The picture of a routing map; beyond `MOST` rules it says how many are left out."""
    shown = routes.first(MOST)
    columns = _Columns(shown)
    left_out = len(routes.rules) - len(shown.rules)
    height = columns.bottom + 16 + (24 if left_out else 0)
    drawing = card(max(columns.right + 16, 360), max(height, 76), routes.title, routes.in_words())
    if not routes.rules:
        drawing.append(label(phrase("no Ingress yet: nothing is routed"), 16, 48, "lab-ink"))
        return picture(drawing, routes.in_words())
    colours = {b.service: COLOURS[i % len(COLOURS)] for i, b in enumerate(shown.backends)}
    for box in columns.controllers.values():
        link(drawing, columns.client, box, "#777777")
        draw(drawing, box)
    draw(drawing, columns.client)
    for route, box in columns.rules.items():
        link(drawing, columns.controllers[route.class_name], columns.hosts[route.host], "#777777")
        link(drawing, columns.hosts[route.host], box, colours[route.service])
        link(drawing, box, columns.services[route.service], colours[route.service])
        draw(drawing, box, colours[route.service])
    for host in columns.hosts.values():
        draw(drawing, host)
    for backend in shown.backends:
        colour, missing = colours[backend.service], not backend.pods
        link(drawing, columns.services[backend.service], columns.pods[backend.service], colour, dashed=missing)
        draw(drawing, columns.services[backend.service], dashed=True, ink="lab-faint")
        draw(drawing, columns.pods[backend.service], colour, dashed=missing)
    if left_out:
        omitted = phrase("{number} more rules are in the text, not in the picture", number=left_out)
        drawing.append(label(omitted, 16, columns.bottom + 20, "lab-faint"))
    return picture(drawing, routes.in_words())


class _Columns:
    """The boxes of the six columns; a host stands at the middle of its rules, a Service at that of its Pods."""

    def __init__(self, routes: RoutingMap) -> None:
        client = (phrase("client"), phrase("HTTP, HTTPS"))
        controllers = {c.class_name: _lines(c.lines()) for c in routes.controllers}
        hosts = {h: _lines(routes.host_words(h)) for h in routes.hosts}
        looked_up = phrase("(looked up)")
        services = {
            b.service: (_short(f"{b.service}:{routes.port(b.service)}".rstrip(":")), looked_up) for b in routes.backends
        }
        self.client = Box(16, 0, text_width(list(client)), client)
        x = 16 + self.client.width + BETWEEN / 2
        widths = [_width(controllers), _width(hosts)]
        self.rules = _stack({r: _lines((_path_words(r),)) for r in routes.rules}, x + sum(widths) + 2 * BETWEEN)
        right = max((b.x + b.width for b in self.rules.values()), default=x)
        after = right + LOOKED_UP + _width(services) + LOOKED_UP
        pods = {b.service: _lines(pod_words(b)) for b in routes.backends}
        rows = _stack({s: max(services[s], pods[s], key=len) for s in services}, 0, fill=_height(self.rules))
        self.services = {s: _beside([rows[s]], right + LOOKED_UP, _width(services), services[s]) for s in rows}
        self.pods = {s: _beside([rows[s]], after, _width(pods), pods[s]) for s in rows}
        self.hosts = {
            h: _beside([self.rules[r] for r in routes.rules_at(h)], x + widths[0] + BETWEEN, widths[1], lines)
            for h, lines in hosts.items()
        }
        self.controllers = {
            name: _beside([self.hosts[h] for h in routes.hosts_of(name)], x, widths[0], lines)
            for name, lines in controllers.items()
        }
        _apart(self.controllers)
        if self.controllers:
            self.client = _beside(list(self.controllers.values()), 16, self.client.width, client)

    @property
    def all(self) -> list[Box]:
        some = (self.controllers, self.hosts, self.rules, self.services, self.pods)
        return [self.client, *(box for column in some for box in column.values())]

    @property
    def right(self) -> float:
        return max(box.x + box.width for box in self.all)

    @property
    def bottom(self) -> float:
        return max(box.y + box.height for box in self.all)


def _stack(lines: dict, x: float, *, fill: float = 0) -> dict:
    """Boxes of one width below each other, spread over a column of height `fill` if they do not need all of it."""
    width = _width(lines)
    boxes = {key: Box(x, 0, width, some) for key, some in lines.items()}
    spare = max(0.0, fill - sum(box.height + GAP for box in boxes.values()) + GAP)
    gap = GAP + spare / (len(boxes) + 1)
    y = 44.0 + spare / (len(boxes) + 1)
    for key, box in boxes.items():
        boxes[key] = Box(x, round(y, 1), width, box.lines)
        y += box.height + gap
    return boxes


def _apart(boxes: dict[str, Box]) -> None:
    """Moves boxes of one column down where they would overlap."""
    y = 44.0
    for key, box in sorted(boxes.items(), key=lambda item: item[1].y):
        boxes[key] = Box(box.x, max(box.y, y), box.width, box.lines)
        y = boxes[key].y + box.height + GAP


def _beside(others: list[Box], x: float, width: float, lines: tuple[str, ...]) -> Box:
    middle = (others[0].middle + others[-1].middle) / 2
    return Box(x, max(44.0, middle - Box(x, 0, width, lines).height / 2), width, lines)


def _height(boxes: dict) -> float:
    return max((box.y + box.height for box in boxes.values()), default=44.0) - 44.0


def _width(lines: dict) -> float:
    return text_width([line for some in lines.values() for line in some])


def _lines(texts: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return tuple(map(_short, texts))


def _short(name: str) -> str:
    """A name with its middle left out when it is long: its ends tell most."""
    half = (WIDEST - 1) // 2
    return name if len(name) <= WIDEST else f"{name[:half]}…{name[-half:]}"


def _path_words(route: Route) -> str:
    return "  ".join(route.words) or phrase("(default backend)")
