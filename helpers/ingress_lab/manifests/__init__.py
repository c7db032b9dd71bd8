"""Manifests: read, vary, compare, bring up to date, turn into HTTPRoutes.

Belongs here: work on YAML files and objects that needs no cluster. Does not belong here: sending them anywhere
(`applying`), and what a controller makes of them (`traefik`).

Read in this order: `documents` (reading), `fields` (naming a field), `varying`, `comparing`, `roundtrip` (YAML that
keeps its comments), `upgrading` (old versions), `gateway` (HTTPRoutes). All but `documents` is loaded on first use.
"""

import importlib

from ingress_lab.manifests.documents import Document, Source, load

_HOMES = {
    "vary": "varying",
    "Varied": "varying",
    "compare": "comparing",
    "Difference": "comparing",
    "upgrade": "upgrading.upgrade",
    "Upgrade": "upgrading.upgrade",
    "httproutes": "gateway.httproutes",
    "HttpRoutes": "gateway.httproutes",
}

__all__ = ["Document", "Source", "load", *sorted(_HOMES)]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
