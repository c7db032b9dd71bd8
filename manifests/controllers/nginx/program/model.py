"""The records between reading objects and writing nginx.conf: an accepted Ingress, a location, a server."""

from dataclasses import dataclass, field

from annotations import key
from balancing import DEFAULT
from client_certificates import ClientCertificates
from options import Options
from words import short


@dataclass
class Accepted:
    """An Ingress that is served, with its annotations read."""

    obj: dict
    options: Options

    @property
    def key(self) -> str:
        return key(self.obj)

    @property
    def namespace(self) -> str:
        return self.obj["metadata"].get("namespace", "default")

    @property
    def rules(self) -> list[dict]:
        return self.obj["spec"].get("rules") or []

    @property
    def default(self) -> dict | None:
        """The Service of spec.defaultBackend."""
        return (self.obj["spec"].get("defaultBackend") or {}).get("service")

    def paths(self, rule: dict) -> list[tuple[str, str, dict]]:
        """(path, type, Service) of a rule. ImplementationSpecific is a Prefix here (SetDefaultNGINXPathType)."""
        found = []
        for each in (rule.get("http") or {}).get("paths") or []:
            service = each["backend"].get("service")
            kind = each.get("pathType") or "Prefix"
            if service:
                found.append(
                    (each.get("path") or "/", "Prefix" if kind == "ImplementationSpecific" else kind, service)
                )
        return found


@dataclass
class Location:
    """One `location` of nginx. `default`: nobody's rule yet, the root that every server has."""

    path: str
    path_type: str = "Prefix"
    upstream: str = DEFAULT
    options: Options = field(default_factory=Options)
    ingress: Accepted | None = None
    service: str = ""
    port: str = ""
    default: bool = False
    rule_path: str = ""
    error_upstream: str = DEFAULT


@dataclass
class Server:
    """One `server`: a host, or `_` for all other names. `certificate` is a file; "" where nothing speaks of TLS."""

    host: str
    locations: list[Location] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    certificate: str = ""
    client_certificates: ClientCertificates = field(default_factory=ClientCertificates)
    ciphers: str = ""
    prefer_server_ciphers: str = ""
    from_to_www: bool = False
    snippet: str = ""

    def id(self, location: Location) -> str:
        return short(self.host, location.path, location.path_type)
