"""Which protocol Traefik speaks to a Service's Pods, which one they speak, and what makes the two agree."""

from labcore.language.messages import phrase

from labtools.explain import direct
from labtools.explain.fault import Fault
from labtools.traefik.annotations import PREFIX as NGINX
from labtools.traefik.annotations import Settings
from labtools.traefik.ingress_paths import Claim
from labtools.traefik.objects import Objects, service_port
from labtools.traefik.own import PREFIX as OWN
from labtools.traefik.router import Router

_SCHEME = f"{OWN}service.serversscheme"
_PROTOCOL = f"{NGINX}backend-protocol"
_UNTRUSTED, _UNREACHED = (500, 502), 502


def reason(claim: Claim, router: Router | None, objects: Objects) -> str:
    """Why Traefik opens TLS to the Pods, in words; "" where it speaks plain HTTP to them.

    Source: getProtocol in pkg/provider/kubernetes/ingress/kubernetes.go, parseBackendProtocol of ingress-nginx's.
    """
    if router and router.servers and not any(url.startswith("https:") for url in router.servers):
        return ""
    if router and router.provider == "nginx":
        asked = Settings.of(claim.ingress).get("backend-protocol")
        return f"{_PROTOCOL}: {asked}" if asked.upper() in ("HTTPS", "GRPCS") else ""
    service = objects.service(claim.namespace, claim.service) or {"metadata": {}, "spec": {}}
    scheme = (service["metadata"].get("annotations") or {}).get(_SCHEME, "")
    if scheme:
        return f"{_SCHEME}: {scheme}" if scheme == "https" else ""
    port = service_port(service, *claim.port) or {}
    if port.get("port") == 443:
        return phrase("it has the number 443")
    return (
        phrase("its name {name} begins with https", name=port["name"])
        if (port.get("name") or "").startswith("https")
        else ""
    )


def mismatch(
    claim: Claim, router: Router | None, objects: Objects, said: direct.Direct | None, status: int
) -> Fault | None:
    """The controller and the Pods speak different protocols, or the controller does not trust the Pods' certificate."""
    because = reason(claim, router, objects)
    spoken = said.protocol if said else ""
    if because and spoken == direct.HTTP and status in _UNTRUSTED:
        why = phrase(
            "Traefik opens TLS to the Pods of Service {service} ({because}), and these speak plain HTTP.",
            service=claim.service,
            because=because,
        )
        return Fault("Port", why, _tell_traefik(claim, router, tls=False))
    if not because and spoken == direct.TLS:
        why = phrase(
            "The Pods of Service {service} speak TLS, and Traefik sends them plain HTTP; hence {status}.",
            service=claim.service,
            status=status,
        )
        return Fault("Port", why, _tell_traefik(claim, router, tls=True))
    if because and spoken == direct.TLS and status in _UNTRUSTED:
        return Fault(
            "Pod",
            phrase(
                "Traefik opens TLS to the Pods of Service {service}, and does not trust the certificate that they "
                "show.",
                service=claim.service,
            ),
            phrase(
                "give Traefik the CA of that certificate, or use class nginx with backend-protocol: HTTPS, which "
                "does not verify it unless proxy-ssl-verify is on"
            ),
        )
    if because and spoken != direct.NOBODY and status in _UNTRUSTED:
        why = phrase(
            "Traefik opens TLS to the Pods of Service {service} ({because}), and no TLS came about.",
            service=claim.service,
            because=because,
        )
        return Fault(
            "Port",
            why,
            phrase("if they speak plain HTTP, tell Traefik so:\n  {command}", command=_told(claim, router, tls=False)),
        )
    return None


def _tell_traefik(claim: Claim, router: Router | None, *, tls: bool) -> str:
    return phrase("tell Traefik which protocol they speak:\n  {command}", command=_told(claim, router, tls=tls))


def _told(claim: Claim, router: Router | None, *, tls: bool) -> str:
    """The command that tells Traefik the Pods' protocol, for the provider that made the router."""
    if router and router.provider == "nginx":
        what, note = f"ingress {claim.rule.ingress}", f"{_PROTOCOL}={'HTTPS' if tls else 'HTTP'}"
    else:
        what, note = f"service {claim.service}", f"{_SCHEME}={'https' if tls else 'http'}"
    return f"kubectl -n {claim.namespace} annotate {what} {note} --overwrite"
