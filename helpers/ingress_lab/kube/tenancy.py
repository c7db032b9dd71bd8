"""What the lab may touch on a cluster that is not its own: its namespaces, and what carries its label.

Names of namespaces, ClusterRoles and ClusterRoleBindings get the prefix of this person, so that two people do not meet
in them; cluster-wide objects get a label with it. On the lab's own clusters (`local`, `kind`) nothing is changed and
nothing is refused.
"""

import copy
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace

from labcore.clusters.base import Access
from labcore.errors import LabError, Refused
from labcore.kube.api import Api
from labcore.kube.discovery import Resource
from labcore.language.messages import phrase

from ingress_lab.kube.apply import LABEL, MANAGER, resource_of
from ingress_lab.kube.namespaces import OWNER, UNSHARED, require_own
from ingress_lab.manifests import Document

_NAMED_BY_PREFIX = ("Namespace", "ClusterRole", "ClusterRoleBinding")
Target = tuple[Resource, str, str]


@dataclass(frozen=True)
class Tenancy:
    """A guest's rules; without a prefix there are none."""

    prefix: str = ""

    @property
    def owner(self) -> str:
        """The prefix as a label's value."""
        return self.prefix.strip("-._")

    @property
    def labels(self) -> dict[str, str]:
        """On every namespace of the lab; on a shared cluster also whose it is."""
        return {LABEL: MANAGER} | ({OWNER: self.owner} if self.prefix else {})

    @property
    def selector(self) -> str:
        """Selects this person's cluster-wide objects; on the lab's own cluster those that are nobody else's."""
        return ",".join(f"{key}={value}" for key, value in self.labels.items()) if self.prefix else UNSHARED

    def namespace(self, name: str) -> str:
        """The name of the lab's namespace `name` on this cluster."""
        return name if not name or name.startswith(self.prefix) else f"{self.prefix}{name}"

    def enter(self, api: Api, name: str, access: Access) -> str:
        """The namespace to work in, once it is clear that this account may; nothing is made yet."""
        namespace = self.namespace(name)
        if access.shared:
            from labtools.clusters.context import left_out, permissions, settings

            permissions.require(api, namespace)
            left_out.require(api, access, name)
            self._require_own(api, namespace)
            settings.note_namespace(access.context or "", namespace)
        return namespace

    def targets(self, api: Api, targets: Iterable[Target], *, missing_ok: bool = False) -> list[Target]:
        """(resource, namespace, name) of objects to delete, in the guest's own namespaces.

        With `missing_ok` what this account may not delete is passed over: it has not made it.
        """
        own = []
        for resource, namespace, name in targets:
            name = self.namespace(name) if resource.kind in _NAMED_BY_PREFIX else name
            if missing_ok and not self._may_delete(api, resource, name):
                continue
            self.allow(api, resource, name)
            own.append((resource, self.namespace(namespace), name))
        return own

    def documents(self, api: Api, documents: Iterable[Document]) -> list[Document]:
        """Documents whose namespaces are the guest's own, and which may be written."""
        return [self._document(api, document) for document in self.copies(documents)]

    def copies(self, documents: Iterable[Document]) -> list[Document]:
        """Documents with this person's names in them; nothing is asked of the cluster."""
        every = list(documents)
        roles = {document.name for document in every if document.kind == "ClusterRole"}
        return [replace(d, obj=self.renamed(d.obj, roles)) for d in every] if self.prefix else every

    def renamed(self, obj: dict, roles: Container[str]) -> dict:
        """A copy for this person: names with the prefix, where access objects name each other, too.

        `roles` are the ClusterRoles that come with it; any other is one of the cluster, `view` for example.
        """
        copied = copy.deepcopy(obj)
        if not isinstance(obj.get("metadata"), dict):
            return copied
        if obj.get("kind") in _NAMED_BY_PREFIX:
            copied["metadata"]["name"] = self.namespace(obj["metadata"].get("name", ""))
        for subject in copied.get("subjects") or []:
            if isinstance(subject, dict) and subject.get("namespace"):
                subject["namespace"] = self.namespace(subject["namespace"])
        reference = copied.get("roleRef") or {}
        if reference.get("kind") == "ClusterRole" and reference.get("name") in roles:
            reference["name"] = self.namespace(reference["name"])
        return copied

    def allow(self, api: Api, resource: Resource, name: str) -> None:
        """Raise unless an object is in one of the lab's namespaces, or carries its label, or is not there yet."""
        if not self.prefix or resource.namespaced or not name:
            return
        try:
            there = api.get(resource, "", name)
        except Refused as error:
            if error.code == 404:
                return
            if error.code == 403:
                raise _of_the_whole_cluster(error, f"{resource.title}/{name}") from error
            raise
        labels = there["metadata"].get("labels") or {}
        if not self.labels.items() <= labels.items():
            raise LabError(
                phrase(
                    "{title}/{name} is not the lab's (it does not carry {selector}), and on a cluster "
                    "that is not its own the lab leaves it alone",
                    title=resource.title,
                    name=name,
                    selector=self.selector,
                )
            )

    def _may_delete(self, api: Api, resource: Resource, name: str) -> bool:
        """Asked of cluster-wide objects only: in its own namespaces a guest deletes what it made."""
        if not self.prefix or resource.namespaced or not name:
            return True
        from labtools.clusters.context.permissions import Right, missing

        return not missing(api, [Right("delete", f"{resource.group}/{resource.plural}".lstrip("/"))])

    def _require_own(self, api: Api, namespace: str) -> None:
        """A namespace that is not there yet is nobody's."""
        try:
            require_own(api.request("get", f"/api/v1/namespaces/{namespace}"))
        except Refused as error:
            if error.code != 404:
                raise

    def _document(self, api: Api, document: Document) -> Document:
        meta = document.obj.get("metadata")
        if not self.prefix or not isinstance(meta, dict):
            return document
        try:
            resource = resource_of(api, document)
        except Refused:  # apply names it, among all others that are refused
            return document
        if not resource.namespaced:
            meta["labels"] = (meta.get("labels") or {}) | self.labels
            self.allow(api, resource, document.name)
        elif meta.get("namespace"):
            meta["namespace"] = self.namespace(meta["namespace"])
            self._require_own(api, meta["namespace"])
        return document


def _of_the_whole_cluster(error: Refused, title: str) -> Refused:
    """A sentence ahead of Kubernetes' own: what a participant cannot do here can be done on a cluster of one's own."""
    message = phrase(
        "{title} is one for the whole cluster, and this account may only use its namespaces. On a cluster of your "
        "own this works: lab study --cluster local\n{error}",
        title=title,
        error=error.message,
    )
    return Refused(message, code=error.code, reason=error.reason, kubernetes=error.kubernetes)
