"""Ingresses to HTTPRoutes: one route for each host of each Ingress, and a list of what could not be taken along."""

from collections.abc import Sequence

from labcore.language.messages import phrase
from labcore.yaml.documents import Source, load

from labtools.gateway import annotations as dialect
from labtools.gateway import filters
from labtools.gateway.backends import Backends
from labtools.gateway.canaries import beside, is_canary
from labtools.gateway.options import Options
from labtools.gateway.paths import NotSaid, expression_of, match_of, redirect_of, rest_of
from labtools.gateway.routes import HttpRoutes, Left
from labtools.gateway.rules import as_path, rule, said_of

_NEUTRAL = ("kubernetes.io/ingress.class", "kubectl.kubernetes.io/last-applied-configuration")


def httproutes(source: Source, *, gateway: str = "lab", gateway_namespace: str = "") -> HttpRoutes:
    """HTTPRoutes for the Ingresses among these manifests, attached to a Gateway by its name.

    Services among the manifests help: an HTTPRoute names a port by number only.
    """
    objects = [document.obj for document in load(source)]
    made = HttpRoutes()
    services = [o for o in objects if o.get("kind") == "Service"]
    ingresses = [o for o in objects if o.get("kind") == "Ingress"]
    for ingress in [i for i in ingresses if not is_canary(i)]:
        converter = Converter(ingress, services, Options(gateway, gateway_namespace))
        converter.convert([c for c in ingresses if is_canary(c)])
        made.routes += converter.made.routes
        made.left += converter.made.left
    return made


class Converter:
    """Converts one Ingress into `made`."""

    def __init__(self, ingress: dict, services: Sequence[dict], options: Options) -> None:
        self.made = HttpRoutes()
        self._ingress, self._options = ingress, options
        self._spec = ingress.get("spec") or {}
        self._said = said_of(ingress)
        self._backends = Backends(services, self._leave)

    def convert(self, canaries: Sequence[dict]) -> None:
        """Each rule becomes a route of its own; then what is left is named."""
        number = 0
        for number, one in enumerate(self._spec.get("rules") or [], 1):
            paths = (one.get("http") or {}).get("paths") or []
            rules = [r for path in paths for r in self._rules(path, one.get("host") or "", canaries)]
            self._route(number, one.get("host") or "", rules)
        if self._spec.get("defaultBackend"):
            backend = self._backends.of(self._spec["defaultBackend"])
            self._route(number + 1, "", [rule({"type": "PathPrefix", "value": "/"}, backend)] if backend else [])
        self._name_the_rest()

    def _route(self, number: int, host: str, rules: list[dict]) -> None:
        if not rules:
            return
        if host.startswith("*."):
            self._leave(
                phrase("host {host}", host=host),
                phrase("one label in Ingress; in an HTTPRoute the * stands for one label or more"),
            )
        many = len(self._spec.get("rules") or []) + bool(self._spec.get("defaultBackend")) > 1
        name = f"{self._ingress['metadata']['name']}-{number}" if many else self._ingress["metadata"]["name"]
        hosts = [host, *self._aliases()] if host else []
        if root := self._app_root():
            rules.insert(0, root)
        self._add(name, self._options.parents(host), hosts, rules)
        if host in self._options.https:
            self._add(f"{name}-http", self._options.plain(), hosts, [as_path(filters.to_https())])
        if host and not host.startswith("*.") and self._said.get("from-to-www-redirect", "").lower() == "true":
            other = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
            if other in self._options.taken:
                return
            self._add(f"{name}-www", self._options.parents(""), [other], [as_path(filters.to_host(host))])

    def _aliases(self) -> list[str]:
        named = [alias.strip() for alias in self._said.get("server-alias", "").split(",") if alias.strip()]
        if any(alias.startswith("~") for alias in named):
            why = phrase("a host that is a regular expression; an HTTPRoute has names only")
            self._leave(f"{dialect.NGINX}server-alias", why, missing=True)
        return named

    def _app_root(self) -> dict | None:
        """nginx redirects / of a host itself, whoever else would answer it."""
        root = self._said.get("app-root", "")
        if not root.startswith("/"):
            return None
        return as_path(filters.to_path(root), {"type": "Exact", "value": "/"})

    def _add(self, name: str, parents: list[dict], hosts: list[str], rules: list[dict]) -> None:
        namespace = self._ingress["metadata"].get("namespace")
        scope = {"namespace": namespace} if namespace else {}
        named = {"hostnames": hosts} if hosts else {}
        self.made.routes.append(
            {
                "apiVersion": "gateway.networking.k8s.io/v1",
                "kind": "HTTPRoute",
                "metadata": {"name": name, **scope},
                "spec": {"parentRefs": parents} | named | {"rules": rules},
            }
        )

    def _rules(self, path: dict, host: str, canaries: Sequence[dict]) -> list[dict]:
        """The rules for one path: more than one when a canary is chosen by a header."""
        backend = self._backends.of(path.get("backend") or {})
        try:
            match, changes = self._match(path.get("path") or "/", path.get("pathType", ""))
            changes = filters.merged([*changes, *filters.headers(self._said, self._options)])
            redirect = filters.redirect(self._said)
        except NotSaid as no:
            self._leave(no.name, no.why, missing=True)
            return []
        if match is None or backend is None:
            return []
        made = rule(match, backend, [redirect] if redirect else changes)
        return beside(made, path, host, canaries, self._backends)

    def _match(self, path: str, path_type: str) -> tuple[dict | None, list[dict]]:
        target = self._said.get("rewrite-target", "").strip()
        if "?" in target or ("$" in target and "://" in target):
            raise NotSaid("rewrite-target", phrase("an HTTPRoute cannot say {target}", target=target))
        if "$" in target:
            rest = rest_of(path, target)
            how = (
                phrase("read as ReplacePrefixMatch, which says the same")
                if rest
                else phrase("an HTTPRoute has no capture groups")
            )
            what = phrase("rewrite-target: {target} at path {path}", target=target, path=path)
            self._leave(what, how, missing=rest is None)
            return (rest[0], [{"type": "URLRewrite", "urlRewrite": {"path": rest[1]}}]) if rest else (None, [])
        match = match_of(path, path_type)
        if match is None or (self._said.get("use-regex", "").lower() == "true" and path_type != "Exact"):
            match = self._expression(path, match)
        if match is not None and "://" in target:  # nginx sends on to a URL with 302
            return match, [redirect_of("rewrite-target", target, 302)]
        if match is not None and target and target != path:
            change = {"type": "ReplaceFullPath", "replaceFullPath": target}
            return match, [{"type": "URLRewrite", "urlRewrite": {"path": change}}]
        return match, []

    def _expression(self, path: str, plain: dict | None) -> dict | None:
        """The match of a regular expression, where the implementation is known to read it."""
        if self._options.expressions:
            return plain or expression_of(path)
        self._leave(
            phrase("path {path}", path=path),
            phrase("a regular expression; each implementation reads RegularExpression in its own way"),
            missing=True,
        )
        return None

    def _name_the_rest(self) -> None:
        """Annotations and TLS: what has its place elsewhere, or nowhere."""
        for key in self._ingress["metadata"].get("annotations") or {}:
            name = key.removeprefix(dialect.NGINX)
            if key.startswith(dialect.NGINX) and name not in self._said:
                self._leave(key, phrase("a word of ingress-nginx; this class does not read it"))
            elif key.startswith(dialect.NGINX) and name not in dialect.CONVERTED:
                self._leave(key, dialect.why_not(name))
            elif key.startswith(dialect.TRAEFIK):
                self._leave(key, phrase("Traefik's own word; its Gateway provider has ExtensionRef filters"))
            elif not key.startswith(dialect.NGINX) and key not in _NEUTRAL:
                self._leave(key, phrase("a word for another program; what it did has to be said in its own way"))
        for tls in self._spec.get("tls") or []:
            hosts = ", ".join(tls.get("hosts") or []) or phrase("all hosts")
            why = phrase(
                "belongs to the Gateway: listener protocol HTTPS, tls.certificateRefs {secret}",
                secret=tls.get("secretName", ""),
            )
            self._leave(f"spec.tls for {hosts}", why)

    def _leave(self, what: str, why: str, missing: bool = False) -> None:
        left = Left(self._ingress["metadata"]["name"], what, why, missing)
        if left not in self.made.left:
            self.made.left.append(left)
