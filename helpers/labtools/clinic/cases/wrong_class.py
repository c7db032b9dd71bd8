"""An Ingress names a class that no controller serves."""

from labcore.language.messages import phrase

from labtools.clinic.case import EASY, Ask, Case, Scene, Step
from labtools.clinic.draw import Draw
from labtools.clinic.objects import changed, deployment, ingress, program, service

_DIAGNOSES = (
    phrase("No controller serves the class of the Ingress."),
    phrase("The rule of the Ingress names a Service that does not exist."),
    phrase("No Pod of the application is ready."),
    phrase("The Ingress has no rule for the path that is asked for."),
    phrase("Another Ingress has a rule for the same host, and it wins."),
)
_CLASSES = ("haproxy", "internal", "kong", "contour", "nginx-public", "traefik-public", "alb")


def scene(draw: Draw) -> Scene:
    first, second, other = draw.applications(3)
    host, neighbour, class_name = draw.host(), draw.host("greenhouse"), draw.one(_CLASSES)
    ports = dict(zip((first, second, other), draw.ports(3), strict=True))
    names = draw.some(2, ("front", "shop", "window", "garden"))
    healthy: list[dict] = [program()]
    for name in sorted(ports):
        healthy += [deployment(name, ports[name]), service(name)]
    healthy.append(ingress(names[0], {host: {f"/{first}": (first, 80), f"/{second}": (second, 80)}}))
    healthy.append(ingress(names[1], {neighbour: {"/": (other, 80)}}))
    url = f"http://{host}/{first}"
    return Scene(
        healthy=healthy,
        broken=changed(healthy, "Ingress", names[0], {"spec.ingressClassName": class_name}),
        asks=[
            Ask(url, first, sick=True),
            Ask(f"http://{host}/{second}", second, sick=True),
            Ask(f"http://{neighbour}/", other),
            Ask(f"http://{host}/", "404"),
        ],
        symptom=phrase(
            "Your site {host} is gone: every page answers 404. Your other site, {other}, works.",
            host=host, other=neighbour,
        ),
        path=[
            Step(
                phrase("Is there a rule for this host, and does a controller serve it?"),
                "kubectl get ingress",
                phrase("{name} has the host, but no ADDRESS. Its CLASS is {cls}.", name=names[0], cls=class_name),
            ),
            Step(
                phrase("Which classes are there?"),
                "kubectl get ingressclass",
                phrase("{cls} is not one of them, so every controller passes the Ingress over.", cls=class_name),
            ),
        ],
    )  # fmt: skip


CASE = Case("florist", EASY, scene, _DIAGNOSES)
