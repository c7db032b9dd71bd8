"""How a learner names objects: `deployment/web`, `pod/web-1` (an alias), a manifest. Wrong names lead to near ones."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from labcore.errors import BadArgument, Refused, UnknownName, unknown
from labcore.kube.api import Api
from labcore.kube.discovery import Resource
from labcore.language.messages import phrase
from labcore.machine import paths

from ingress_lab.kube.aliases import Aliases
from ingress_lab.kube.apply import resource_of
from ingress_lab.manifests import Source, load

SCALED = ("Deployment", "ReplicaSet", "StatefulSet")


class Names:
    """Names in one namespace of a cluster."""

    def __init__(self, api: Api, namespace: str, aliases: Aliases, here: Callable[[], None] = lambda: None) -> None:
        """`here` raises when the namespace is not the lab's any more."""
        self._api, self._namespace, self._aliases, self._here = api, namespace, aliases, here

    def named(self, kind: str, name: str | None = None) -> tuple[Resource, str]:
        """`deployment/web`, or `deployment` and `web`: the resource and the true name ("" for all)."""
        if name is None and "/" in kind:
            kind, name = kind.split("/", 1)
        try:
            resource = self._api.resources().named(kind)
        except UnknownName:  # a kind that was defined since, by kubectl for example
            resource = self._api.resources(fresh=True).named(kind)
        return resource, self._aliases.name(name or "", resource.kind)

    def scaled(self, target: str) -> tuple[Resource, str]:
        """One object that has a number of Pods."""
        resource, name = self.named(target)
        if resource.kind not in SCALED or not name:
            raise BadArgument(
                phrase('{target} cannot be scaled; name a Deployment: lab.scale("deployment/NAME", 3)', target=target)
            )
        return resource, name

    def namespace_of(self, resource: Resource) -> str:
        """The namespace to ask in: none for what is cluster-wide."""
        if not resource.namespaced:
            return ""
        self._here()
        return self._namespace

    def asked(self, resource: Resource, name: str, request: Callable[[], Any]) -> Any:
        """A request about one object; a 404 names the nearest name there is."""
        try:
            return request()
        except Refused as error:
            if error.code != 404 or not name:
                raise
            there = [o["metadata"]["name"] for o in self._api.list(resource, self.namespace_of(resource))["items"]]
            where = (
                phrase('namespace "{namespace}"', namespace=self._namespace)
                if resource.namespaced
                else phrase("this cluster")
            )
            raise unknown(resource.kind, name, (self._aliases.of(n) for n in there), place=where) from error

    def targets(self, target: Source, name: str | None, *, missing_ok: bool = False) -> list[tuple[Resource, str, str]]:
        """(resource, namespace, name) of the object that is named, or of each that a manifest holds.

        With `missing_ok` a kind that is not defined here is passed over: there is no object of it.
        """
        if isinstance(target, str) and not _is_manifest(target):
            resource, full_name = self.named(target, name)
            if not full_name:
                raise BadArgument(
                    phrase(
                        'which {kind}? name one: lab.delete("{singular}/NAME")',
                        kind=resource.kind,
                        singular=resource.singular,
                    )
                )
            return [(resource, self.namespace_of(resource), full_name)]
        every = [d for d in load(target) if not missing_ok or self._api.find(d.api_version, d.kind)]
        documents = [(resource_of(self._api, d), d) for d in every]
        return [(r, (d.namespace or self.namespace_of(r)) if r.namespaced else "", d.name) for r, d in documents]

    def pods_of(self, target: str) -> list[dict]:
        """The Pods that are named, or that a Deployment, DaemonSet or Service selects, ordered by alias."""
        resource, name = self.named(target)
        labels = "" if resource.kind == "Pod" else self._selector(resource, name)
        of = self._api.resources().named("pods")
        pods = self._api.list(of, self.namespace_of(of), labels=labels)["items"]
        self._aliases.show(pods, "Pod")
        if resource.kind == "Pod" and name:
            pods = [p for p in pods if p["metadata"]["name"] == name]
            if not pods:
                self.asked(resource, name, lambda: self._api.get(resource, self._namespace, name))
        return sorted(pods, key=lambda p: self._aliases.of_object(p, "Pod"))

    def _selector(self, resource: Resource, name: str) -> str:
        owner = self.asked(resource, name, lambda: self._api.get(resource, self.namespace_of(resource), name))
        selector = owner.get("spec", {}).get("selector") or {}
        labels = selector.get("matchLabels", selector)
        if not labels:
            raise BadArgument(phrase("{kind} {name} selects no Pods", kind=resource.kind, name=name))
        return ",".join(f"{key}={value}" for key, value in labels.items())


def _is_manifest(target: str) -> bool:
    """YAML text, or the name of a file or folder that is there (`pod/web` is neither)."""
    return "\n" in target or Path(target).suffix in (".yaml", ".yml", ".json") or paths.find(target) is not None
