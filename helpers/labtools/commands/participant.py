"""`lab participant NAME`: the objects for a person who shares a cluster, for its administrator to apply."""

import argparse

from labcore.language.messages import filled, phrase
from labcore.machine import paths

from labtools.commands import OK, declare

_HOW = phrase("""\
# For participant {name}: the namespaces of the series, and an account that may use these and nothing else.
# An administrator applies it (lab participant {name} | kubectl --context NAME apply -f -) and makes a token:
#   kubectl --context NAME create token {name} --namespace {first} --duration 24h
# The participant puts it into a kubeconfig, and begins:
#   lab up --cluster context:MINE --prefix {name}
# Two participants need a controller each, or hosts of their own: the notebooks' hosts are the same for everybody.""")


def add(commands) -> None:
    participant = declare(
        commands, "participant", run, phrase("print what an administrator gives to one who shares a cluster")
    )
    participant.add_argument("name", help=str(phrase("begins the names of the participant's namespaces")))


def run(chosen: argparse.Namespace) -> int:
    """Prints how, and the manifests; applies nothing."""
    import yaml

    from labtools.clinic import registry
    from labtools.clusters.context import participant

    of_notebooks = participant.series_namespaces(paths.project() / "notebooks" / "en")
    of_the_clinic = [name for name in registry.namespaces() if name not in of_notebooks]
    objects = participant.objects(chosen.name, [*of_notebooks, *of_the_clinic])
    print(filled(_HOW, name=chosen.name, first=objects[0]["metadata"]["name"]))
    print(yaml.safe_dump_all(objects, sort_keys=False, explicit_start=True), end="")
    return OK
