"""The paths of a set of Ingresses, each with what it needs of its Ingress and its host."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

PREFIX = "nginx.ingress.kubernetes.io/"


@dataclass(frozen=True)
class Rule:
    """One path of one Ingress; `host` is "" where the rule names none."""

    host: str
    path: str
    path_type: str
    ingress: str
    annotations: Mapping[str, str] = field(default_factory=dict, hash=False)
    tls: bool = False
    regex: bool = False
    """ingress-nginx reads all paths of this host as regular expressions: some Ingress of it says so."""

    @property
    def kind(self) -> tuple:
        """Paths of one kind are asked for in full once, and in short after that."""
        return self.path_type, self.regex, self.path == "/", tuple(sorted(self.annotations))

    @property
    def secure(self) -> bool:
        """By plain HTTP it would be redirected, whatever the path is."""
        said = self.annotations
        return (self.tls and said.get("ssl-redirect") != "false") or said.get("force-ssl-redirect") == "true"

    @property
    def sent_to(self) -> str:
        """A host that a client would ask for."""
        if self.host.startswith("*."):
            return f"one{self.host[1:]}"
        return self.host or "any.replay.invalid"

    def url(self, target: str, *, host: str = "", secure: bool | None = None) -> str:
        """A URL of this rule's host, with a request target as it is written."""
        scheme = "https" if (self.secure if secure is None else secure) else "http"
        return f"{scheme}://{host or self.sent_to}{target}"


def annotations_of(ingress: dict) -> dict[str, str]:
    """What an Ingress says to ingress-nginx, without the prefix."""
    said = (ingress.get("metadata") or {}).get("annotations") or {}
    return {str(key).removeprefix(PREFIX): str(value) for key, value in said.items() if str(key).startswith(PREFIX)}


def is_canary(ingress: dict) -> bool:
    return annotations_of(ingress).get("canary", "").lower() == "true"


def rules_of(ingresses: Iterable[dict]) -> list[Rule]:
    """All paths in the order of the Ingresses, canaries without: they have no paths of their own."""
    kept = [ingress for ingress in ingresses if not is_canary(ingress)]
    expressions = {host for ingress in kept if _is_regex(annotations_of(ingress)) for host in hosts_of(ingress)}
    return [rule for ingress in kept for rule in _of_one(ingress, expressions)]


def hosts_of(ingress: dict) -> list[str]:
    return [str(rule.get("host") or "") for rule in _rules(ingress)]


def name_of(ingress: dict) -> str:
    meta = ingress.get("metadata") or {}
    return f"{meta.get('namespace') or 'default'}/{meta.get('name') or ''}"


def _of_one(ingress: dict, expressions: set[str]) -> Iterable[Rule]:
    said, name = annotations_of(ingress), name_of(ingress)
    tls = {str(host) for entry in _spec(ingress).get("tls") or [] for host in entry.get("hosts") or [""]}
    for rule in _rules(ingress):
        host = str(rule.get("host") or "")
        for path in (rule.get("http") or {}).get("paths") or []:
            written, path_type = str(path.get("path") or "/"), str(path.get("pathType") or "ImplementationSpecific")
            yield Rule(host, written, path_type, name, said, _covered(host, tls), host in expressions)
    if _spec(ingress).get("defaultBackend") and not _rules(ingress):
        yield Rule("", "/", "Prefix", name, said, bool(tls), "" in expressions)


def _covered(host: str, tls: set[str]) -> bool:
    return host in tls or f"*.{host.partition('.')[2]}" in tls


def _is_regex(said: Mapping[str, str]) -> bool:
    return said.get("use-regex", "").lower() == "true" or bool(said.get("rewrite-target"))


def _spec(ingress: dict) -> dict:
    return ingress.get("spec") or {}


def _rules(ingress: dict) -> Sequence[dict]:
    return _spec(ingress).get("rules") or []
