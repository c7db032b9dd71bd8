"""Where one side is played: its namespaces, stand-ins and controller on the cluster, and their end."""

from collections.abc import Iterable, Sequence
from contextlib import suppress

from ingress_lab.kube import namespaces
from ingress_lab.kube.apply import apply
from ingress_lab.kube.conditions import condition
from ingress_lab.kube.endpoint_wait import wait_followed
from ingress_lab.kube.wait import Wait
from labcore.clusters import Entry
from labcore.errors import LabError, Refused, TimedOut
from labcore.kube.api import Api
from labcore.language.messages import phrase
from labcore.yaml.documents import load

from labtools.clusters.context import forward
from labtools.clusters.context.entry import Forwardable
from labtools.migrate.replay import moving, stand_ins
from labtools.migrate.replay.baseline import baseline
from labtools.migrate.replay.controllers import Controller
from labtools.migrate.replay.sides import Side

TIMEOUT = 30.0
_FIRST = ("Namespace", "CustomResourceDefinition", "ServiceAccount", "ClusterRole", "ClusterRoleBinding", "ConfigMap",
          "Secret", "IngressClass", "GatewayClass", "Service", "Deployment", "Middleware", "ServersTransport",
          "TLSOption", "TraefikService", "Gateway", "HTTPRoute", "IngressRoute", "Ingress")  # fmt: skip
"""What is applied first, so that a rule finds what it names."""


class Stage:
    """One side on a cluster: `raised` puts it up, `ready` waits; `dismissed` asks for its end, `struck` waits."""

    def __init__(
        self, api: Api, side: Side, objects: Sequence[dict], entry: Entry, issue: stand_ins.Issue, reached: bool = True
    ) -> None:
        """`reached`: this machine reaches Pods by their addresses; where it does not, a port-forward leads to them."""
        self._api, self.side, self._lowest, self._reached = api, side, entry.lowest_port, reached
        self._places = moving.namespaces(objects, side.name)
        self._own = next(iter(self._places.values()))
        self._objects = [*moving.moved(objects, self._places), *baseline(self._own)]
        self._issue = issue
        self._controller: Controller | None = None
        self._wide: list[tuple[str, str, str]] = []
        self.notes: list[str] = []

    def raised(self) -> None:
        """Applies all of it; an object that the cluster refuses is noted, and the rest goes on."""
        for name in sorted(set(self._places.values())):
            namespaces.ensure(self._api, name, fresh=True)
        self._controller = self.side.controller([self._own, *sorted({*self._places.values()} - {self._own})])
        self._apply([*self._missing_definitions(), *self._controller.objects])
        supports = [support for name in set(self._places.values()) for support in self._stand_ins(name)]
        self._apply(supports)
        converted, left = self.side.converted(self._folder(supports))
        self.notes += left
        self._apply(obj for obj in converted if obj not in supports)

    @property
    def ports(self) -> tuple[int, int]:
        """Where its controller listens for HTTP and HTTPS, and which it may name in an answer."""
        assert self._controller
        return self._controller.http_port, self._controller.https_port

    def ready(self) -> Entry:
        """Waits until everything runs; where the side answers."""
        assert self._controller
        deployments = self._api.resources().named("deployment")
        for name in sorted(set(self._places.values())):
            Wait(self._api, deployments, name, "", condition("Deployment", None), TIMEOUT).run()
            wait_followed(self._api, name)
        pods = self._api.list(self._api.resources().named("pods"), self._own, labels=f"app={self._controller.label}")[
            "items"
        ]
        pod = next((pod for pod in pods if pod.get("status", {}).get("podIP")), None)
        if not pod:
            raise TimedOut(phrase("the controller of side {side} has no address", side=self.side.name))
        if not self._reached:
            return forward.entry(self._api, Forwardable(self._own, pod["metadata"]["name"], *self.ports))
        return Entry(pod["status"]["podIP"], *self.ports, lowest_port=self._lowest)

    def warnings(self) -> list[str]:
        """What its controller has said of its Ingresses: one that nginx cannot read stops all later changes."""
        events = self._api.resources().named("events")
        found: dict[str, None] = {}
        for name in sorted(set(self._places.values())):
            for event in self._api.list(events, name)["items"]:
                about = event.get("involvedObject") or {}
                if event.get("type") == "Warning" and about.get("kind") == "Ingress":
                    found.setdefault(f"{about.get('name')}: {event.get('message')}")
        return list(found)

    def dismissed(self) -> None:
        """Asks for the end of all of it, and waits for nothing."""
        for api_version, kind, name in reversed(self._wide):
            resource = self._api.find(api_version, kind)
            with suppress(Refused):
                if resource:
                    self._api.request("delete", resource.path("", name))
        for name in sorted(set(self._places.values())):
            with suppress(Refused):
                self._api.request("delete", f"/api/v1/namespaces/{name}")

    def struck(self) -> None:
        """Deletes all of it; returns when the namespaces are gone."""
        for name in sorted(set(self._places.values())):
            namespaces.remove(self._api, name)

    def _folder(self, supports: Iterable[dict]) -> list[dict]:
        """The folder's objects with the stand-ins' Services in place of their own."""
        kept = [obj for obj in self._objects if obj["kind"] != "Service"]
        if any(obj["kind"] == "Ingress" and moving.asks_permission(obj) for obj in kept):
            services = self._api.resources().named("service")
            made = self._api.get(services, self._own, stand_ins.PERMISSION)
            address = f"http://{made['spec']['clusterIP']}:{stand_ins.PERMISSION_PORT}"
            kept = moving.with_permission_from(kept, address)
        known = [obj for obj in supports if obj["kind"] in ("Service", "Secret") and obj not in kept]
        return [*kept, *known]

    def _stand_ins(self, namespace: str) -> list[dict]:
        own = [obj for obj in self._objects if moving.namespace_of(obj) == namespace]
        services = stand_ins.services(own, namespace)
        made = stand_ins.program(namespace, services, stand_ins.secure(own, namespace), self._issue)
        return [*stand_ins.secrets(own, self._issue), *services, *made]

    def _missing_definitions(self) -> list[dict]:
        """Definitions of kinds that the cluster does not serve yet."""
        wanted = self.side.definitions()
        known = self._api.resources(fresh=True) if wanted else None
        return [
            definition for definition in wanted if known and not known.versions_of(definition["spec"]["names"]["kind"])
        ]

    def _apply(self, objects: Iterable[dict]) -> None:
        listed = sorted(objects, key=lambda obj: _FIRST.index(obj["kind"]) if obj["kind"] in _FIRST else len(_FIRST))
        for obj in listed:
            if not obj["metadata"].get("namespace"):
                self._wide.append((obj["apiVersion"], obj["kind"], obj["metadata"]["name"]))
        try:
            apply(self._api, load(listed), self._own)
        except LabError as error:
            self.notes.append(error.message)
