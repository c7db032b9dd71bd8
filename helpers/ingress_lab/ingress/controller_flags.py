"""What the controller was told: the arguments of its Pods that decide how it reads Ingresses.

Names and defaults: https://doc.traefik.io/traefik/reference/install-configuration/configuration-options/
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import yaml
from labcore.machine import paths

_OWN, _NGINX = "providers.kubernetesingress", "providers.kubernetesingressnginx"
_GATEWAY = "providers.kubernetesgateway"
_NARROWING = (
    f"{_OWN}.namespaces",
    f"{_OWN}.ingressclass",
    f"{_NGINX}.watchnamespace",
    f"{_NGINX}.controllerclass",
)
MANIFESTS = "manifests/controllers/traefik"
OWN_CONTROLLER = "traefik.io/ingress-controller"
NGINX_CONTROLLER = "k8s.io/ingress-nginx"


@dataclass(frozen=True)
class Flags:
    """The arguments by lower-case name, and the image's tag."""

    values: Mapping[str, str] = field(default_factory=dict)
    version: str = ""

    @classmethod
    def of(cls, arguments: Iterable[str], version: str = "") -> "Flags":
        """From arguments, `--name=value` or `--name` for true; names in any case, as Traefik reads them."""
        values: dict[str, str] = {}
        for argument in arguments:
            name, equals, value = argument.lstrip("-").partition("=")
            values[name.lower()] = value if equals else "true"
        return cls(values, version)

    def on(self, name: str, default: bool = False) -> bool:
        """A boolean flag, as Go's strconv.ParseBool reads it."""
        return self.values.get(name, str(default)).lower() in ("true", "1", "t")

    def get(self, name: str, default: str = "") -> str:
        return self.values.get(name, default)

    @property
    def own(self) -> bool:
        """Is Traefik's own provider on? Naming any of its options turns it on."""
        return self.on(_OWN) or any(name.startswith(f"{_OWN}.") for name in self.values)

    @property
    def nginx(self) -> bool:
        """Is the provider for ingress-nginx's annotations on? Naming any of its options turns it on."""
        return self.on(_NGINX) or any(name.startswith(f"{_NGINX}.") for name in self.values)

    @property
    def gateway(self) -> bool:
        """Is the provider for the Gateway API on?"""
        return self.on(_GATEWAY) or any(name.startswith(f"{_GATEWAY}.") for name in self.values)

    @property
    def entry_ports(self) -> set[int]:
        """Where it listens for clients: the ports that a Gateway's listeners may name."""
        addresses = {n.split(".")[1]: v for n, v in self.values.items() if n.endswith(".address") and "entryp" in n}
        ports = (v.rpartition(":")[2].partition("/")[0] for name, v in addresses.items() if name != "traefik")
        return {int(port) for port in ports if port.isdigit()}

    def own_option(self, name: str) -> bool:
        """An option of Traefik's provider for Ingresses; off where it is not given."""
        return self.on(f"{_OWN}.{name}")

    def nginx_option(self, name: str, default: bool = False) -> bool:
        """An option of Traefik's provider for nginx's Ingresses."""
        return self.on(f"{_NGINX}.{name}", default)

    @property
    def tells(self) -> bool:
        """Has it an API that tells its routers?"""
        return self.on("api") or any(name.startswith("api.") for name in self.values)

    @property
    def inner_port(self) -> int:
        """The port of the entry point `traefik`, where the API and the ping answer."""
        port = self.get("entrypoints.traefik.address", ":8080").rpartition(":")[2].partition("/")[0]
        return int(port) if port.isdigit() else 8080

    @property
    def own_class(self) -> str:
        """The option ingressclass: the one class whose Ingresses are read; "" for any."""
        return self.get(f"{_OWN}.ingressclass")

    @property
    def nginx_class(self) -> str:
        return self.get(f"{_NGINX}.ingressclass", "nginx")

    @property
    def nginx_controller(self) -> str:
        """The spec.controller of the IngressClasses that this provider serves."""
        return self.get(f"{_NGINX}.controllerclass", NGINX_CONTROLLER)

    @property
    def is_narrow(self) -> bool:
        """Does it serve a class, a controller name or namespaces of its own, and leave the others to another?"""
        return any(self.get(name) for name in _NARROWING)

    def watches(self, provider: str, namespace: str) -> bool:
        """Does a provider (`own`, `nginx`) look into this namespace?"""
        name = f"{_OWN}.namespaces" if provider == "own" else f"{_NGINX}.watchnamespace"
        namespaces = [n for n in self.get(name).split(",") if n]
        return not namespaces or namespace in namespaces

    def entry_points(self, scheme: str) -> dict[str, bool]:
        """The entry points a client of this scheme comes in by, and whether each gives every router TLS."""
        names = {n.split(".")[1] for n in self.values if n.startswith("entrypoints.") and n.endswith(".address")}
        tls = {n: any(v.startswith(f"entrypoints.{n}.http.tls") for v in self.values) for n in names - {"traefik"}}
        secure = {n: t for n, t in tls.items() if t or "secure" in n}
        return secure if scheme == "https" else {n: t for n, t in tls.items() if n not in secure}


def of_pods(pods: Iterable[dict]) -> Flags | None:
    """The flags of the Traefik at the entry, by its Pod; None when there is none."""
    at = at_entry(pods)
    return at[1] if at else None


def at_entry(pods: Iterable[dict]) -> tuple[dict, Flags] | None:
    """The Pod of the Traefik at the entry, and its flags; None when there is none.

    A notebook may run a second one: for a class, a controller name or a namespace of its own, or for Gateways.
    """
    controllers = of_ingresses(pods)
    return next(
        ((pod, flags) for pod, flags in controllers if not flags.is_narrow), controllers[0] if controllers else None
    )


def of_ingresses(pods: Iterable[dict]) -> list[tuple[dict, Flags]]:
    """The Pods of every Traefik that serves Ingresses, the ready ones first."""
    return [(pod, flags) for pod, flags in _all_of_pods(pods) if flags.own or flags.nginx]


def nodes(pods: Iterable[dict]) -> dict[str, tuple[str, ...]]:
    """{spec.controller: the nodes with a ready Pod of a Traefik that serves its classes}."""
    by_name: dict[str, set[str]] = {}
    for pod, flags in _all_of_pods(pod for pod in pods if _is_ready(pod)):
        if flags.is_narrow:
            continue
        for name in [OWN_CONTROLLER] * flags.own + [flags.nginx_controller] * flags.nginx:
            by_name.setdefault(name, set()).add(pod["spec"].get("nodeName", ""))
    return {name: tuple(sorted(some)) for name, some in by_name.items()}


def _is_ready(pod: dict) -> bool:
    conditions = pod.get("status", {}).get("conditions") or []
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)


def _all_of_pods(pods: Iterable[dict]) -> Iterator[tuple[dict, Flags]]:
    for pod in sorted(pods, key=lambda p: (not _is_ready(p), p["metadata"]["name"])):
        for container in pod.get("spec", {}).get("containers") or []:
            image, _, tag = container.get("image", "").partition("@")[0].rpartition(":")
            if image.rpartition("/")[2] == "traefik":
                yield pod, Flags.of([*(container.get("command") or [])[1:], *(container.get("args") or [])], tag)


def of_manifests() -> Flags:
    """The flags of the project's own Traefik, for clusters whose Pods may not be looked at."""
    for obj in _manifests():
        if obj["kind"] in ("DaemonSet", "Deployment"):
            return of_pods([{"metadata": obj["metadata"], "spec": obj["spec"]["template"]["spec"]}]) or Flags()
    return Flags()


def classes_of_manifests() -> tuple[dict, ...]:
    """The project's IngressClasses, for clusters where these may not be read."""
    return tuple(obj for obj in _manifests() if obj["kind"] == "IngressClass")


def _manifests() -> Iterable[dict]:
    for file in sorted((paths.project() / MANIFESTS).glob("*.yaml")):
        yield from (obj for obj in yaml.safe_load_all(file.read_text(encoding="utf-8")) if obj)
