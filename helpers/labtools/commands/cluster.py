"""`lab up`, `status`, `reset`, `down` and `node`: the cluster itself."""

import argparse
import sys
import time

from labcore import clusters
from labcore.clusters.base import Beforehand
from labcore.errors import BadArgument
from labcore.language.messages import filled, joined, phrase, stored
from labcore.language.text_width import padded
from labcore.machine import paths

from labtools.commands import FAILED, OK, cluster_option, declare, up_options
from labtools.commands.steps import Steps

STATES = phrase("running"), phrase("stopped"), phrase("exited"), phrase("paused"), phrase("created")
"""Of nodes, as the local cluster and Docker call them."""


def add(commands) -> None:
    """`up`, `status`, `reset`, `down` and `node`."""
    up = declare(
        commands, "up", up_, phrase("start the cluster, or continue the one that was there, with every object")
    )
    up_options.add(up)
    status = declare(
        commands, "status", status_, phrase("is the cluster running, and where is its entry (exit code 1 if it is not)")
    )
    reset = declare(commands, "reset", reset_, phrase("remove what the notebooks made; the cluster stays"))
    down = declare(commands, "down", down_, phrase("stop the cluster; its objects wait for the next `lab up`"))
    down.add_argument("--delete", action="store_true", help=str(phrase("remove the cluster and its objects")))
    down.add_argument("--all", action="store_true", help=str(phrase("each cluster that was made from this folder")))
    node = declare(
        commands,
        "node",
        node_,
        phrase("list the cluster's nodes, stop or start one (not on a cluster that is not the lab's)"),
    )
    node.add_argument("action", nargs="?", choices=("list", "stop", "start"), default="list")
    node.add_argument("name", nargs="?", default="", help=str(phrase("the node, as in lab-worker")))
    for command in (status, reset, down, node):
        cluster_option(command)


def up_(chosen: argparse.Namespace, *, brief: bool = False) -> int:
    """`lab up`. `brief`: for `lab study`, which goes on with JupyterLab; where the cluster is, `lab status` says."""
    cluster = clusters.of(chosen.cluster)
    options = up_options.given(cluster, chosen)
    before = cluster.beforehand(options)
    _say(before, brief)
    if before.ready:
        return OK
    begin = time.perf_counter()
    with Steps(brief=brief) as steps:
        access = cluster.up(options, steps.next)
    print(phrase("The cluster is ready after {seconds:.1f} s.", seconds=time.perf_counter() - begin))
    _show([] if brief else access.lines)
    for notice in access.notices:
        print(notice)
    if cluster.name != clusters.DEFAULT:
        print(
            phrase(
                "For notebooks: export INGRESS_LAB_CLUSTER={name}  (or: lab study --cluster {name})", name=access.name
            )
        )
    return OK


def _say(before: Beforehand, brief: bool) -> None:
    if before.sentence:
        print(before.sentence)
    _show([] if brief else [*before.lines])
    if before.notice:
        print(before.notice)


def status_(chosen: argparse.Namespace) -> int:
    """`lab status`: exit code 1 while the cluster does not run."""
    cluster = clusters.of(chosen.cluster)
    known = cluster.status()
    print(known.sentence)
    _show(known.lines)
    if cluster.name == clusters.DEFAULT:
        _say_others()
    return OK if known.running else FAILED


def _say_others() -> None:
    """The clusters of this folder that run, too."""
    for name in clusters.made_here(paths.state())[1:]:
        known = clusters.of(name).status()
        if known.running:
            print(phrase("{words} Its status: lab status{option}", words=known.sentence, option=clusters.option(name)))


def down_(chosen: argparse.Namespace) -> int:
    """`lab down`; with `--all`, each cluster that was made from this folder."""
    for name in clusters.made_here(paths.state()) if chosen.all else [chosen.cluster]:
        cluster = clusters.of(name)
        print(f"{cluster.name}: " if chosen.all else "", cluster.down(delete=chosen.delete), sep="")
    return OK


def reset_(chosen: argparse.Namespace) -> int:
    """`lab reset`: deletes the namespaces of notebooks; needs a cluster that runs."""
    cluster = clusters.of(chosen.cluster)
    before = cluster.status()
    if not before.running:
        print(before.sentence, file=sys.stderr)
        return FAILED
    from ingress_lab.display.progress import line
    from ingress_lab.kube import namespaces
    from ingress_lab.kube.tenancy import Tenancy
    from labcore.kube.api import Api

    from labtools.clinic import playing
    from labtools.clusters.context import settings

    access = cluster.access()
    tenancy, known = Tenancy(access.prefix), settings.read(access.context or "").namespaces if access.shared else []
    with line(phrase("removing what the notebooks made")):
        api = Api.connect(access.own_kubeconfig, access.context)
        playing.let_go(access.name)
        removed = namespaces.remove_all(api, tenancy.prefix, tenancy.selector, known)
    print(
        joined("\n", [phrase("{title} deleted", title=title) for title in removed])
        or phrase("There was nothing of the notebooks.")
    )
    return OK


def node_(chosen: argparse.Namespace) -> int:
    """`lab node list|stop|start`. Raises BadArgument when no node is named."""
    cluster = clusters.of(chosen.cluster)
    if chosen.action == "list":
        _show([f"{padded(name, 28)} {stored(state)}" for name, state in cluster.nodes().items()])
        return OK
    if not chosen.name:
        raise BadArgument(
            phrase(
                "which node? lab node {action} NAME; the nodes: {names}",
                action=chosen.action,
                names=", ".join(cluster.nodes()),
            )
        )
    with Steps() as steps:
        step = phrase("stop {node}") if chosen.action == "stop" else phrase("start {node}")
        steps.next(filled(step, node=chosen.name))
        changed = (cluster.stop_node if chosen.action == "stop" else cluster.start_node)(chosen.name)
    if not changed:
        print(phrase("It was stopped already.") if chosen.action == "stop" else phrase("It was running already."))
    return OK


def _show(lines: list[str]) -> None:
    for line in lines:
        print(f"  {line}")
