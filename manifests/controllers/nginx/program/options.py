"""All annotations of one Ingress, read group by group: Extract of internal/ingress/annotations/annotations.go."""

from collections.abc import Callable
from dataclasses import dataclass, field

import access
import affinity
import balancing
import canary
import client_certificates
import cors
import custom_headers
import errors
import external_auth
import limits
import mirroring
import proxy_tls
import proxying
import redirects
import rewriting
import server_settings
import snippets
import unsupported
from access import Access
from affinity import Affinity
from annotations import ALLOWED_RISK, PREFIX, Denied, Reader, Refused, Rule, Skipped
from balancing import Balancing
from canary import Canary
from client_certificates import ClientCertificates
from cors import Cors
from custom_headers import CustomHeaders
from errors import Errors
from external_auth import ExternalAuth
from limits import Limits
from mirroring import Mirror
from objects import Cluster
from proxy_tls import ProxyTls
from proxying import Proxying
from redirects import Redirect
from rewriting import Rewriting
from server_settings import ServerSettings
from snippets import Snippets


@dataclass
class Options:
    """What the annotations of an Ingress ask for. `denied` is the reason why its locations answer 503."""

    access: Access = field(default_factory=Access)
    affinity: Affinity = field(default_factory=Affinity)
    balancing: Balancing = field(default_factory=Balancing)
    canary: Canary = field(default_factory=Canary)
    client_certificates: ClientCertificates = field(default_factory=ClientCertificates)
    cors: Cors = field(default_factory=Cors)
    custom_headers: CustomHeaders = field(default_factory=CustomHeaders)
    errors: Errors = field(default_factory=Errors)
    external_auth: ExternalAuth = field(default_factory=ExternalAuth)
    limits: Limits = field(default_factory=Limits)
    mirror: Mirror = field(default_factory=Mirror)
    proxy_tls: ProxyTls = field(default_factory=ProxyTls)
    proxying: Proxying = field(default_factory=proxying.defaults)
    redirect: Redirect = field(default_factory=Redirect)
    rewriting: Rewriting = field(default_factory=Rewriting)
    server: ServerSettings = field(default_factory=ServerSettings)
    snippets: Snippets = field(default_factory=Snippets)
    denied: str = ""


GROUPS: dict[str, Callable] = {
    "affinity": affinity.read,
    "balancing": balancing.read,
    "canary": canary.read,
    "cors": cors.read,
    "errors": errors.read,
    "limits": limits.read,
    "mirror": mirroring.read,
    "proxying": proxying.read,
    "redirect": redirects.read,
    "rewriting": rewriting.read,
    "server": server_settings.read,
    "snippets": snippets.read,
}
GROUPS_WITH_OBJECTS: dict[str, Callable] = {
    "access": access.read,
    "client_certificates": client_certificates.read,
    "custom_headers": custom_headers.read,
    "external_auth": external_auth.read,
    "proxy_tls": proxy_tls.read,
}
MODULES = (
    access, affinity, balancing, canary, client_certificates, cors, custom_headers, errors, external_auth, limits,
    mirroring, proxy_tls, proxying, redirects, rewriting, server_settings, snippets,
)  # fmt: skip
RULES: dict[str, Rule] = {name: rule for module in MODULES for name, rule in module.RULES.items()}
NAMES = frozenset(RULES) | {alias for rule in RULES.values() for alias in rule.aliases}


def read(reader: Reader, cluster: Cluster) -> Options:
    """Raises Refused."""
    _too_risky(reader, cluster.snippets_allowed)
    _unknown(reader)
    options = Options()
    for name, function in (GROUPS | GROUPS_WITH_OBJECTS).items():
        try:
            group = function(reader) if name in GROUPS else function(reader, cluster)
        except Skipped as why:
            reader.note("AnnotationIgnored", f"{why}")
        except Denied as why:
            options.denied = options.denied or str(why)
        else:
            setattr(options, name, group)
    if options.denied:
        reader.note("AnnotationParsingFailed", f"Error parsing annotations: {options.denied}")
    return options


def _too_risky(reader: Reader, snippets_allowed: bool) -> None:
    """What the webhook says first, and what Extract would refuse without it."""
    for name in sorted(reader.given):
        if snippets_allowed and name in snippets.NAMES:
            continue
        if name.endswith("-snippet"):
            why = "annotation cannot be used. Snippet directives are disabled by the Ingress administrator"
            raise Refused(f"{PREFIX}{name} {why}")
        if name in RULES and RULES[name].risk > ALLOWED_RISK:
            raise Refused(f"annotation {PREFIX}{name} is too risky for environment")


def _unknown(reader: Reader) -> None:
    for name in sorted(reader.given.keys() - NAMES):
        why = unsupported.WHY.get(name)
        if why:
            reader.note("AnnotationNotSupported", f"{PREFIX}{name} is not carried out by this controller: {why}")
        else:
            reader.note(
                "UnknownAnnotation", f"ingress-nginx v1.15.1 has no annotation {PREFIX}{name}, and ignores it"
            )
