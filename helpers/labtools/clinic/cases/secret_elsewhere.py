"""The Secret that an Ingress names is in another namespace."""

from labcore.language.messages import phrase

from labtools.clinic.case import MIDDLE, Ask, Case, Scene, Step
from labtools.clinic.certificates import secret
from labtools.clinic.draw import Draw
from labtools.clinic.objects import deployment, ingress, program, service

_ELSEWHERE = "clinic-desk"
_DIAGNOSES = (
    phrase("The Secret with the certificate is not in the namespace of the Ingress."),
    phrase("The certificate has expired."),
    phrase("The Secret holds the certificate of another host."),
    phrase("The Ingress has no `tls` section for this host."),
    phrase("Another Ingress claims the host, with a certificate of its own."),
)


def scene(draw: Draw) -> Scene:
    first, second = draw.applications(2)
    sick, well = draw.some(2, ("museum", "collection"))
    hosts = {name: draw.host(name) for name in (sick, well)}
    apps = dict(zip((sick, well), (first, second), strict=True))
    common: list[dict] = [program()]
    for name, port in zip(sorted((first, second)), draw.ports(2), strict=True):
        common += [deployment(name, port), service(name)]
    common += [ingress(name, {hosts[name]: {"/": (apps[name], 80)}}, tls=f"{name}-tls") for name in sorted(hosts)]
    common += [secret(f"{well}-tls", hosts[well]), secret("desk-tls", draw.host("desk"), namespace=_ELSEWHERE)]
    url = f"https://{hosts[sick]}/"
    return Scene(
        healthy=[*common, secret(f"{sick}-tls", hosts[sick])],
        broken=[*common, secret(f"{sick}-tls", hosts[sick], namespace=_ELSEWHERE)],
        asks=[
            Ask(url, apps[sick], sick=True, certificate=hosts[sick]),
            Ask(f"https://{hosts[well]}/", apps[well], certificate=hosts[well]),
            Ask(f"http://{hosts[well]}/", apps[well]),
            Ask(f"https://{draw.host('desk')}/", "404"),
        ],
        symptom=phrase(
            "My browser warns me of {url}: the certificate there names another site. The one of {other} names the "
            "right one.", url=url, other=f"https://{hosts[well]}/",
        ),
        path=[
            Step(
                phrase("Which certificate does the entry show?"),
                f"openssl s_client -connect $INGRESS_HTTPS_AT -servername {hosts[sick]} </dev/null | "
                "openssl x509 -noout -subject",
                phrase("The controller's default certificate: it has none for this host."),
            ),
            Step(
                phrase("Which Secret does the Ingress name?"),
                f"kubectl describe ingress {sick}",
                phrase("It names {secret} for {host}.", secret=f"{sick}-tls", host=hosts[sick]),
            ),
            Step(
                phrase("Is this Secret there?"),
                "kubectl get secrets",
                phrase("No. An Ingress takes Secrets of its own namespace only."),
            ),
            Step(
                phrase("Where is it?"),
                "kubectl get secrets --all-namespaces --field-selector type=kubernetes.io/tls",
                phrase("In {namespace}.", namespace=_ELSEWHERE),
            ),
        ],
    )  # fmt: skip


CASE = Case("museum", MIDDLE, scene, _DIAGNOSES, elsewhere=(_ELSEWHERE,))
