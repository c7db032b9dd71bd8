"""`lab explain URL`: which Ingress, rule, Service and Pod answer, why the others do not, and what is broken."""

import argparse

from labcore.language.messages import phrase

from labtools.commands import FAILED, OK, cluster_option, declare


def add(commands) -> None:
    explain = declare(
        commands, "explain", run, phrase("why a URL gets its answer: the rule, the Service, the Pod, what is broken")
    )
    explain.add_argument(
        "url", metavar="URL", help=str(phrase("as a client would ask for it: http://abc.sample.com/apl2"))
    )
    explain.add_argument(
        "--namespace", "-n", default="", help=str(phrase("whose names are shown without their namespace"))
    )
    explain.add_argument("--expected", metavar="SERVICE", help=str(phrase("why did this Service not answer?")))
    explain.add_argument("--no-request", action="store_true", help=str(phrase("read the rules only; send nothing")))
    cluster_option(explain)


def run(chosen: argparse.Namespace) -> int:
    """Exit code 1 when a link of the way is broken."""
    from labcore import clusters
    from labcore.errors import NoCluster
    from labcore.kube.api import Api

    from labtools.explain.explain import explained

    cluster = clusters.of(chosen.cluster)
    if cluster.access_starts and not cluster.status().running:
        raise NoCluster(phrase("the cluster is not running, so nothing answers; `lab up` starts it"))
    access = cluster.access()
    explanation = explained(
        chosen.url,
        Api.connect(access.own_kubeconfig, access.context),
        access.entry,
        namespace=chosen.namespace,
        expected=chosen.expected,
        probe=not chosen.no_request,
    )
    print(explanation)
    return FAILED if explanation.fault else OK
