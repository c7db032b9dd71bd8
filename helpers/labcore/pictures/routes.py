"""What a routing map shows: controllers, hosts, rules and the Pods behind them, and the same in words."""

from dataclasses import dataclass, replace

from labcore.language.messages import joined, phrase


@dataclass(frozen=True)
class Route:
    """One path of one rule of an Ingress or HTTPRoute; `host` "" is any host, `path` "" an Ingress's default backend.

    `note`: what an HTTPRoute's rule says beside that.
    """

    host: str
    path: str
    path_type: str
    service: str
    port: str
    class_name: str = ""
    note: str = ""

    @property
    def words(self) -> list[str]:
        """The path, how it is compared, and what else there is to say."""
        return [self.path, self.path_type, *([self.note] if self.note else [])] if self.path else []


@dataclass(frozen=True)
class Backend:
    """A Service that rules name; `pods` are the aliases of its ready Pods, None when there is no such Service."""

    service: str
    pods: tuple[str, ...] | None


@dataclass(frozen=True)
class Controller:
    """Who serves a class: the class's spec.controller ("" when there is no such class), and the nodes of its Pods.

    Of HTTPRoutes who serves their Gateway; `class_name` is `Gateway NAME` then.
    """

    class_name: str
    name: str = ""
    nodes: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """What a box says of it."""
        if self.class_name.startswith("Gateway "):
            return [self.name, self.class_name] if self.name else [self.class_name, phrase("no controller")]
        if not self.class_name:
            return [phrase("no IngressClass")]
        of_class = phrase("class {name}", name=self.class_name)
        if not self.name:
            return [of_class, phrase("no such IngressClass")]
        return [self.name, of_class, *(phrase("on {node}", node=node) for node in self.nodes)]


@dataclass(frozen=True)
class RoutingMap:
    """Controllers, hosts, rules, Services and Pods of a namespace; `tls`: the hosts that an Ingress names for TLS."""

    namespace: str
    rules: tuple[Route, ...]
    backends: tuple[Backend, ...]
    controllers: tuple[Controller, ...] = ()
    tls: frozenset[str] = frozenset()

    @property
    def hosts(self) -> list[str]:
        """The hosts in the order in which rules name them; "" is any host."""
        return list(dict.fromkeys(rule.host for rule in self.rules))

    def hosts_of(self, class_name: str) -> list[str]:
        """The hosts with at least one rule of this IngressClass."""
        return [h for h in self.hosts if any(r.class_name == class_name for r in self.rules_at(h))]

    def rules_at(self, host: str) -> list[Route]:
        return [rule for rule in self.rules if rule.host == host]

    def backend(self, service: str) -> Backend:
        """Raises StopIteration for a Service that no rule names."""
        return next(b for b in self.backends if b.service == service)

    def port(self, service: str) -> str:
        """The ports of a Service that rules name."""
        return ", ".join(dict.fromkeys(rule.port for rule in self.rules if rule.service == service))

    def host_words(self, host: str) -> list[str]:
        """A host, and whether an Ingress has a certificate for it."""
        return [host or phrase("any host"), *([phrase("with TLS")] if host in self.tls else [])]

    def first(self, most: int) -> "RoutingMap":
        """The map with its first rules only, and what they name."""
        rules = self.rules[:most]
        named = {rule.service for rule in rules}
        classes = {rule.class_name for rule in rules}
        return replace(
            self,
            rules=rules,
            backends=tuple(b for b in self.backends if b.service in named),
            controllers=tuple(c for c in self.controllers if c.class_name in classes),
        )

    @property
    def title(self) -> str:
        return phrase("Routing map of namespace {namespace}", namespace=self.namespace)

    def in_words(self) -> str:
        """The map as text: for screen readers, terminals and logs."""
        if not self.rules:
            return joined("\n  ", [self.title, phrase("no Ingress yet: nothing is routed")])
        lines = [self.title]
        for controller in self.controllers:
            lines.append(f"  {phrase('client')} -> {joined(', ', controller.lines())}")
        for host in self.hosts:
            lines.append(f"  {joined(', ', self.host_words(host))}")
            for rule in self.rules_at(host):
                pods = joined(", ", pod_words(self.backend(rule.service)))
                note = f" {rule.note}" if rule.note else ""
                where = f"{rule.path} ({rule.path_type}){note}" if rule.path else phrase("(default backend)")
                looked = f"[{rule.service}:{rule.port}]" if rule.port else f"[{rule.service}]"
                lines.append(f"    {where} -> {looked} -> {pods}")
        return joined("\n", lines)


def pod_words(backend: Backend) -> list[str]:
    """A Service's Pods, or why there are none."""
    if backend.pods is None:
        return [phrase("no such Service")]
    return list(backend.pods) or [phrase("no ready Pod")]
