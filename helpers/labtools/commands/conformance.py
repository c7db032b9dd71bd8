"""`lab conformance CLASS`: how many of the public Ingress conformance scenarios a controller passes."""

import argparse

from ingress_lab.display import progress
from labcore.language.messages import phrase
from labcore.language.untrusted import visible

from labtools.commands import FAILED, OK, cluster_option, declare

PARTS = ("paths", "hosts", "class", "default", "replicas")
_NAMESPACE, _CLIENTS = "conformance", "manifests/write-a-controller"


def add(commands) -> None:
    conformance = declare(
        commands, "conformance", run, phrase("score a controller by the public conformance scenarios of Ingress")
    )
    conformance.add_argument("ingress_class", metavar="CLASS", help=str(phrase("the IngressClass of the controller")))
    conformance.add_argument(
        "--to", metavar="SERVICE.NAMESPACE", default="",
        help=str(phrase("where it listens; without it, requests go to the cluster's entry")),
    )  # fmt: skip
    conformance.add_argument(
        "--only",
        choices=PARTS,
        action="append",
        default=[],
        help=str(phrase("a part of the scenarios; may be repeated")),
    )
    cluster_option(conformance)


def run(chosen: argparse.Namespace) -> int:
    """Exit code 0 when all scenarios pass, 1 when one fails."""
    from ingress_lab.kube import acting, namespaces
    from ingress_lab.lab import Lab
    from labcore.machine import paths

    from labtools.conformance import senders
    from labtools.conformance.scoring import Scoring, wait_for

    lab = Lab.connect(_NAMESPACE, cluster=chosen.cluster)
    try:
        send = senders.by_entry(lab)
        if chosen.to:
            for name in ("client.yaml", "clients.yaml"):
                acting.applied(lab, paths.project() / _CLIENTS / name)
            send = senders.inside(lab, "red", f"service/{chosen.to}")
        scoring = Scoring(lab, chosen.ingress_class, send, tuple(chosen.only) or PARTS)
        with progress.line(phrase("conformance")) as line:
            line.say(phrase("starting the applications"))
            scoring.prepare()
            if chosen.to:
                wait_for(lab, "pods")
            line.say(phrase("asking"))
            score = scoring.run()
    finally:
        if not namespaces.may_delete(lab.api, lab.namespace):  # where it may, it goes by itself
            lab.clean_up()
    for name, seen in score.failed.items():
        print(visible(phrase("fails   {name}: {seen}", name=name, seen=seen)))
    print(visible(phrase("IngressClass {name}: {score}", name=chosen.ingress_class, score=score)))
    return FAILED if score.failed else OK
