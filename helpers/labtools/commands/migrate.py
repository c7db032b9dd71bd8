"""`lab migrate PATH`: Ingresses written for ingress-nginx, each annotation with what becomes of it elsewhere."""

import argparse
import sys
from typing import TYPE_CHECKING

from labcore.errors import BadManifest, LabError
from labcore.language.messages import phrase
from labcore.language.untrusted import visible

from labtools.commands import FAILED, OK, cluster_option, declare, given
from labtools.commands.migrate_replay import replayed

if TYPE_CHECKING:
    from labtools.migrate.found import Input
    from labtools.migrate.migration import Migration

BAD = 2
_SHOWN = 12  # names of files
CANDIDATES = ("provider", "ingress", "gateway")


def add(commands) -> None:
    migrate = declare(
        commands, "migrate", run, phrase("take Ingresses away from ingress-nginx: what becomes of each annotation")
    )
    migrate.description = str(
        phrase(
            "Reads manifests, or a cluster's Ingresses, and says of every annotation of ingress-nginx what becomes of "
            "it on three candidates: `provider` (Traefik's provider that reads these annotations), `ingress` (plain "
            "Ingress with Traefik's Middlewares) and `gateway` (HTTPRoutes). Exit code: 0 all the same, 1 differences "
            "or things left, 2 bad input."
        )
    )
    migrate.add_argument("path", metavar="FOLDER_OR_FILE", type=given.place, nargs="?")
    _choices(migrate)
    _cluster(migrate)


def _choices(migrate: argparse.ArgumentParser) -> None:
    migrate.add_argument("--to", choices=CANDIDATES, help=str(phrase("one candidate only")))
    migrate.add_argument(
        "--output",
        metavar="FOLDER",
        type=given.place,
        help=str(phrase("write that form (with --to) into a new folder")),
    )
    migrate.add_argument("--audit", action="store_true", help=str(phrase("count only: same, different, absent")))
    migrate.add_argument(
        "--annotations", action="store_true", help=str(phrase("every annotation of ingress-nginx, without a folder"))
    )
    migrate.add_argument(
        "--replay", action="store_true",
        help=str(phrase("ask nginx and the candidates the same on the local cluster; list every answer that differs")),
    )  # fmt: skip
    migrate.add_argument(
        "--report", metavar="FILE", type=given.place, help=str(phrase("with --replay: write an HTML page, too"))
    )
    migrate.add_argument(
        "--most", metavar="N", type=int, default=0, help=str(phrase("with --replay: so many requests at most (600)"))
    )
    migrate.add_argument("--json", action="store_true", help=str(phrase("as JSON")))


def _cluster(migrate: argparse.ArgumentParser) -> None:
    migrate.add_argument(
        "--ingress-class", metavar="NAME", action="append", default=[],
        help=str(phrase("a class that ingress-nginx serves (nginx, and what the IngressClasses say)")),
    )  # fmt: skip
    migrate.add_argument(
        "--namespace", "-n", default="",
        help=str(phrase("without a folder: of the cluster; with one: for manifests that name none (default)")),
    )  # fmt: skip
    migrate.add_argument(
        "--all-namespaces", "-A", action="store_true", help=str(phrase("the cluster's Ingresses of all namespaces"))
    )
    cluster_option(migrate)


def run(chosen: argparse.Namespace) -> int:
    """Exit code 0 when all is the same, 1 for differences and what is left, 2 for bad input."""
    from labtools.migrate import as_json, shown
    from labtools.migrate.migration import migration

    if chosen.annotations:
        _print(
            as_json.table() if chosen.json else "\n".join(shown.whole_table([chosen.to] if chosen.to else CANDIDATES))
        )
        return OK
    if chosen.output and not chosen.to:
        print(phrase("--output needs --to: provider, ingress or gateway"), file=sys.stderr)
        return BAD
    try:
        given = _read(chosen)
    except BadManifest as error:
        print(error, file=sys.stderr)
        return BAD
    candidates = [chosen.to] if chosen.to else list(CANDIDATES)
    if chosen.replay and given.ingresses and not given.bad:
        if chosen.output:
            _write(chosen, migration(given, candidates))
        return replayed(given, candidates, as_json=chosen.json, report=chosen.report, most=chosen.most)
    found = migration(given, candidates)
    if chosen.json:
        _print(as_json.migration(found, candidates))
    elif given.ingresses:
        lines = shown.audit(found, candidates) if chosen.audit else shown.ingresses(found, candidates)
        _print("\n".join([*lines, *shown.beside(found)]))
        if not chosen.audit:
            _print("\n".join(shown.total(found, candidate) for candidate in candidates))
    else:
        _print("\n".join(shown.beside(found)))
    return _ended(chosen, found, candidates)


def _read(chosen: argparse.Namespace) -> "Input":
    from labtools.migrate import from_cluster, reading

    if chosen.path and not chosen.all_namespaces:
        return reading.read(chosen.path, chosen.ingress_class, chosen.namespace or "default")
    if chosen.path or not (chosen.all_namespaces or chosen.namespace):
        raise BadManifest(phrase("name a folder or a file, or -n NAMESPACE or -A for the cluster's Ingresses"))
    from labcore import clusters
    from labcore.kube.api import Api

    access = clusters.of(chosen.cluster).access()
    api = Api.connect(access.own_kubeconfig, access.context)
    return from_cluster.read(api, str(phrase("the cluster")), chosen.ingress_class, chosen.namespace)


def _ended(chosen: argparse.Namespace, found: "Migration", candidates: list[str]) -> int:
    if found.given.bad or not found.given.ingresses:
        _say_bad(chosen, found)
        return BAD
    if chosen.output:
        _write(chosen, found)
    return OK if found.is_same(candidates) else FAILED


def _say_bad(chosen: argparse.Namespace, found: "Migration") -> None:
    if found.given.bad:
        for left in found.given.bad if chosen.json else ():
            print(visible(phrase("{where}: {why}", where=left.where, why=left.why)), file=sys.stderr)
        advice = phrase("Nothing is written as long as something cannot be read.") if chosen.output else ""
    else:
        advice = phrase("There is no Ingress for ingress-nginx in {source}.", source=found.given.source)
    if advice:
        print(visible(advice), file=sys.stderr)


def _write(chosen: argparse.Namespace, found: "Migration") -> None:
    from labtools.migrate.writing import write

    source = chosen.path.resolve() if chosen.path else None
    if source and chosen.output.resolve().is_relative_to(source):
        raise LabError(phrase("{folder} is in the folder that is read; name another one", folder=chosen.output))
    files = found.objects(chosen.to)
    if not files:
        print(
            phrase("Nothing was written: no Ingress can be taken to {candidate}.", candidate=chosen.to), file=sys.stderr
        )
        return
    names = write(chosen.output, files)
    told = sys.stderr if chosen.json else sys.stdout
    print(visible(phrase("Written to {folder}: {names}", folder=chosen.output, names=_few(names))), file=told)
    for need in found.needs(chosen.to):
        print(visible(phrase("It needs: {need}", need=need)), file=told)


def _few(names: list[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown}, ... ({len(names)})"


def _print(text: str) -> None:
    if text:
        print(visible(text))
