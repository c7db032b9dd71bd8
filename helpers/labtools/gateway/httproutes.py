"""Ingresses to HTTPRoutes: one route for each host of each Ingress, and a list of what could not be taken along."""

from collections.abc import Sequence

from labcore.language.messages import phrase
from labcore.yaml.documents import Source, load

from labtools.gateway import annotations as dialect
from labtools.gateway.paths import match_of, redirect_of, rest_of
from labtools.gateway.routes import HttpRoutes, Left

NGINX, TRAEFIK = dialect.NGINX, dialect.TRAEFIK
_NEUTRAL = ("kubernetes.io/ingress.class", "kubectl.kubernetes.io/last-applied-configuration")


def httproutes(source: Source, *, gateway: str = "lab", gateway_namespace: str = "") -> HttpRoutes:
    """HTTPRoutes for the Ingresses among these manifests, attached to a Gateway by its name.

    Services among the manifests help: an HTTPRoute names a port by number only.
    """
    objects = [document.obj for document in load(source)]
    parent = {"name": gateway} | ({"namespace": gateway_namespace} if gateway_namespace else {})
    made = HttpRoutes()
    converter = _Converter(made, parent, [o for o in objects if o.get("kind") == "Service"])
    ingresses = [o for o in objects if o.get("kind") == "Ingress"]
    for ingress in [i for i in ingresses if not _is_canary(i)]:
        converter.convert(ingress, [c for c in ingresses if _is_canary(c)])
    return made


def _is_canary(ingress: dict) -> bool:
    return str(_said(ingress).get("canary", "")).lower() == "true"


def _said(ingress: dict) -> dict[str, str]:
    """ingress-nginx's words; nothing where the class is another controller's."""
    if (ingress.get("spec") or {}).get("ingressClassName") == "traefik":
        return {}
    annotations = ingress["metadata"].get("annotations") or {}
    return {key.removeprefix(NGINX): str(value) for key, value in annotations.items() if key.startswith(NGINX)}


class _Converter:
    """Converts one Ingress after the other into `made`."""

    def __init__(self, made: HttpRoutes, parent: dict, services: Sequence[dict]) -> None:
        self._made, self._parent, self._services = made, parent, services
        self._ingress: dict = {}

    def convert(self, ingress: dict, canaries: Sequence[dict]) -> None:
        self._ingress = ingress
        spec = ingress.get("spec") or {}
        said = _said(ingress)
        for number, rule in enumerate(spec.get("rules") or []):
            paths = (rule.get("http") or {}).get("paths") or []
            rules = [r for path in paths for r in self._rules(path, rule.get("host") or "", said, canaries)]
            self._route(number, rule.get("host") or "", rules, said)
        if spec.get("defaultBackend"):
            backend = self._backend(spec["defaultBackend"])
            rules = [_rule({"type": "PathPrefix", "value": "/"}, backend)] if backend else []
            self._route(len(spec.get("rules") or []), "", rules, {})
        self._name_the_rest(spec)

    def _route(self, number: int, host: str, rules: list[dict], said: dict[str, str]) -> None:
        if not rules:
            return
        if host.startswith("*."):
            self._leave(
                phrase("host {host}", host=host),
                phrase("one label in Ingress; in an HTTPRoute the * stands for one label or more"),
            )
        meta = self._ingress["metadata"]
        many = len(self._ingress["spec"].get("rules") or []) + bool(self._ingress["spec"].get("defaultBackend")) > 1
        name = f"{meta['name']}-{number + 1}" if many else meta["name"]
        spec: dict = {"parentRefs": [dict(self._parent)]}
        aliases = [a.strip() for a in said.get("server-alias", "").split(",") if a.strip()]
        if host:
            spec["hostnames"] = [host, *aliases]
        scope = {"namespace": meta["namespace"]} if meta.get("namespace") else {}
        self._made.routes.append(
            {
                "apiVersion": "gateway.networking.k8s.io/v1",
                "kind": "HTTPRoute",
                "metadata": {"name": name, **scope},
                "spec": spec | {"rules": rules},
            }
        )

    def _rules(self, path: dict, host: str, said: dict[str, str], canaries: Sequence[dict]) -> list[dict]:
        """The rules for one path: more than one when a canary is chosen by a header."""
        written, path_type = path.get("path") or "/", path.get("pathType", "")
        backend = self._backend(path.get("backend") or {})
        match, filters = self._match(written, path_type, said)
        if match is None or backend is None:
            return []
        return self._with_canary(_rule(match, backend, filters), path, host, canaries)

    def _match(self, path: str, path_type: str, said: dict[str, str]) -> tuple[dict | None, list[dict]]:
        target = said.get("rewrite-target", "")
        redirect = _redirect(said)
        filters = [redirect] if redirect else []
        if "upstream-vhost" in said:
            filters.append({"type": "URLRewrite", "urlRewrite": {"hostname": said["upstream-vhost"]}})
        if "$" in target:
            rest = rest_of(path, target)
            how = (
                phrase("read as ReplacePrefixMatch, which says the same")
                if rest
                else phrase("an HTTPRoute has no capture groups")
            )
            self._leave(phrase("rewrite-target: {target} at path {path}", target=target, path=path), how)
            if rest is None:
                return None, []
            return rest[0], [*filters, {"type": "URLRewrite", "urlRewrite": {"path": rest[1]}}]
        match = match_of(path, path_type)
        if match is None or (said.get("use-regex", "").lower() == "true" and path_type != "Exact"):
            self._leave(
                phrase("path {path}", path=path),
                phrase("a regular expression; each implementation reads RegularExpression in its own way"),
            )
            return None, []
        if target:
            change = {"type": "ReplaceFullPath", "replaceFullPath": target}
            filters.append({"type": "URLRewrite", "urlRewrite": {"path": change}})
        return match, filters

    def _backend(self, backend: dict) -> dict | None:
        service = backend.get("service")
        if not service:
            self._leave(phrase("a backend that is not a Service"), phrase("name it in backendRefs by group and kind"))
            return None
        port = service.get("port") or {}
        number = port.get("number") or self._number(service["name"], port.get("name", ""))
        if number is None:
            why = phrase("an HTTPRoute names ports by number; give the Service along, or write the number")
            self._leave(phrase("port {port} of Service {name}", port=port.get("name"), name=service["name"]), why)
            return None
        return {"name": service["name"], "port": number}

    def _number(self, service: str, name: str) -> int | None:
        ports = [p for s in self._services if s["metadata"]["name"] == service for p in s["spec"].get("ports") or []]
        return next((port["port"] for port in ports if port.get("name") == name), None)

    def _with_canary(self, rule: dict, path: dict, host: str, canaries: Sequence[dict]) -> list[dict]:
        """Weights, or a rule of its own for a header."""
        for canary in canaries:
            for other in canary["spec"].get("rules") or []:
                for canary_path in (other.get("http") or {}).get("paths") or []:
                    same = (other.get("host") or "", canary_path.get("path"), canary_path.get("pathType"))
                    if same == (host, path.get("path"), path.get("pathType")):
                        return self._beside(rule, self._backend(canary_path.get("backend") or {}), _said(canary))
        return [rule]

    def _beside(self, rule: dict, canary: dict | None, said: dict[str, str]) -> list[dict]:
        if canary is None or "backendRefs" not in rule:
            return [rule]
        made = [rule]
        if "canary-by-header" in said:
            header = {"name": said["canary-by-header"], "value": said.get("canary-by-header-value", "always")}
            match = rule["matches"][0] | {"headers": [header]}
            made.insert(0, rule | {"matches": [match], "backendRefs": [dict(canary)]})
        weight = int(said.get("canary-weight", "0") or 0)
        if weight:
            total = max(int(said.get("canary-weight-total", "100") or 100), 100)
            main = rule["backendRefs"][0]
            rule["backendRefs"] = [main | {"weight": max(0, total - weight)}, canary | {"weight": weight}]
        return made

    def _name_the_rest(self, spec: dict) -> None:
        """Annotations and TLS: what has its place elsewhere, or nowhere."""
        understood = _said(self._ingress)
        for key in self._ingress["metadata"].get("annotations") or {}:
            name = key.removeprefix(NGINX)
            if key.startswith(NGINX) and name not in understood:
                self._leave(key, phrase("a word of ingress-nginx; this class does not read it"))
            elif key.startswith(NGINX) and name not in dialect.CONVERTED:
                self._leave(key, dialect.why_not(name))
            elif key.startswith(TRAEFIK):
                self._leave(key, phrase("Traefik's own word; its Gateway provider has ExtensionRef filters"))
            elif not key.startswith(NGINX) and key not in _NEUTRAL:
                self._leave(key, phrase("a word for another program; what it did has to be said in its own way"))
        for tls in spec.get("tls") or []:
            hosts = ", ".join(tls.get("hosts") or []) or phrase("all hosts")
            why = phrase(
                "belongs to the Gateway: listener protocol HTTPS, tls.certificateRefs {secret}",
                secret=tls.get("secretName", ""),
            )
            self._leave(f"spec.tls for {hosts}", why)

    def _leave(self, what: str, why: str) -> None:
        left = Left(self._ingress["metadata"]["name"], what, why)
        if left not in self._made.left:
            self._made.left.append(left)


def _redirect(said: dict[str, str]) -> dict | None:
    for name, usual in (("temporal-redirect", 302), ("permanent-redirect", 301)):
        if name in said:
            code = said.get(f"{name}-code", "")
            return redirect_of(said[name], int(code) if code in ("301", "302") else usual)
    return None


def _rule(match: dict, backend: dict, filters: Sequence[dict] = ()) -> dict:
    """A rule of an HTTPRoute; one that redirects asks no backend."""
    made: dict = {"matches": [{"path": match}]}
    if filters:
        made["filters"] = list(filters)
    if not any(f["type"] == "RequestRedirect" for f in filters):
        made["backendRefs"] = [backend]
    return made
