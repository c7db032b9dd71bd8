"""The options of `lab up` and `lab study`: those of every cluster, and those that a kind of cluster declares.

The kinds are loaded when one of the two commands is typed: every other command starts without them.
"""

import argparse
from collections.abc import Iterator, Mapping

from labcore import clusters
from labcore.clusters.base import Cluster, UpOption, UpOptions
from labcore.clusters.registry import loaded, spelled
from labcore.errors import BadArgument
from labcore.language.messages import joined, phrase

from labtools.commands import Command, cluster_option, port_options

Kinds = Mapping[str, type[Cluster]]
"""{as `--cluster` takes it: its class}."""


def add(command: Command) -> None:
    """Declare them all; those of the kinds when the command is chosen."""
    cluster_option(command)
    port_options(command)
    command.late = _of_kinds


def _of_kinds(command: argparse.ArgumentParser) -> None:
    kinds = {spelled(kind): loaded(kind) for kind in clusters.names()}
    known = dict.fromkeys(name for kind in kinds.values() for name in kind.controllers)
    help_ = "; ".join(_controller(name, kinds) for name in known)
    command.add_argument("--controller", choices=tuple(known), default="", help=help_)
    groups: dict[str, argparse._ArgumentGroup] = {}
    for option, names in _own(kinds):
        title = str(phrase("only with --cluster {names}", names=names))
        group = groups[title] if title in groups else groups.setdefault(title, command.add_argument_group(title))
        if option.metavar:
            group.add_argument(option.flag, metavar=option.metavar, default="", help=str(option.help))
        else:
            group.add_argument(option.flag, action="store_true", help=str(option.help))


def _controller(name: str, kinds: Kinds) -> str:
    """A controller's part of the help: `ingress-nginx (only kind: retired in March 2026)`."""
    owners = [kind for kind, declared in kinds.items() if name in declared.controllers]
    if owners == [kind for kind, declared in kinds.items() if declared.controllers]:
        return name
    only = phrase("only {names}", names=_either(owners))
    notice = next((kinds[kind].controllers[name] for kind in owners if kinds[kind].controllers[name]), "")
    return f"{name} ({only}: {notice})" if notice else f"{name} ({only})"


def _own(kinds: Kinds) -> Iterator[tuple[UpOption, str]]:
    """Each option that not every cluster has, with the kinds that declare it."""
    declared = {option.flag: option for kind in kinds.values() for option in kind.own_options}
    for flag, option in declared.items():
        owners = [name for name, kind in kinds.items() if flag in (own.flag for own in kind.own_options)]
        yield option, _either(owners)


def _either(names: list[str]) -> str:
    several = joined(", ", names[:-1])
    return phrase("{several} or {last}", several=several, last=names[-1]) if several else names[-1]


def given(cluster: Cluster, chosen: argparse.Namespace) -> UpOptions:
    """What was asked for. Raises BadArgument for what another kind of cluster takes."""
    kinds = {spelled(kind): loaded(kind) for kind in clusters.names()}
    own = {option: (names, getattr(chosen, option.name)) for option, names in _own(kinds)}
    for option, (names, value) in own.items():
        if value and option.flag not in (known.flag for known in cluster.own_options):
            raise BadArgument(
                phrase(
                    "{option} is only for --cluster {names}, and the cluster chosen is {cluster}. "
                    "Leave the option out, or choose that cluster",
                    option=option.flag,
                    names=names,
                    cluster=cluster.name,
                )
            )
    _require_controller(cluster, chosen.controller)
    values = {option.name: value for option, (_, value) in own.items() if value}
    return UpOptions(chosen.http_port, chosen.https_port, chosen.controller, values)


def _require_controller(cluster: Cluster, controller: str) -> None:
    if not controller or controller in cluster.controllers:
        return
    if not cluster.controllers:
        raise BadArgument(phrase("the lab installs no controller on {name}; leave --controller out", name=cluster.name))
    known = _either(list(cluster.controllers))
    raise BadArgument(
        phrase(
            "{name} does not take --controller {controller}; choose {known}",
            name=cluster.name,
            controller=controller,
            known=known,
        )
    )
