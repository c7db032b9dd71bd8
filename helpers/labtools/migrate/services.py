"""What Traefik reads from a Service and ingress-nginx from the Ingress: protocol, sticky cookie, cluster address."""

import copy
from collections.abc import Iterable

from labcore.language.messages import phrase

from labtools.migrate.found import Found, Input
from labtools.migrate.plan import NoEquivalent, Plan, service_of

OWN = "traefik.ingress.kubernetes.io/service."
_SCHEMES = {"HTTPS": "https", "GRPCS": "https", "GRPC": "h2c"}
_COOKIE = {"name": "name", "secure": "secure", "samesite": "samesite", "max-age": "maxage", "path": "path",
           "domain": "domain"}  # fmt: skip


def planned(plan: Plan, given: Input) -> None:
    """Mark in the plan which annotations the Services of an Ingress have to carry."""
    asked: dict[str, dict[str, str]] = {}
    for name, notes in _asked(plan):
        asked[name] = notes
    if not asked:
        return
    notes = {key: value for part in asked.values() for key, value in part.items()}
    for service in services_of(plan.found):
        if given.named("Service", service, plan.found.home) is None:
            why = phrase(
                "Service {name} is not among the manifests; it would have to carry: {notes}",
                name=service,
                notes=", ".join(f"{key}: {value}" for key, value in notes.items()),
            )
            options = [f"session-cookie-{option}" for option in _COOKIE] + ["affinity-mode"]
            for name in [*asked, *(options if "affinity" in asked else ())]:
                plan.absent(name, why)
            return
        plan.for_services[service] = notes


def services_of(found: Found) -> list[str]:
    """The names of its Services, each once."""
    backends = [path for _, path in found.paths] + [{"backend": found.spec.get("defaultBackend") or {}}]
    return list({name: None for path in backends if (name := service_of(path))})


def external(plan: Plan, given: Input) -> list[str]:
    """Its Services that are names of other hosts."""
    found = [(name, given.named("Service", name, plan.found.home)) for name in services_of(plan.found)]
    return [name for name, obj in found if obj and (obj.get("spec") or {}).get("type") == "ExternalName"]


def _asked(plan: Plan) -> Iterable[tuple[str, dict[str, str]]]:
    found = plan.found
    for make in (_protocol, _cookie, _address):
        try:
            yield from make(found).items()
        except NoEquivalent as error:
            plan.absent(error.name, error.why)


def _protocol(found: Found) -> dict[str, dict[str, str]]:
    said = found.said.get("backend-protocol", "HTTP").strip().upper()
    if said == "HTTP":
        return {}
    if said not in _SCHEMES:
        raise NoEquivalent("backend-protocol", phrase("Traefik does not speak {protocol}", protocol=said))
    notes = {f"{OWN}serversscheme": _SCHEMES[said]}
    if _SCHEMES[said] == "https":  # nginx takes any certificate of a Service, Traefik only one that it trusts
        notes[f"{OWN}serverstransport"] = f"{found.home}-{found.name}-any-certificate@kubernetescrd"
    return {"backend-protocol": notes}


def takes_any_certificate(found: Found) -> bool:
    """Does nginx speak TLS to the Service without a look at its certificate?"""
    return found.said.get("backend-protocol", "").strip().upper() in ("HTTPS", "GRPCS")


def _cookie(found: Found) -> dict[str, dict[str, str]]:
    if found.said.get("affinity", "").strip() != "cookie":
        return {}
    notes = {f"{OWN}sticky.cookie": "true", f"{OWN}sticky.cookie.httponly": "true"}
    notes[f"{OWN}sticky.cookie.name"] = found.said.get("session-cookie-name", "INGRESSCOOKIE")
    for name, option in _COOKIE.items():
        if f"session-cookie-{name}" in found.said:
            notes[f"{OWN}sticky.cookie.{option}"] = found.said[f"session-cookie-{name}"].strip().lower()
    for name in ("name", "path", "domain"):
        if value := found.said.get(f"session-cookie-{name}"):
            notes[f"{OWN}sticky.cookie.{name}"] = value
    return {"affinity": notes}


def _address(found: Found) -> dict[str, dict[str, str]]:
    return {"service-upstream": {f"{OWN}nativelb": "true"}} if found.on("service-upstream") else {}


def with_notes(service: dict, notes: dict[str, str]) -> dict:
    """A Service with more annotations."""
    made = copy.deepcopy(service)
    meta = made["metadata"]
    meta["annotations"] = dict(meta.get("annotations") or {}) | notes
    meta["annotations"].pop("kubectl.kubernetes.io/last-applied-configuration", None)
    for field in ("uid", "resourceVersion", "creationTimestamp", "managedFields", "generation"):
        meta.pop(field, None)
    made.pop("status", None)
    return made
