"""The learner's verbs: kubectl's, on the cluster at hand and in the notebook's own namespace."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from labcore import clusters
from labcore.errors import BadArgument, UnknownName, UnknownVerb, unknown
from labcore.kube.api import Api
from labcore.language.messages import Readable, english, phrase
from labcore.machine import kernels

from ingress_lab.display import short_errors
from ingress_lab.http import route_wait
from ingress_lab.http.answers import Answers
from ingress_lab.http.clients import Clients
from ingress_lab.ingress import routes
from ingress_lab.ingress.rules import Rule, rules_of
from ingress_lab.kube import acting, commands, connected, namespaces
from ingress_lab.kube.aliases import Aliases
from ingress_lab.kube.conditions import Missing, condition
from ingress_lab.kube.names import Names
from ingress_lab.kube.tenancy import Tenancy
from ingress_lab.kube.wait import Wait
from ingress_lab.kube.workplace import Workplace, absence, start_nodes
from ingress_lab.lessons import exercises
from ingress_lab.manifests import Source
from ingress_lab.tools import Tools

if TYPE_CHECKING:
    from ingress_lab.display.tables import Table
    from ingress_lab.http.clients import Probing
    from ingress_lab.http.pod_client import ClientPod


def _table(rows: Sequence[Mapping[str, object]], columns: list[str], title: str = "") -> "Table":
    from ingress_lab.display.tables import table  # pandas: as long to load as all else of a command that shows no table

    return table(rows, columns, title)


class Lab(Tools, Readable):
    """A namespace of a cluster, and the cluster's entry.

    An object is named as for kubectl: `deployment/helloworld`, `pod/helloworld-1` (an alias), or kind and name apart.
    """

    current: "Lab | None" = None

    def __init__(
        self, api: Api, namespace: str, entry: clusters.Entry, cluster: str = "local", tenancy: Tenancy | None = None
    ) -> None:
        self.api, self.namespace, self.entry, self.cluster = api, namespace, entry, cluster
        self.tenancy = tenancy or Tenancy()
        self.aliases = Aliases()
        self.workplace: Workplace | None = None
        self._names = Names(api, namespace, self.aliases, self._here)
        self._clients = Clients(self)

    @classmethod
    def connect(cls, namespace: str = "lab", *, cluster: str | None = None, fresh: bool = True) -> "Lab":
        """Work in `namespace` of the chosen cluster (INGRESS_LAB_CLUSTER; the local one is started if need be).

        What an earlier run left is undone: nodes that it stopped are started, the namespace is emptied. `fresh=False`
        goes on with both. In a notebook `!kubectl`, `!curl` and `!openssl` work there as typed, from then on.
        """
        short_errors.load()
        access = clusters.access(cluster)
        if fresh:
            start_nodes(access.name)
        api = Api.connect(access.own_kubeconfig, access.context)
        api.absence = partial(absence, access.name)
        tenancy = Tenancy(access.prefix)
        entered = tenancy.enter(api, namespace, access)
        note = kernels.enter(access.name, entered)
        namespaces.ensure(api, entered, fresh=fresh, labels=tenancy.labels)
        cls.current = cls(api, entered, access.entry, access.name, tenancy)
        cls.current.workplace = Workplace(api, access.name, entered, note)
        connected.remember(cls.current)
        commands.load(access, entered)
        return cls.current

    def _here(self) -> None:
        """Each verb begins so: what has become of the namespace is said, and not what follows from it."""
        if self.workplace:
            self.workplace.require()

    def _at_the_entry(self) -> None:
        """After its own clean-up a notebook still asks who answers there."""
        if self.workplace and not self.workplace.is_left:
            self.workplace.require()

    def __repr__(self) -> str:
        return str(english(self._in_words()))

    def __str__(self) -> str:
        return str(self._in_words())

    def _in_words(self) -> str:
        name = self.namespace.removeprefix(self.tenancy.prefix)
        return phrase(
            "cluster: {cluster}, ingress controller: {controller}, namespace: {name}{here}{way}",
            cluster=self.cluster,
            controller=route_wait.controller(self.api) or phrase("none found"),
            name=name,
            here=phrase(" (here {namespace})", namespace=self.namespace) if name != self.namespace else "",
            way=phrase(", entry: {entry}", entry=self.entry) if self.entry.forwarded else "",
        )

    def __getattr__(self, name: str) -> Any:
        """A name that no verb has; private ones are asked for by libraries, which expect an AttributeError."""
        if name.startswith("_"):
            raise AttributeError(name)
        verbs = [n for n in dir(type(self)) if n[0] != "_"]
        raise UnknownVerb(unknown(phrase("verb"), name, verbs, place=phrase("a Lab")).message)

    @property
    def api_client(self) -> Any:
        """The official client, connected: for `kubernetes.utils`, `kubernetes.client.NetworkingV1Api(...)` ..."""
        return self.api.official

    # -- objects ---------------------------------------------------------------------------------------------------

    def apply(self, source: Source | exercises.Words) -> "Table":
        """Create or change objects: a file, a folder, YAML text, dictionaries, or `lab.solution("07.1")`."""
        self._here()
        written = source.markdown if isinstance(source, exercises.Words) else source
        return _table(acting.applied(self, written), ["object", "result"], title="apply")

    def get(
        self, kind: str, name: str | None = None, *, labels: str = "", wide: bool = False, raw: bool = False
    ) -> "Table":
        """What `kubectl get` prints, without what differs from run to run (`raw=True` shows all of it)."""
        from ingress_lab.kube.server_tables import server_table

        resource, name = self._names.named(kind, name)
        answer = self._names.asked(
            resource,
            name,
            lambda: self.api.table(resource, self._names.namespace_of(resource), name=name, labels=labels),
        )
        return server_table(answer, resource, self.aliases, wide=wide, raw=raw)

    def object(self, kind: str, name: str | None = None) -> dict:
        """One object, whole, as the API has it."""
        resource, name = self._names.named(kind, name)
        if not name:
            which = phrase(
                'which {kind}? name one: lab.object("{singular}/NAME")', kind=resource.kind, singular=resource.singular
            )
            raise BadArgument(which)
        return self._names.asked(
            resource, name, lambda: self.api.get(resource, self._names.namespace_of(resource), name)
        )

    def objects(self, kind: str, labels: str = "") -> list[dict]:
        """All objects of a kind in this namespace, whole."""
        resource, _ = self._names.named(kind, None)
        items = self.api.list(resource, self._names.namespace_of(resource), labels=labels)["items"]
        self.aliases.show(items, resource.kind)
        return items

    def scale(self, target: str, replicas: int) -> "Table":
        """Set the number of Pods of a Deployment or ReplicaSet."""
        resource, name = self._names.scaled(target)
        if not isinstance(replicas, int) or replicas < 0:
            raise BadArgument(phrase("{replicas!r} is not a number of replicas; write 0, 1, 2 ...", replicas=replicas))
        path = resource.path(self._names.namespace_of(resource), name, "scale")
        body = {"spec": {"replicas": replicas}}
        self._names.asked(
            resource, name, lambda: self.api.request("patch", path, body, content_type="application/merge-patch+json")
        )
        return _table(
            [{"object": f"{resource.title}/{name}", "result": phrase("scaled to {replicas}", replicas=replicas)}],
            ["object", "result"],
        )

    def delete(
        self,
        target: Source,
        name: str | None = None,
        *,
        wait: bool = True,
        missing_ok: bool = False,
        timeout: float = 60,
    ) -> "Table":
        """Delete an object (`pod/helloworld-1`) or what a manifest holds; returns when it is gone."""
        titles = []
        named = self._names.targets(target, name, missing_ok=missing_ok)
        targets = self.tenancy.targets(self.api, named, missing_ok=missing_ok)
        for resource, scope, full_name in targets:
            try:
                self._names.asked(
                    resource, full_name, partial(self.api.request, "delete", resource.path(scope, full_name))
                )
            except UnknownName:
                if missing_ok:
                    continue
                raise
            if wait:
                gone = condition(resource.kind, "deleted")
                Wait(self.api, resource, scope, full_name, gone, timeout).run()
            titles.append(f"{resource.title}/{self.aliases.in_text(full_name)}")
        return _table([{"object": t, "result": "deleted"} for t in titles], ["object", "result"], title="delete")

    # -- looking and waiting ---------------------------------------------------------------------------------------

    def wait(self, target: str, wanted: str | Missing | None = None, timeout: float = 30) -> "Table":
        """Wait until a condition is true of `kind/name`, or of all objects of a `kind`.

        `wanted`: `Ready`, `Available`, `deleted`, `.status.replicas=3`, a function of the object that returns what is
        missing in words; without it what the kind is for: a Deployment available, a Pod Ready, an Ingress with an
        address. After Pods, and what makes them, the EndpointSlices are waited for as well.
        """
        resource, name = self._names.named(target, None)
        rows = acting.waited(self, resource, self._names.namespace_of(resource), name, wanted, timeout)
        return _table(rows, ["object", "condition"], title="wait")

    def wait_routed(
        self, *urls: str, service: str | None = None, status: int | None = None, timeout: float = 20
    ) -> Answers:
        """Wait until the entry answers each URL by `service`, with `status`, or else by any application."""
        return route_wait.wait_routed(self, urls, service=service, status=status, timeout=timeout)

    def settle(self, timeout: float = 20) -> None:
        """Wait until the ingress controller has taken in every Ingress and Service applied so far."""
        self._here()
        route_wait.settle(self, timeout)

    def logs(self, target: str, *, tail: int = 20) -> "Table":
        """The last lines that a Pod, or each Pod of a Deployment or DaemonSet, has written."""
        rows = []
        for pod in self._names.pods_of(target):
            name = pod["metadata"]["name"]
            path = f"/api/v1/namespaces/{self.namespace}/pods/{name}/log"
            written = self.api.request("get", path, query={"tailLines": str(tail)})
            rows += [
                {"pod": self.aliases.of(name), "line": line}
                for line in str(written).removesuffix("\n").split("\n")
                if written
            ]
        return _table(rows, ["pod", "line"], title="logs")

    def events(self, target: str | None = None) -> "Table":
        """What happened in this namespace, or to one object and the Pods it owns."""
        from ingress_lab.kube.server_tables import event_rows

        for kind in ("pods", "replicasets"):
            self.objects(kind)
        events = self.objects("events")
        if target:
            resource, name = self._names.named(target, None)
            events = [e for e in events if f"{e['involvedObject']['name']}-".startswith(f"{name}-")]
            if not events and name:
                self.object(resource.singular, name)  # a wrong name has no events either
        return _table(
            event_rows(events, self.aliases), ["type", "reason", "object", "count", "message"], title="events"
        )

    def endpoints(self, service: str) -> "Table":
        """The Pods behind a Service as its EndpointSlices list them: ready, serving, terminating."""
        from ingress_lab.kube.endpoints import endpoint_table

        return endpoint_table(self, service)

    def service_map(self, service: str) -> Any:
        """A picture: a Service's selector, its EndpointSlice, its Pods, from the objects as they are now."""
        from ingress_lab.ingress import service_map
        from ingress_lab.pictures.service import draw_service_map

        return draw_service_map(service_map.read(self, service))

    def choice(self, service: str) -> exercises.Words:
        """How a Service chooses a Pod here: the L4 proxy's lines, or kube-proxy's rules."""
        from ingress_lab.lessons.balancing import choice

        return choice(self, service)

    # -- requests and rules ----------------------------------------------------------------------------------------

    def client(self, name: str = "", **settings: Any) -> "Probing":
        """A client of the entry: `keep_connection`, `cookies`, `source` (another address), `ca` ...

        `lab.client("red")` has an address and a cookie jar of its own, and is the same client whenever it is named. On
        the local cluster that is a loopback address; elsewhere a Pod, `client-red`, is made for it.
        """
        self._at_the_entry()
        return self._clients.get(name, settings)

    def probe(self, urls: str | list[str], **settings: Any) -> Answers:
        """Send requests to the entry as a client would; see `ingress_lab.http.probe.probe`."""
        self._at_the_entry()
        from ingress_lab.http.probe import probe

        return probe(urls, entry=self.entry, aliases=self.aliases, **settings)

    def inside(self, pod: str) -> "ClientPod":
        """A client inside the cluster: `lab.inside("red").probe("http://web-svc/")` asks from Pod `red`."""
        from ingress_lab.http.pod_client import ClientPod

        return ClientPod(self, pod)

    def losses(self, pod: str, phases: Mapping[str, float]) -> "Table":
        """What a client that asks again and again has lost in each phase, by its log; see `http.client_losses`."""
        from ingress_lab.http.client_losses import losses

        return losses(self, pod, phases)

    def rules(self) -> list[Rule]:
        """The rules of this namespace's Ingresses and HTTPRoutes."""
        return [*rules_of(self.objects("ingresses")), *routes.rules_of(routes.read(self))]

    def routing_map(self) -> Any:
        """A picture: host, path, Service, Pods, from the objects as they are now."""
        from ingress_lab.pictures import routing_map

        return routing_map(self)

    # -- exercises -------------------------------------------------------------------------------------------------

    def check(self, name: str) -> exercises.Result:
        """Is the exercise solved? Judged by what the entry answers, so any right way counts."""
        return exercises.check(self, name)

    def hint(self, name: str, number: int | None = None) -> exercises.Words:
        """The next hint of an exercise, or the one with that number."""
        return exercises.hint(name, number)

    def solution(self, name: str) -> exercises.Words:
        """One solution of an exercise."""
        return exercises.solution(name)

    def progress(self) -> Any:
        """How far this notebook is: exercises solved, predictions given and right at the first comparison."""
        from ingress_lab.lessons.standing import standing

        return standing(exercises.here())

    def stop_node(self, node: str) -> None:
        """Stop a node as if its machine lost power (local, kind)."""
        clusters.of(self.cluster).stop_node(node)

    def start_node(self, node: str) -> None:
        """Start a stopped node (local, kind); harmless when it runs."""
        clusters.of(self.cluster).start_node(node)

    # -- the end ---------------------------------------------------------------------------------------------------

    def reset(self) -> None:
        """Empty the namespace: start the notebook again."""
        self._clients.forget()
        namespaces.ensure(self.api, self.namespace, fresh=True, labels=self.tenancy.labels)
        self.aliases.forget()
        if self.workplace:
            self.workplace.entered_again()

    def clean_up(self) -> None:
        """Remove the namespace and everything in it."""
        self._clients.forget()
        namespaces.remove(self.api, self.namespace)
        if self.workplace:
            self.workplace.left()
