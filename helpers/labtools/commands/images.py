"""`lab images save` and `load`: container images in a folder, for rooms with a bad network."""

import argparse
from pathlib import Path

from labcore.language.messages import phrase

from labtools.commands import OK, declare
from labtools.commands.steps import Steps


def add(commands) -> None:
    images = declare(
        commands, "images", run, phrase("carry the images of a kind cluster in a folder, to where no network is")
    )
    images.add_argument("action", choices=("save", "load"), help=str(phrase("save: with a network; load: without one")))
    images.add_argument("folder", type=Path, help=str(phrase("about 1 GB")))
    images.set_defaults(elsewhere=_elsewhere)


def _elsewhere(chosen: argparse.Namespace) -> str:
    """The command that writes into another folder."""
    return "lab images save $HOME/lab-images" if chosen.action == "save" else ""


def run(chosen: argparse.Namespace) -> int:
    """`lab images save` writes about 1 GB into the folder; `load` takes them into the nodes."""
    from labtools.clusters.kind import KindCluster, images

    cluster = KindCluster()
    with Steps() as steps:
        tools = cluster.tools(steps.next)
        if chosen.action == "save":
            saved = images.to_folder(tools, chosen.folder)
        else:
            loaded = images.from_folder(tools, chosen.folder, running=cluster.status().running)
    if chosen.action == "save":
        size = sum(path.stat().st_size for path in saved) / 1e6
        print(
            phrase(
                "{number} images in {folder} ({size:.0f} MB). Elsewhere: lab images load {folder}",
                number=len(saved),
                folder=chosen.folder,
                size=size,
            )
        )
    else:
        print(phrase("Loaded: {loaded}. Now: lab up --cluster kind", loaded=", ".join(loaded)))
    return OK
