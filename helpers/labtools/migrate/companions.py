"""Objects beside a plain Ingress: TLS options for client certificates, transports, redirects of other names."""

import copy
from collections.abc import Iterator

from labcore.language.messages import phrase

from labtools.migrate import objects, redirecting, services
from labtools.migrate.effects import Hosts, other_name
from labtools.migrate.found import Found
from labtools.migrate.paths import takes_root
from labtools.migrate.plan import Plan

_VERIFY = {"on": "RequireAndVerifyClientCert", "optional": "VerifyClientCertIfGiven",
           "optional_no_ca": "RequestClientCert", "off": "NoClientCert"}  # fmt: skip


def for_ingress(plan: Plan, hosts: Hosts) -> Iterator[dict]:
    """All that one Ingress needs beside it."""
    found = plan.found
    if services.takes_any_certificate(found):
        yield objects.own(found, "ServersTransport", f"{found.name}-any-certificate", {"insecureSkipVerify": True})
    if "auth-tls-secret" in found.said:
        yield from _client_certificates(plan, hosts)
    if found.on("from-to-www-redirect"):
        yield from _other_names(found, hosts)


def app_roots(plan: Plan, hosts: Hosts) -> Iterator[dict]:
    """nginx redirects / of a host also where no path of the Ingress takes it."""
    found, root = plan.found, plan.found.said.get("app-root", "")
    rooted = {host for host, path in found.paths if takes_root(path)}
    missing = {host: host for host, _ in found.paths if host not in rooted}
    if not root.startswith("/") or not missing:
        return
    if "auth-tls-secret" in found.said:
        plan.absent("app-root", phrase("a second Ingress for / would have no part in the client certificates"))
        return
    for host in missing:
        for other in hosts.owners.get(host, []):
            if any(takes_root(path) for at, path in other.paths if at == host):
                why = phrase("Ingress {name} answers / of the host {host}", name=other.title, host=host)
                plan.absent("app-root", why)
                return
    spec = redirecting.to_root(root)
    yield from _redirecting(found, f"{found.name}-root", missing, "app-root", spec, "Exact")


def _client_certificates(plan: Plan, among: Hosts) -> Iterator[dict]:
    found = plan.found
    namespace, _, secret = found.said["auth-tls-secret"].strip().partition("/")
    if not secret or namespace != found.home:
        why = phrase("a TLSOption reads Secrets of its own namespace only; {name} is none there",
                     name=found.said["auth-tls-secret"])  # fmt: skip
        plan.absent("auth-tls-secret", why)
        return
    kind = _VERIFY.get(found.said.get("auth-tls-verify-client", "on").strip(), _VERIFY["on"])
    asked = {"clientAuth": {"secretNames": [secret], "clientAuthType": kind}}
    yield objects.own(found, "TLSOption", f"{found.name}-mtls", asked)
    hosts = [host for host, _ in found.paths if among.needs_https(found, host)]
    if hosts:
        yield from _redirecting(found, f"{found.name}-http", {host: host for host in hosts}, *redirecting.https())
    if len(hosts) < len(found.paths):
        plan.differs.append(phrase("plain HTTP, which nginx answers without a certificate, is not served"))


def _other_names(found: Found, among: Hosts) -> Iterator[dict]:
    """example.com for www.example.com, and the other way round."""
    free = {host: other for host, _ in found.paths if (other := other_name(host)) and other not in among.owners}
    for number, (host, other) in enumerate(free.items()):
        spec = redirecting.redirected(f"$scheme://{host}$request_uri", True)
        name = f"{found.name}-from-{'bare' if host.startswith('www.') else 'www'}" + (f"-{number}" if number else "")
        yield from _redirecting(found, name, {host: other}, "redirect", spec)


def _redirecting(
    found: Found, name: str, names: dict[str, str], suffix: str, spec: dict, path_type: str = "Prefix"
) -> Iterator[dict]:
    """An Ingress for other names whose requests are answered by a Middleware alone."""
    backends = {host: path["backend"] for host, path in reversed(found.paths)}
    yield objects.own(found, "Middleware", f"{name}-{suffix}", spec)
    notes = {f"{objects.OWN}router.middlewares": objects.reference(found, f"{name}-{suffix}")}
    if suffix == "https":
        notes[f"{objects.OWN}router.entrypoints"] = "web"
    rules = [
        ({"host": other} if other else {}) | {"http": {"paths": [
            {"path": "/", "pathType": path_type, "backend": copy.deepcopy(backends[host])}]}}
        for host, other in names.items()
    ]  # fmt: skip
    yield objects.ingress(found, name, notes, {"ingressClassName": objects.CLASS, "rules": rules})
