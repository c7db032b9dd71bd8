"""The kinds of cluster: each module of `labtools.clusters` (but for `shared`) is one, and names its class `CLUSTER`.

The module's name is the cluster's: `kind` is `labtools.clusters.kind`. So a new kind of cluster is one file. Its names
are known without loading any: the command `lab` starts light.
"""

import importlib
import os
import pkgutil
from pathlib import Path

from labcore.clusters.base import RECORD, Cluster
from labcore.errors import BadArgument
from labcore.language.messages import joined, phrase

DEFAULT = "local"
"""The cluster of those who do not choose."""
PACKAGE = "labtools.clusters"
_HELPERS = "shared"


def names() -> list[str]:
    """The kinds of cluster, the default one first."""
    modules = {module.name for module in pkgutil.iter_modules(importlib.import_module(PACKAGE).__path__)}
    return [DEFAULT, *sorted(modules - {DEFAULT, _HELPERS})]


def loaded(kind: str) -> type[Cluster]:
    """The class of a kind of cluster."""
    return importlib.import_module(f"{PACKAGE}.{kind}").CLUSTER


def spelled(kind: str) -> str:
    """As `--cluster` takes it: `kind`, `context:NAME`."""
    argument = loaded(kind).argument
    return f"{kind}:{argument}" if argument else kind


def choices(*, default_marked: bool = False) -> str:
    """`local, kind or context:NAME`: what may be chosen, the kinds with an argument last; loads them all."""
    texts = [spelled(kind) for kind in sorted(names(), key=lambda kind: bool(loaded(kind).argument))]
    if default_marked:
        texts[0] = phrase("{name} (default)", name=DEFAULT)
    return phrase("{several} or {last}", several=joined(", ", texts[:-1]), last=texts[-1])


def chosen(name: str | None = None) -> str:
    """The cluster's name: as given, else INGRESS_LAB_CLUSTER, else `local`. Raises BadArgument."""
    choice = name or os.environ.get("INGRESS_LAB_CLUSTER", "") or DEFAULT
    kind, _, argument = choice.partition(":")
    if kind not in names() or choice.endswith(":") or bool(argument) != bool(loaded(kind).argument):
        raise BadArgument(
            phrase(
                'there is no cluster "{name}"; choose {choices} (INGRESS_LAB_CLUSTER)', name=choice, choices=choices()
            )
        )
    return choice


def of(name: str | None = None) -> Cluster:
    """The chosen cluster."""
    kind, _, argument = chosen(name).partition(":")
    return loaded(kind)(argument) if argument else loaded(kind)()  # type: ignore[call-arg]


def made_here(state: Path) -> list[str]:
    """The clusters whose state is kept in this folder; the default one may always be."""
    there = [kind for kind in names() if (state / kind / RECORD).exists() and not loaded(kind).argument]
    return [DEFAULT, *(kind for kind in there if kind != DEFAULT)]


def option(name: str) -> str:
    """What a command of the lab needs to mean this cluster: ` --cluster kind`; "" for the default one."""
    return "" if name == DEFAULT else f" --cluster {name}"
