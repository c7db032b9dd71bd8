"""The nodes of a cluster, with what decides where things run: role, labels, ports of this machine, Pods."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from labcore.errors import BadManifest
from labcore.language.messages import joined, phrase
from labcore.pictures.card import COLOURS, GAP, PADDING, Box, Picture, card, draw, label, picture, text_width

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

_WIDEST = 44  # characters in a line: a phone's width
_ROLE, _ENTRY = "node-role.kubernetes.io/", "ingress-ready"


@dataclass(frozen=True)
class Node:
    """One node: its role, what is worth knowing of it, and its Pods (None: not asked)."""

    name: str
    role: str
    facts: Sequence[str] = ()
    pods: Sequence[str] | None = None
    ready: bool = True

    @property
    def said(self) -> list[str]:
        not_ready = phrase("not ready")
        said = [self.name if self.ready else f"✗ {self.name} - {not_ready}", *self.facts]
        if self.pods is not None:
            said.append(phrase("Pods: {pods}", pods=joined(", ", self.pods) or phrase("-")))
        return said

    @property
    def lines(self) -> tuple[str, ...]:
        """What is said, cut to the width of the box."""
        return tuple(
            line for sentence in self.said for line in textwrap.wrap(str(sentence), _WIDEST, break_on_hyphens=False)
        )


def node_map(lab: "Lab") -> Picture:
    """The nodes as they are now, with the Pods of this namespace and the ingress controller's."""
    here = lab.objects("pods")
    nodes = lab.api.list(lab.api.resources().named("nodes"))["items"]
    placed: dict[str, list[str]] = {}
    for pod in here:
        placed.setdefault(pod["spec"].get("nodeName", ""), []).append(lab.aliases.of_object(pod, "Pod"))
    for name in _controllers(lab):
        placed.setdefault(name, []).insert(0, phrase("ingress controller"))
    return draw_node_map(
        phrase("Nodes of this cluster"), [_of_object(node, sorted(placed.get(_name(node), []))) for node in nodes]
    )


def node_map_of(file: Path | str) -> Picture:
    """The nodes that a cluster file of kind describes."""
    from labcore.yaml.documents import load

    documents = load(Path(file))
    if not documents or documents[0].kind != "Cluster":
        raise BadManifest(phrase("{file} describes no cluster: its kind is not Cluster", file=file), str(file))
    cluster = documents[0].obj
    counted: dict[str, int] = {}
    nodes = []
    for node in cluster.get("nodes") or [{"role": "control-plane"}]:
        role = node.get("role", "control-plane")
        counted[role] = counted.get(role, 0) + 1
        number = str(counted[role]) if counted[role] > 1 else ""
        nodes.append(Node(f"{cluster.get('name', 'kind')}-{role}{number}", role, _file_facts(node)))
    return draw_node_map(phrase("Nodes in {file}", file=Path(file).name), nodes)


def draw_node_map(title: str, nodes: Sequence[Node]) -> Picture:
    """One box for each node, below each other."""
    text = joined("\n", [title, *(joined("", [f"  {node.role}: ", joined("; ", node.said)]) for node in nodes)])
    x, y = 16 + text_width([node.role for node in nodes]), 40.0
    width = text_width([line for node in nodes for line in node.lines])
    boxes = []
    for node in nodes:
        boxes.append(Box(x, y, width, node.lines))
        y += boxes[-1].height + GAP
    drawing = card(x + width + 16, y + 4, title, text)
    for node, box in zip(nodes, boxes, strict=True):
        drawing.append(label(node.role, 16, box.y + PADDING + 10, "lab-faint"))
        is_entry = any(_ENTRY in fact for fact in node.facts)
        colour = COLOURS[1] if not node.ready else COLOURS[2] if is_entry else COLOURS[0]
        draw(drawing, box, colour, dashed=not node.ready)
    return picture(drawing, text)


def _of_object(node: dict, pods: list[str]) -> Node:
    labels = node["metadata"].get("labels") or {}
    roles = sorted(key.removeprefix(_ROLE) for key in labels if key.startswith(_ROLE))
    facts = [phrase("label {label}", label=f"{_ENTRY}={labels[_ENTRY]}")] if _ENTRY in labels else []
    taints = [f"{t['key']}:{t['effect']}" for t in node.get("spec", {}).get("taints") or []]
    facts += [phrase("taint {taint}", taint=taint) for taint in taints]
    conditions = {c["type"]: c["status"] for c in node.get("status", {}).get("conditions") or []}
    return Node(_name(node), ", ".join(roles) or "worker", facts, pods, conditions.get("Ready") == "True")


def _file_facts(node: dict) -> list[str]:
    facts = [phrase("label {label}", label=f"{key}={value}") for key, value in (node.get("labels") or {}).items()]
    for port in node.get("extraPortMappings") or []:
        here = f"{port.get('listenAddress', '0.0.0.0')}:{port.get('hostPort')}"  # noqa: S104 - kind's own default
        facts.append(phrase("{here} leads to port {inside}", here=here, inside=port.get("containerPort")))
    return facts


def _controllers(lab: "Lab") -> list[str]:
    """The nodes with a Pod of the ingress controller, as far as this account may see them."""
    from ingress_lab.kube.controller import visible_pods

    return [
        pod["spec"].get("nodeName", "")
        for pod in visible_pods(lab.api)
        if pod["metadata"].get("namespace") != lab.namespace
        and any("traefik:" in c.get("image", "") for c in pod["spec"]["containers"])
    ]


def _name(node: dict) -> str:
    return node["metadata"]["name"]
