"""The cluster as a case uses it: namespaces of its own, its objects, requests to the entry."""

import time
from collections.abc import Iterable, Iterator
from contextlib import suppress

from ingress_lab.http.answers import Answer
from ingress_lab.kube import namespaces
from ingress_lab.kube.apply import resource_of
from ingress_lab.kube.empty_namespace import empty
from ingress_lab.kube.tenancy import Tenancy
from ingress_lab.lab import Lab
from ingress_lab.manifests import Document, load
from labcore import clusters
from labcore.clusters import Access
from labcore.errors import LabError, Refused
from labcore.kube.api import Api
from labcore.kube.patience import patient

from labtools.clinic import nodes
from labtools.clinic.case import NAMESPACE, Need

_HAND = "kubectl-create"
"""Who made the objects, as managedFields say it: the same for all, and for both states."""
_ROUTES = ("Ingress", "HTTPRoute")
_REST, _YOUNG = 20.0, 6.0
"""Seconds that a rollout is waited for; that a Pod may take until it is ready."""
_AGAIN = 0.1


class Ground:
    """`namespace`, and those `elsewhere`, by their names on this cluster."""

    def __init__(self, api: Api, access: Access, elsewhere: Iterable[str] = ()) -> None:
        self.api, self.access, self.tenancy = api, access, Tenancy(access.prefix)
        self.namespace = self.tenancy.namespace(NAMESPACE)
        self.namespaces = [self.namespace, *map(self.tenancy.namespace, elsewhere)]
        self.lab = Lab(api, self.namespace, access.entry, access.name, self.tenancy)
        self._met: dict[Need, bool] = {}

    def elsewhere(self, names: Iterable[str]) -> "Ground":
        """The same cluster for a case that uses these namespaces beside its own."""
        other = Ground(self.api, self.access, names)
        other._met = self._met
        return other

    @classmethod
    def of(cls, cluster: str | None, elsewhere: Iterable[str] = ()) -> "Ground":
        access = clusters.access(cluster)
        return cls(Api.connect(access.own_kubeconfig, access.context), access, elsewhere)

    def enter(self) -> None:
        """Its namespaces are there. Raises LabError where this account may not use them."""
        for name in self.namespaces:
            self.tenancy.enter(self.api, name, self.access)
            namespaces.ensure(self.api, name, fresh=False, labels=self.tenancy.labels)

    def meets(self, need: Need) -> bool:
        """Whether the cluster has what a case needs; looked at once."""
        if need not in self._met:
            self._met[need] = need.is_met(self)
        return self._met[need]

    def may_use(self, namespace: str) -> bool:
        """Whether this account may work there: asked on a cluster that is not the lab's own."""
        if not self.access.shared:
            return True
        from labtools.clusters.context import permissions

        try:
            permissions.require(self.api, namespace)
        except LabError:
            return False
        return True

    # -- objects ---------------------------------------------------------------------------------------------------

    def lay(self, objects: Iterable[dict]) -> None:
        """Make these objects; what leads requests to them comes last."""
        documents = self.tenancy.documents(self.api, load(nodes.placed(self.api, list(objects))))
        for document in sorted(documents, key=lambda each: each.kind in _ROUTES):
            self._post(document)

    def clear(self, objects: Iterable[dict] = ()) -> None:
        """The namespaces are empty, without events of what was; so is what else the case has made, as these objects."""
        self.stop_routing()
        for name in self.namespaces:
            empty(self.api, name, namespaces.DELETE_TIMEOUT)
            with suppress(Refused):
                self.api.request("delete", f"/api/v1/namespaces/{name}/events")
        self._clear_beside(objects)

    def leave(self, objects: Iterable[dict] = ()) -> None:
        """The namespaces are gone, or empty where they may not be deleted; so is what else the case has made."""
        self.stop_routing()
        for name in self.namespaces:
            namespaces.remove(self.api, name)
        self._clear_beside(objects)

    def _clear_beside(self, objects: Iterable[dict]) -> None:
        for path in (*self._own_of_the_cluster(objects), *self._accounts(objects)):
            with suppress(Refused):
                self.api.request("delete", path)

    def is_laid(self) -> bool:
        """Whether anything of a case is there: `lab reset`, or a notebook that begins, takes it away."""
        kinds = [self.api.resources().named(kind) for kind in ("deployments", "services")]
        try:
            return any(self.api.list(kind, name)["items"] for kind in kinds for name in self.namespaces)
        except Refused:
            return False

    def replace(self, obj: dict) -> None:
        """An object as it is now gets this spec; all else of it stays."""
        document = load(obj)[0]
        resource = resource_of(self.api, document)
        there = self.api.get(resource, document.namespace or self.namespace, document.name)
        path = resource.path(document.namespace or self.namespace, document.name)
        self.api.request("put", path, there | {"spec": obj["spec"]}, query={"fieldManager": _HAND})

    def _post(self, document: Document) -> None:
        resource = resource_of(self.api, document)
        obj = document.obj
        if not resource.namespaced:
            meta = obj["metadata"]
            obj = obj | {"metadata": meta | {"labels": self.tenancy.labels | (meta.get("labels") or {})}}
        scope = (document.namespace or self.namespace) if resource.namespaced else ""
        self.api.request("post", resource.path(scope), obj, query={"fieldManager": _HAND})

    def stop_routing(self) -> None:
        """Ingresses first, so that the controller has nothing to complain of while their Services go.

        One that a finalizer keeps goes, too: a namespace that is deleted would wait for it.
        """
        ingresses = self.api.resources().named("ingress")
        for namespace in self.namespaces:
            with suppress(Refused):
                for obj in self.api.list(ingresses, namespace)["items"]:
                    self._delete(ingresses.path(namespace, obj["metadata"]["name"]), obj)

    def _delete(self, path: str, obj: dict) -> None:
        with suppress(Refused):
            self.api.request("delete", path)
            if obj["metadata"].get("finalizers"):
                free = {"metadata": {"finalizers": None}}
                self.api.request("patch", path, free, content_type="application/merge-patch+json")

    def _accounts(self, objects: Iterable[dict]) -> Iterator[str]:
        """The paths of the case's accounts and rights, which stay when a namespace is emptied."""
        for document in self.tenancy.copies(load(list(objects))):
            if document.kind in ("ServiceAccount", "Role", "RoleBinding"):
                yield resource_of(self.api, document).path(document.namespace or self.namespace, document.name)

    def _own_of_the_cluster(self, objects: Iterable[dict]) -> Iterator[str]:
        """The paths of those that the lab has made; another's of the same name is left alone."""
        for document in self.tenancy.copies(load(list(objects))):
            resource = resource_of(self.api, document)
            if resource.namespaced:
                continue
            with suppress(Refused):
                if namespaces.is_own(self.api.get(resource, "", document.name)):
                    yield resource.path("", document.name)

    # -- requests --------------------------------------------------------------------------------------------------

    def ask(self, url: str) -> Answer:
        """One request to the entry, on a connection of its own."""
        return self.lab.probe(url)[0]

    def rest(self) -> None:
        """Wait until rollouts have come to an end, one way or the other, and the controller has followed."""
        deadline = time.monotonic() + patient(_REST)
        while self._moves() and time.monotonic() < deadline:
            time.sleep(_AGAIN)
        with suppress(LabError):  # a controller that does not follow is what the requests then show
            self.lab.settle(5)

    def _moves(self) -> bool:
        """Whether a Deployment is not looked at yet, or a Pod goes, or is too young to be ready."""
        for name in self.namespaces:
            deployments = self.api.list(self.api.resources().named("deployments"), name)["items"]
            pods = self.api.list(self.api.resources().named("pods"), name)["items"]
            if any(map(_is_unseen, deployments)) or any(map(_is_on_its_way, pods)):
                return True
        return False


def _is_unseen(deployment: dict) -> bool:
    status, wanted = deployment.get("status") or {}, deployment["spec"].get("replicas", 1)
    seen = status.get("observedGeneration", 0) >= deployment["metadata"].get("generation", 0)
    return not seen or status.get("replicas", 0) < wanted


def _is_on_its_way(pod: dict) -> bool:
    from datetime import UTC, datetime

    if pod["metadata"].get("deletionTimestamp"):
        return True
    conditions = (pod.get("status") or {}).get("conditions") or []
    if any(c["type"] == "Ready" and c["status"] == "True" for c in conditions):
        return False
    made = datetime.fromisoformat(pod["metadata"]["creationTimestamp"])
    return (datetime.now(UTC) - made).total_seconds() < patient(_YOUNG)
