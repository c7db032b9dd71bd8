"""Every heading and recurring sentence that a reader of a table, picture or report sees, in one place.

`text(key, **values)` gives the words. Another language is another table beside `ENGLISH` with the same keys.
"""

ENGLISH = {
    # columns of tables
    "url": "url",
    "client": "client",
    "status": "status",
    "service": "service",
    "pod": "pod",
    "node": "node",
    "path": "path seen by the application",
    "host": "host",
    "method": "method",
    "visits": "visits",
    "location": "location",
    "connection": "connection",
    "error": "error",
    "answers": "answers",
    "predicted": "predicted",
    "observed": "observed",
    "api": "API's reading",
    "rule": "rule",
    "path_rule": "path",
    "path_type": "pathType",
    "ingress": "ingress",
    "class": "class",
    "port": "port",
    "right": "right?",
    "object": "object",
    "result": "result",
    "condition": "condition",
    "line": "line",
    "type": "type",
    "reason": "reason",
    "message": "message",
    "count": "count",
    # cells
    "yes": "yes",
    "no": "no",
    "none": "-",
    "your_turn": "?",
    "an_address": "(address)",
    "default_backend": "(default backend)",
    "any_host": "any host",
    # sentences
    "score": "{right} of {total} predicted right",
    "solved": "Exercise {name}: solved. {why}",
    "open": "Exercise {name}: not yet. {why}",
    "more_hints": 'Another hint: lab.hint("{name}")',
    "no_more_hints": 'That was the last hint; lab.solution("{name}") shows one solution.',
    "report_title": "Lab report",
    "report_passed": "{notebooks} notebooks, {cells} cells: all passed",
    "report_failed": "{notebooks} notebooks, {cells} cells: {failed} failed",
    "results": "Results",
    "failures": "What failed",
    "versions": "Versions",
    "when": "when",
    "cell": "cell {number}",
    "notebook": "notebook",
    "state": "state",
    "cells": "cells",
    "failed": "failed",
    "exercises": "exercises solved",
    "took": "took",
    "map_title": "Routing map of namespace {namespace}",
    "no_rules": "no Ingress yet: nothing is routed",
    "no_pods": "no ready Pod",
    "no_service": "no such Service",
}


def text(key: str, **values: object) -> str:
    """The words for `key`, with the values filled in."""
    return ENGLISH[key].format(**values) if values else ENGLISH[key]
