"""Manifests: read, vary, compare, bring up to date, turn into HTTPRoutes.

Belongs here: work on YAML files and objects that needs no cluster. Does not belong here: sending them anywhere
(`kube.apply`), and what a controller makes of them (`labtools.traefik`).

Read in this order: `varying`, `comparing`; reading itself is `labcore.yaml`. Old versions are brought up to date by
`labtools.upgrade`, HTTPRoutes made by `labtools.gateway`. All but reading is loaded on first use.
"""

import importlib

from labcore.yaml.documents import Document, Source, load

_HOMES = {
    "vary": "varying",
    "Varied": "varying",
    "compare": "labcore.yaml.comparing",
    "Difference": "labcore.yaml.comparing",
    "upgrade": "labtools.upgrade.upgrade",
    "Upgrade": "labtools.upgrade.upgrade",
    "httproutes": "labtools.gateway.httproutes",
    "HttpRoutes": "labtools.gateway.httproutes",
}

__all__ = ["Document", "Source", "load", *sorted(_HOMES)]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _HOMES[name]
    return getattr(
        importlib.import_module(home if home.startswith(("labcore.", "labtools.")) else f"{__name__}.{home}"), name
    )
