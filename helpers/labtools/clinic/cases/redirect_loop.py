"""An Ingress gets a `tls` section, and plain HTTP from a load balancer that ends TLS is redirected for ever."""

from labcore.language.messages import phrase

from labtools.clinic.case import MIDDLE, Ask, Case, Scene, Step
from labtools.clinic.draw import Draw
from labtools.clinic.needs import TRAEFIK
from labtools.clinic.objects import changed, deployment, ingress, program, service

_DIAGNOSES = (
    phrase("The Ingress redirects plain HTTP to HTTPS, although TLS has ended before it."),
    phrase("The application redirects to HTTPS, as it does not see that the client came by HTTPS."),
    phrase("The certificate of this host is missing, so the controller cannot answer by HTTPS."),
    phrase("A rewrite turns each path into one for which the same rule counts."),
    phrase("Two Ingresses have this host, and each redirects to the other."),
)


def scene(draw: Draw) -> Scene:
    front, behind, beside = applications = draw.applications(3)
    host, other = draw.host(), draw.host("archive")
    ours = ingress("site", {host: {"/": (front, 80), f"/{behind}": (behind, 80)}}, class_name="nginx")
    healthy = [program(), ours, ingress("archive", {other: {"/": (beside, 80)}}, class_name="nginx")]
    for name, port in zip(sorted(applications), draw.ports(3), strict=True):
        healthy += [deployment(name, port, replicas=1), service(name)]
    return Scene(
        healthy=healthy,
        broken=changed(healthy, "Ingress", "site", {"spec.tls": [{"hosts": [host]}]}),
        asks=[
            Ask(f"http://{host}/", front, sick=True),
            Ask(f"http://{host}/{behind}", behind, sick=True),
            Ask(f"http://{other}/", beside),
        ],
        symptom=phrase(
            "Browsers show ERR_TOO_MANY_REDIRECTS for https://{host}/. Our load balancer ends TLS, and sends plain "
            "HTTP to "
            "your entry, as it has for years: http://{host}/. {other} goes the same way, and works.",
            host=host, other=other,
        ),
        path=[
            Step(
                phrase("What does the load balancer get?"),
                f"curl -si -H 'Host: {host}' $INGRESS_HTTP/",
                phrase("308, to https://{host}/: from there the browser comes back by the load balancer.", host=host),
            ),
            Step(
                phrase("Which application does the rule lead to?"),
                "kubectl describe ingress site",
                phrase("The path / leads to {name}:80.", name=front),
            ),
            Step(
                phrase("Does the application say so?"),
                f"kubectl logs deployment/{front} --tail=3",
                phrase("No request arrives there: the controller redirects."),
            ),
            Step(
                phrase("What do the Ingresses of the two hosts differ in?"),
                "kubectl get ingress -o yaml",
                phrase(
                    "site has a section tls. In the dialect of ingress-nginx it also means: redirect plain HTTP "
                    "(ssl-redirect), unless an annotation says `false`."
                ),
            ),
        ],
    )  # fmt: skip


CASE = Case("farm", MIDDLE, scene, _DIAGNOSES, (TRAEFIK,))
