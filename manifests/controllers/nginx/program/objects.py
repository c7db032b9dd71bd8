"""What the rendering is given: the objects of the cluster as plain dicts, and a few facts about this Pod."""

from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Place:
    """Where nginx listens. Clients know the Service's ports 80 and 443; the Pod's own need no privilege."""

    address: str = "127.0.0.1"
    http: int = 8000
    https: int = 8443
    status: int = 10246
    default_backend: int = 8181
    shown_http: int = 80
    shown_https: int = 443


@dataclass(frozen=True)
class Cluster:
    """Objects in; render.py gives text out. `modules` are nginx's extra ones (`nginx -V`)."""

    ingresses: list[dict] = field(default_factory=list)
    services: list[dict] = field(default_factory=list)
    slices: list[dict] = field(default_factory=list)
    secrets: list[dict] = field(default_factory=list)
    configmaps: list[dict] = field(default_factory=list)
    place: Place = field(default_factory=Place)
    modules: frozenset[str] = frozenset()
    resolvers: tuple[str, ...] = ()
    allowed_response_headers: tuple[str, ...] = ()
    """`global-allowed-response-headers`."""
    snippets_allowed: bool = False
    """`allow-snippet-annotations`."""
    default_certificate: str = ""
    """A file with certificate and key, for names without a certificate of their own."""

    user: str = ""
    """Whom the workers run as, where nginx runs as root; they read passwords from this Pod's folder."""
    ready: bool = False
    """Whether this is more than the configuration to begin with: what the kubelet's probe asks."""

    def service(self, namespace: str, name: str) -> dict | None:
        return self._services.get((namespace, name))

    def secret(self, namespace: str, name: str) -> dict[str, str] | None:
        """Its data, in base64 as the API has it."""
        found = self._secrets.get((namespace, name))
        return None if found is None else found.get("data") or {}

    def configmap(self, namespace: str, name: str) -> dict[str, str] | None:
        found = self._configmaps.get((namespace, name))
        return None if found is None else found.get("data") or {}

    def slices_of(self, namespace: str, service: str) -> list[dict]:
        return self._slices.get((namespace, service), [])

    @cached_property
    def _services(self) -> dict[tuple[str, str], dict]:
        return {_name(obj): obj for obj in self.services}

    @cached_property
    def _secrets(self) -> dict[tuple[str, str], dict]:
        return {_name(obj): obj for obj in self.secrets}

    @cached_property
    def _configmaps(self) -> dict[tuple[str, str], dict]:
        return {_name(obj): obj for obj in self.configmaps}

    @cached_property
    def _slices(self) -> dict[tuple[str, str], list[dict]]:
        found: dict[tuple[str, str], list[dict]] = {}
        for obj in sorted(self.slices, key=_name):
            service = (obj["metadata"].get("labels") or {}).get("kubernetes.io/service-name", "")
            found.setdefault((obj["metadata"].get("namespace", "default"), service), []).append(obj)
        return found


def _name(obj: dict) -> tuple[str, str]:
    return obj["metadata"].get("namespace", "default"), obj["metadata"]["name"]
