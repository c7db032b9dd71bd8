"""The doors of the explorer: of a cluster's live rules, and of manifests."""

from collections.abc import Iterable

from ingress_lab.ingress import controller_flags
from ingress_lab.ingress.controller_flags import Flags
from labcore.errors import BadManifest
from labcore.kube.api import Api
from labcore.language.messages import phrase
from labcore.yaml.documents import Document

from labtools.traefik.ingress_paths import Claim
from labtools.traefik.objects import Objects
from labtools.urls import plain, typed
from labtools.urls.exploration import Exploration
from labtools.urls.readers import Read, Rules, as_of_one_class


def of_cluster(url: str, api: Api, namespace: str = "") -> Exploration:
    """The rules of all namespaces, or of one where only that may be read; its own are all shown."""
    given = typed.read(url)
    objects = Objects.read(api, namespace)
    flags = controller_flags.of_pods(objects.pods.values()) or controller_flags.of_manifests()
    return _explored(given, objects, flags, namespace)


def of_manifests(url: str, found: Iterable[Document]) -> Exploration:
    """The Ingresses among some documents; each Service that they name counts as one with a Pod. Raises BadManifest."""
    given, ingresses = typed.read(url), [_checked(one) for one in found if one.kind == "Ingress"]
    return _explored(given, plain.with_services(ingresses), controller_flags.of_manifests(), "")


def _checked(document: Document) -> dict:
    spec = document.obj.get("spec")
    if not document.name or not isinstance(spec, dict):
        raise BadManifest(phrase("{where}: an Ingress needs metadata.name and a spec", where=document.where))
    return document.obj


def _explored(given: typed.Typed, objects: Objects, flags: Flags, namespace: str) -> Exploration:
    rules = Rules(as_of_one_class(objects), flags)
    reads = rules.read(given)
    shown = [n for n, claim in enumerate(rules.claims) if _is_shown(claim, n, reads, namespace)]
    kept = [one.only(shown) for one in reads]
    claims = [rules.claims[n] for n in shown]
    return Exploration(given, claims, kept, namespace, len(rules.claims) - len(shown))


def _is_shown(claim: Claim, number: int, reads: Iterable[Read], namespace: str) -> bool:
    """All of one's own namespace, and of others what fits for somebody."""
    return namespace in ("", claim.namespace) or any(one.fits[number] or one.wins[number] for one in reads)
