"""An Ingress names a port that its Service calls otherwise."""

from labcore.language.messages import phrase

from labtools.clinic.case import EASY, Ask, Case, Scene, Step
from labtools.clinic.draw import Draw
from labtools.clinic.objects import changed, deployment, ingress, program, service

_DIAGNOSES = (
    phrase("The Ingress names a port of the Service by a name that the Service does not have."),
    phrase("The Service sends requests to a port at which the application does not listen."),
    phrase("The path type of the rule fits fewer paths than it should."),
    phrase("No controller serves the class of the Ingress."),
    phrase("The Service has lost its Pods: its selector fits none."),
)
_NAMES = ("http", "web", "main", "public", "site", "front")


def scene(draw: Draw) -> Scene:
    sick, *well = applications = draw.applications(3)
    host, neighbour = draw.host(), draw.host("studio")
    name, other = draw.some(2, _NAMES)
    healthy: list[dict] = [program()]
    for each, port in zip(sorted(applications), draw.ports(3), strict=True):
        healthy += [deployment(each, port), service(each, port_name=name, target=port)]
    healthy.append(ingress("rooms", {host: {f"/{each}": (each, name) for each in sorted((sick, well[0]))}}))
    healthy.append(ingress("workshop", {neighbour: {"/": (well[1], name)}}))
    url = f"http://{host}/{sick}"
    return Scene(
        healthy=healthy,
        broken=changed(healthy, "Service", sick, {"spec.ports.0.name": other}),
        asks=[
            Ask(url, sick, sick=True),
            Ask(f"http://{host}/{well[0]}", well[0]),
            Ask(f"http://{neighbour}/", well[1]),
            Ask(f"http://{host}/", "404"),
        ],
        symptom=phrase(
            "{url} does not open any more, I only see an error page. {other} on the same site does open.",
            url=url, other=f"/{well[0]}",
        ),
        path=[
            Step(
                phrase("Which Service and port does the rule lead to?"),
                "kubectl describe ingress rooms",
                phrase("The path /{service} leads to {service}:{port}.", service=sick, port=name),
            ),
            Step(
                phrase("Does the Service have this port?"),
                f"kubectl describe service {sick}",
                phrase("Its endpoints are there, but its port is called {other}, not {port}.", other=other, port=name),
            ),
        ],
    )  # fmt: skip


CASE = Case("gallery", EASY, scene, _DIAGNOSES)
