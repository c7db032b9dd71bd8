"""An Ingress that was served gets a class that nobody serves, and keeps the address from before."""

from labcore.language.messages import phrase

from labtools.clinic.case import MIDDLE, Ask, Case, Scene, Step
from labtools.clinic.draw import Draw
from labtools.clinic.objects import changed, deployment, ingress, program, service

_DIAGNOSES = (
    phrase("The Ingress has a class now that no controller serves; its address is from before."),
    phrase("The Service of this page has no ready Pod."),
    phrase("Another Ingress has a rule for the same host, and it wins."),
    phrase("The Ingress names a port that its Service does not have."),
    phrase("The host of the rule is not the one that the customers use."),
)
_CLASSES = ("public", "edge", "web", "outside", "main")


def scene(draw: Draw) -> Scene:
    applications = draw.applications(3)
    sick, *well = applications
    host, other = draw.host(), draw.host("box-office")
    class_name, port = draw.one(_CLASSES), draw.one((80, 8080, 9090))
    healthy: list[dict] = [program()]
    for name in sorted(applications):
        healthy += [deployment(name, *draw.ports(1)), service(name, port=port)]
        healthy.append(ingress(name, {other if name == well[0] else host: {f"/{name}": (name, port)}}))
    url = f"http://{host}/{sick}"
    return Scene(
        healthy=healthy,
        broken=changed(healthy, "Ingress", sick, {"spec.ingressClassName": class_name}),
        live=True,
        asks=[
            Ask(url, sick, sick=True),
            Ask(f"http://{other}/{well[0]}", well[0]),
            Ask(f"http://{host}/{well[1]}", well[1]),
            Ask(f"http://{host}/", "404"),
            Ask(f"http://{other}/{sick}", "404"),
        ],
        symptom=phrase(
            "I get an error 404 at {url}. I used it yesterday, and the address is the same.", url=url
        ),
        path=[
            Step(
                phrase("Is there a rule for this host and path?"),
                "kubectl get ingress",
                phrase(
                    "The Ingress {name} has it, and an ADDRESS, so it was served once. Its CLASS is not that of the "
                    "others.", name=sick,
                ),
            ),
            Step(
                phrase("Which controller serves this class?"),
                "kubectl get ingressclass",
                phrase(
                    "There is no class {name}. A controller that leaves an Ingress does not take its address back.",
                    name=class_name,
                ),
            ),
        ],
    )  # fmt: skip


CASE = Case("theatre", MIDDLE, scene, _DIAGNOSES)
