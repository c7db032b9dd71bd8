"""What a notebook imports: cluster calls, requests, tables, pictures, checks, reports.

Belongs here: the learner's vocabulary, the same on every cluster. Does not belong here: anything of the local
cluster's inside; of loopkube only `loopkube.cluster` (start, stop, status) is used.

Read in this order: `lab` (the verbs), `probing` and `answers` (requests), `inside` (requests from a Pod), `clients`
(clients by name), `endpoints`, `records` and `balancing` (what a Service is), `predictions`, `routes` and `pictures`
(what the rules say), `explaining` (why a URL gets its answer; `traefik` is the controller's side of it), `manifests`,
`layers` and `certificates` (tools of single notebooks), `exercises` (checks and hints), `report` (the lab report),
`cli` (the command `lab`).
The rest serves these: `home` and `clusters` (where things are), `api` and `catalogue` (Kubernetes' API),
`names`, `applying`, `waiting`, `aliases`, `tables`, `progress`, `messages`, `errors`, `workplace` and `kernels` (is the
namespace still there, and this notebook's), `ending` and `descendants` (Ctrl-C).
"""

import importlib
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - a plain sentence is kinder than a SyntaxError further on
    raise SystemExit("ingress-lab needs Python 3.11 or newer; this is Python %d.%d." % sys.version_info[:2])  # noqa: UP031

_HOMES = {
    "Lab": "lab",
    "probe": "probing",
    "Client": "probing",
    "Answer": "answers",
    "Answers": "answers",
    "predict": "predictions",
    "compare": "predictions",
    "api_reading": "routes",
    "rules_of": "routes",
    "routing_map": "pictures",
    "distribution": "pictures",
    "node_map": "pictures",
    "node_map_of": "pictures",
    "plain_table": "tables",
    "planned": "clusters.plan",
    "Entry": "clusters",
    "Hosts": "hosts",
    "explain": "explaining.explain",
    "doctor": "health",
    "LabError": "errors",
}

_MODULES = {name: name for name in ("certificates", "clusters", "layers", "manifests", "pictures")}
"""Modules whose own names are public, too."""

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    """Load a public name when it is first used, so that the command `lab` starts light (PEP 562)."""
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{_MODULES[name]}")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
