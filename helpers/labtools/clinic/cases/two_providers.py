"""A second Ingress, of another class, has the same path: both are served, and the one without the allowlist wins."""

from labcore.language.messages import phrase

from labtools.clinic.case import HARD, Ask, Case, Scene, Step
from labtools.clinic.draw import Draw
from labtools.clinic.needs import TRAEFIK
from labtools.clinic.objects import annotated, deployment, ingress, program, service

_DIAGNOSES = (
    phrase(
        "Two Ingresses of different classes have this path. Both are served, and the one without the restriction wins."
    ),
    phrase("The list of the addresses that are let in is too wide."),
    phrase("The restriction is written for another controller than the one that serves the Ingress."),
    phrase("Every client has the same address for the controller, one that is let in."),
    phrase("The path is matched with its case, and the restriction is for another spelling."),
)
_ANNOTATIONS = {
    "nginx.ingress.kubernetes.io/use-regex": "true",
    "nginx.ingress.kubernetes.io/whitelist-source-range": "192.0.2.0/24",
}


def scene(draw: Draw) -> Scene:
    office, *well = applications = draw.applications(3)
    host = draw.host()
    closed = ingress(
        office, {host: {f"/{office}": (office, 80)}}, class_name="nginx", path_type="ImplementationSpecific"
    )
    healthy = [program(), annotated(closed, _ANNOTATIONS)]
    healthy += [ingress(f"{name}-web", {host: {f"/{name}": (name, 80)}}) for name in well]
    for name, port in zip(sorted(applications), draw.ports(3), strict=True):
        healthy += [deployment(name, port, replicas=1), service(name)]
    url = f"http://{host}/{office}"
    return Scene(
        healthy=healthy,
        broken=[*healthy, ingress(f"{office}-web", {host: {f"/{office}": (office, 80)}})],
        asks=[
            Ask(url, "403", sick=True),
            Ask(f"{url}/list", "403", sick=True),
            *(Ask(f"http://{host}/{name}", name) for name in well),
        ],
        symptom=phrase(
            "{url} is for the addresses of our office: everybody else has to get 403, as you do. Since the weekend "
            "anybody "
            "can open it.",
            url=url,
        ),
        path=[
            Step(
                phrase("Is the restriction there, for the class of the Ingress?"),
                f"kubectl get ingress {office} -o yaml",
                phrase("Yes: whitelist-source-range, class nginx. This Ingress would refuse you."),
            ),
            Step(
                phrase("Is there another rule for this host and path?"),
                "kubectl describe ingress",
                phrase("{name}-web has it, of the class traefik: a copy without the annotations.", name=office),
            ),
            Step(
                phrase("Which of the two is served?"),
                "kubectl get ingressclass",
                phrase(
                    "Both: this Traefik has a provider for each class. Of the routers that match, it takes the longest "
                    "rule, and that of the copy is longer."
                ),
            ),
        ],
    )  # fmt: skip


CASE = Case("harbour", HARD, scene, _DIAGNOSES, (TRAEFIK,))
