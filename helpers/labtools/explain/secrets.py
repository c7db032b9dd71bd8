"""The Secrets that Ingresses near a URL name: for passwords, and for certificates."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ingress_lab.ingress.rules import host_and_path, host_matches
from labcore.errors import Refused
from labcore.kube.api import Api

from labtools.traefik.annotations import Settings
from labtools.traefik.ingress_paths import claims_of
from labtools.traefik.nginx import auth_secret
from labtools.traefik.objects import Key, Objects

MOST = 20


def with_secrets(objects: Objects, api: Api, url: str) -> Objects:
    """The objects with these Secrets: None where there is none; one that may not be read is left out."""
    secrets: dict[Key, dict | None] = {}
    resource = api.resources().named("secrets")
    for namespace, name in list(dict.fromkeys(named_near(objects.ingresses, url)))[:MOST]:
        try:
            secrets[namespace, name] = api.get(resource, namespace, name)
        except Refused as error:
            if error.code == 404:
                secrets[namespace, name] = None
    return replace(objects, secrets=secrets)


def named_near(ingresses: Iterable[dict], url: str) -> Iterator[Key]:
    """The Secrets that matter for this URL, so that no others are read: each read needs a right."""
    for ingress in near(ingresses, url):
        namespace = ingress["metadata"].get("namespace", "")
        if Settings.of(ingress).get("auth-type"):
            yield auth_secret(ingress)
        if url.startswith("https:"):
            yield from ((namespace, tls["secretName"]) for tls in _tls(ingress) if tls.get("secretName"))


def near(ingresses: Iterable[dict], url: str) -> Iterator[dict]:
    """The Ingresses with a rule, or a TLS entry, for the URL's host."""
    host, _ = host_and_path(url)
    for ingress in ingresses:
        hosts = {claim.rule.host for claim in claims_of([ingress])} | {
            h for t in _tls(ingress) for h in t.get("hosts") or []
        }
        if any(host_matches(one, host) for one in hosts):
            yield ingress


def elsewhere(api: Api, name: str) -> list[str]:
    """The namespaces that have a Secret of this name, as far as this account may see."""
    try:
        namesakes = api.list(api.resources().named("secrets"), fields=f"metadata.name={name}")["items"]
    except Refused:
        return []
    return sorted(secret["metadata"]["namespace"] for secret in namesakes)


def _tls(ingress: dict) -> list[dict]:
    return (ingress.get("spec") or {}).get("tls") or []
