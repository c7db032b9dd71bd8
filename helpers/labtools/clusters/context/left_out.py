"""Notebooks that cannot run on a cluster which is not the lab's: said before their first cell, with what is missing."""

from ingress_lab.kube.apply import holds
from ingress_lab.kube.tenancy import Tenancy
from ingress_lab.manifests import Document
from labcore.clusters.base import Access
from labcore.errors import LabError, Refused
from labcore.kube.api import Api
from labcore.kube.discovery import Resource
from labcore.language.messages import phrase

from labtools.clusters.context import permissions
from labtools.clusters.context.guest_requirements import NEEDS, Need
from labtools.clusters.context.permissions import Right


def sentences(api: Api, access: Access) -> dict[str, str]:
    """Each notebook that cannot run here, and why; none on the lab's own clusters."""
    if not access.shared:
        return {}
    reasons = {need.notebook: why(api, access, need) for need in NEEDS}
    return {notebook: reason for notebook, reason in reasons.items() if reason}


def require(api: Api, access: Access, namespace: str) -> None:
    """Raise if the notebook of this namespace cannot run here."""
    for need in NEEDS:
        if need.namespace == namespace and (reason := why(api, access, need)):
            raise LabError(reason)


def why(api: Api, access: Access, need: Need) -> str:
    """What is missing for a notebook, and who can give it; "" if nothing is."""
    if need.stops_nodes:
        return phrase(
            "{does} It is left out on {cluster}: the lab cannot stop a machine there. On a cluster of your own it "
            "runs: lab study --cluster local",
            does=need.does,
            cluster=access.name,
        )
    lacking = _lacking(api, Tenancy(access.prefix), need)
    if not lacking:
        return ""
    values = {"does": need.does, "cluster": access.name, "rights": _in_words(lacking)}
    who = permissions.account(api) or phrase("this account")
    if need.prepared:
        return phrase(
            "{does} It is left out on {cluster}: {who} may not {rights}. An administrator can allow it with what "
            "`lab participant NAME` prints. On a cluster of your own it runs: lab study --cluster local",
            who=who,
            **values,
        )
    return phrase(
        "{does} It is left out on {cluster}: {who} may not {rights}. An administrator can allow it with the "
        "ClusterRole cluster-admin. On a cluster of your own it runs: lab study --cluster local",
        who=who,
        **values,
    )


def _in_words(rights: list[Right]) -> str:
    """`create clusterroles, ingressclasses; patch nodes`."""
    kinds: dict[str, list[str]] = {}
    for right in rights:
        kinds.setdefault(right.verb, []).append(right.resource.rpartition("/")[2])
    return "; ".join(f"{verb} {', '.join(names)}" for verb, names in kinds.items())


def _lacking(api: Api, tenancy: Tenancy, need: Need) -> list[Right]:
    here = tenancy.namespace(need.namespace)
    by_namespace: dict[str, list[Right]] = {"": [Right(*right_fields) for right_fields in need.rights], here: []}
    for document in tenancy.copies(need.documents):
        resource = api.find(document.api_version, document.kind)
        if resource and (resource.namespaced or not _is_there(api, resource, document)):
            right = Right("create", f"{resource.group}/{resource.plural}".lstrip("/"))
            by_namespace[here if resource.namespaced else ""].append(right)
    return [
        r
        for namespace, rights in by_namespace.items()
        for r in permissions.missing(api, dict.fromkeys(rights), namespace)
    ]


def _is_there(api: Api, resource: Resource, document: Document) -> bool:
    """Whether somebody has made the object already, as it is wished."""
    try:
        return holds(api.get(resource, "", document.name), document.obj)
    except Refused:
        return False
