"""The routing map: host → path → Service → Pods."""

from typing import TYPE_CHECKING

from labcore.language.messages import phrase
from labcore.pictures.card import BETWEEN, COLOURS, GAP, Box, Picture, card, draw, label, link, picture, text_width

from ingress_lab.ingress.route_map import RoutingMap, pod_words, read
from ingress_lab.ingress.rules import Rule

if TYPE_CHECKING:
    from ingress_lab.lab import Lab


def routing_map(lab: "Lab") -> Picture:
    """Host → path → Service → Pods of the lab's namespace, as the objects are now."""
    return draw_routing_map(read(lab))


def draw_routing_map(routes: RoutingMap) -> Picture:
    """The picture of a routing map."""
    hosts, rules, services, pods = _columns(routes)
    boxes = [*hosts.values(), *rules.values(), *services.values(), *pods.values()]
    width = max((b.x + b.width for b in boxes), default=360) + 16
    height = max((b.y + b.height for b in boxes), default=60) + 16
    drawing = card(width, height, routes.title, routes.in_words())
    if not routes.rules:
        drawing.append(label(phrase("no Ingress yet: nothing is routed"), 16, 48, "lab-ink"))
    colours = {b.service: COLOURS[i % len(COLOURS)] for i, b in enumerate(routes.backends)}
    for rule, box in rules.items():
        link(drawing, hosts[rule.host], box, colours[rule.service])
        link(drawing, box, services[rule.service], colours[rule.service])
        draw(drawing, box, colours[rule.service])
    for host in hosts.values():
        draw(drawing, host)
    for backend in routes.backends:
        colour, missing = colours[backend.service], not backend.pods
        link(drawing, services[backend.service], pods[backend.service], colour, dashed=missing)
        draw(drawing, services[backend.service], colour, dashed=backend.pods is None)
        draw(drawing, pods[backend.service], colour, dashed=missing)
    return picture(drawing, routes.in_words())


def _columns(routes: RoutingMap) -> tuple[dict[str, Box], dict[Rule, Box], dict[str, Box], dict[str, Box]]:
    """The boxes of the four columns; a host stands at the middle of its rules, a Service at that of its Pods."""
    rule_lines = {r: (_path_words(r),) for h in routes.hosts for r in routes.rules_at(h)}
    pod_lines = {b.service: tuple(pod_words(b)) for b in routes.backends}
    host_width = text_width([h or phrase("any host") for h in routes.hosts])
    rules = _stack(rule_lines, 16 + host_width + BETWEEN)
    service_names = {b.service: f"{b.service}:{_port(routes, b.service)}" for b in routes.backends}
    x = max((b.x + b.width for b in rules.values()), default=0) + BETWEEN
    pods = _stack(pod_lines, x + text_width(list(service_names.values())) + BETWEEN, fill=_height(rules))
    hosts = {
        h: _beside([rules[r] for r in routes.rules_at(h)], 16, host_width, h or phrase("any host"))
        for h in routes.hosts
    }
    width = text_width(list(service_names.values()))
    services = {s: _beside([pods[s]], x, width, name) for s, name in service_names.items()}
    return hosts, rules, services, pods


def _stack(lines: dict, x: float, *, fill: float = 0) -> dict:
    """Boxes of one width below each other, spread over a column of height `fill` if they do not need all of it."""
    width = text_width([line for some in lines.values() for line in some])
    boxes = {key: Box(x, 0, width, some) for key, some in lines.items()}
    spare = max(0.0, fill - sum(box.height + GAP for box in boxes.values()) + GAP)
    gap = GAP + spare / (len(boxes) + 1)
    y = 40.0 + spare / (len(boxes) + 1)
    for key, box in boxes.items():
        boxes[key] = Box(x, round(y, 1), width, box.lines)
        y += box.height + gap
    return boxes


def _height(boxes: dict) -> float:
    return max((box.y + box.height for box in boxes.values()), default=40.0) - 40.0


def _beside(others: list[Box], x: float, width: float, text: str) -> Box:
    middle = (others[0].middle + others[-1].middle) / 2
    box = Box(x, 0, width, (text,))
    return Box(x, middle - box.height / 2, width, (text,))


def _port(routes: RoutingMap, service: str) -> str:
    return ", ".join(dict.fromkeys(rule.port for rule in routes.rules if rule.service == service))


def _path_words(rule: Rule) -> str:
    return f"{rule.path}  {rule.path_type}" if rule.path else phrase("(default backend)")
