"""What a notebook imports: cluster calls, requests, tables, pictures, checks.

Belongs here: the learner's vocabulary, the same on every cluster. Does not belong here: anything of the local
cluster's inside (of loopkube only `loopkube.cluster` is used), and the tools of the command `lab` (`labtools`).

Read in this order: `lab` (the verbs), `kube` (objects), `http` (requests from here and from a Pod), `ingress` (what a
Service and a rule are), `manifests`, `display` (tables, progress), `pictures`, `lessons` (predictions, exercises,
packets, certificates). README.md lists every public name with an example.
"""

import importlib
import sys
from types import ModuleType

if sys.version_info < (3, 11):  # noqa: UP036 - a plain sentence is kinder than a SyntaxError further on
    raise SystemExit("ingress-lab needs Python 3.11 or newer; this is Python %d.%d." % sys.version_info[:2])  # noqa: UP031

_HOMES = {
    "Lab": "lab",
    "probe": "http.probe",
    "Client": "http.probe",
    "Answer": "http.answers",
    "Answers": "http.answers",
    "predict": "lessons.predictions",
    "compare": "lessons.comparing",
    "api_readings": "ingress.rules",
    "rules_of": "ingress.rules",
    "routing_map": "pictures",
    "distribution": "pictures",
    "node_map": "pictures",
    "node_map_of": "pictures",
    "plain_table": "display.tables",
    "planned": "lessons.node_plan",
    "own_file": "lessons.own_file",
    "Entry": "labcore.clusters",
    "Hosts": "labtools.workspace.etc_hosts",
    "explain": "labtools.explain.explain",
    "doctor": "labtools.doctor",
    "LabError": "labcore.errors",
}

_MODULES = {
    "certificates": "lessons.certificates",
    "clusters": "labcore.clusters",
    "layers": "lessons.layers",
    "manifests": "manifests",
    "pictures": "pictures",
}
"""Modules whose own names are public, too."""

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    """Load a public name when it is first used, so that the command `lab` starts light (PEP 562)."""
    if name in _MODULES:
        return _module(_MODULES[name])
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(_module(_HOMES[name]), name)


def _module(name: str) -> ModuleType:
    return importlib.import_module(name if name.startswith(("labcore.", "labtools.")) else f"{__name__}.{name}")


def __dir__() -> list[str]:
    return __all__
