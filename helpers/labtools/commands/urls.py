"""`lab urls HOST/PATH`: every rule, which match, and who wins by the API, by Traefik and by nginx."""

import argparse

from labcore.language.messages import phrase

from labtools.commands import OK, cluster_option, declare, given


def add(commands) -> None:
    urls = declare(
        commands, "urls", run, phrase("every rule with what the API, Traefik and nginx make of a host and path")
    )
    urls.add_argument(
        "url", metavar="HOST/PATH", help=str(phrase("as it is sent, untidied: shop.example.com/cart/../login"))
    )
    urls.add_argument(
        "--file", "-f", metavar="FOLDER_OR_FILE", type=given.place,
        help=str(phrase("the Ingresses of these manifests, and not those of the cluster")),
    )  # fmt: skip
    urls.add_argument(
        "--namespace", "-n", default="", help=str(phrase("whose rules are all shown; of others what fits"))
    )
    cluster_option(urls)


def run(chosen: argparse.Namespace) -> int:
    """Nothing is asked of a controller: only rules are read."""
    from labtools.urls import explore

    if chosen.file:
        from labcore.yaml.documents import load

        print(explore.of_manifests(chosen.url, load(chosen.file)))
        return OK
    from labcore import clusters
    from labcore.errors import NoCluster
    from labcore.kube.api import Api

    cluster = clusters.of(chosen.cluster)
    if cluster.access_starts and not cluster.status().running:
        raise NoCluster(
            phrase("the cluster is not running, so it has no rules; `lab up` starts it, `--file` reads manifests")
        )
    access = cluster.access()
    api = Api.connect(access.own_kubeconfig, access.context)
    print(explore.of_cluster(chosen.url, api, chosen.namespace))
    return OK
