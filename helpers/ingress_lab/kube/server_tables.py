"""The API server's own tables (what kubectl prints) as small tables that read the same on every run.

Ages and a node's version are left out; addresses become `(address)`, node ports `(node port)`, generated names
aliases. `raw=True` shows what the server said.
"""

import re

from labcore.kube.discovery import Resource
from labcore.language.messages import phrase

from ingress_lab.display.tables import Table, plain_table
from ingress_lab.kube.aliases import Aliases

_VARIES = ("age", "last seen", "first seen", "version")  # of times, and of the software of a node
_ADDRESS = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b")
_NODE_PORT = re.compile(r"(?<=:)3[0-2]\d{3}(?=/(?:TCP|UDP|SCTP)\b)")
_SINCE = re.compile(r" \(\S+ ago\)")


def server_table(answer: dict, resource: Resource, aliases: Aliases, *, wide: bool = False, raw: bool = False) -> Table:
    """A meta.k8s.io/v1 Table as a pandas table; `wide` adds the columns of `kubectl get -o wide`."""
    aliases.show([row["object"] for row in answer["rows"] if row.get("object", {}).get("metadata")], resource.kind)
    shown = [
        (index, column["name"])
        for index, column in enumerate(answer["columnDefinitions"])
        if (wide or column.get("priority", 0) == 0) and (raw or column["name"].lower() not in _VARIES)
    ]
    rows = [[_cell(row["cells"][index], aliases, raw) for index, _ in shown] for row in answer["rows"] or []]
    if not raw:
        rows.sort(key=lambda row: [_natural(str(cell)) for cell in row[:1]])
    return plain_table(rows, [name.lower() for _, name in shown], title=resource.plural)


def _cell(value: object, aliases: Aliases, raw: bool) -> object:
    if raw or not isinstance(value, str):
        return value
    text = _SINCE.sub("", aliases.in_text(value))
    return _NODE_PORT.sub(phrase("(node port)"), _ADDRESS.sub(phrase("(address)"), text))


def _natural(name: str) -> list[object]:
    """`web-10` after `web-9`."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", name) if part]


def event_rows(events: list[dict], aliases: Aliases) -> list[dict[str, object]]:
    """Events in the order in which they happened, object by object."""
    rows = []
    for event in sorted(events, key=_moment):
        about = event["involvedObject"]
        rows.append(
            {
                "type": event["type"],
                "reason": event["reason"],
                "object": f"{about['kind'].lower()}/{aliases.in_text(about['name'])}",
                "count": event.get("count") or 1,
                "message": _cell(event["message"], aliases, False),
            }
        )
    return sorted(rows, key=lambda row: _natural(str(row["object"])))


def _moment(event: dict) -> str:
    return event.get("firstTimestamp") or event.get("eventTime") or event["metadata"].get("creationTimestamp") or ""
