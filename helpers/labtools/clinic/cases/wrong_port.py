"""A Service leads to a port at which its application does not listen."""

from labcore.language.messages import phrase

from labtools.clinic.case import EASY, Ask, Case, Scene, Step
from labtools.clinic.draw import Draw
from labtools.clinic.objects import changed, deployment, ingress, program, service

_DIAGNOSES = (
    phrase("The Service sends requests to a port at which the application does not listen."),
    phrase("No Pod of the application is ready."),
    phrase("The rule of the Ingress names a Service that does not exist."),
    phrase("The Service selects no Pod."),
    phrase("The application fails whenever it is asked for this page."),
)


def scene(draw: Draw) -> Scene:
    sick, *well = applications = draw.applications(3)
    host, ports = draw.host(), draw.ports(4)
    numbers = dict(zip(applications, ports, strict=False))
    healthy = [program(), ingress("shop", {host: {f"/{name}": (name, 80) for name in sorted(applications)}})]
    for name in sorted(applications):
        healthy += [deployment(name, numbers[name]), service(name, target=numbers[name])]
    url = f"http://{host}/{sick}"
    return Scene(
        healthy=healthy,
        broken=changed(healthy, "Service", sick, {"spec.ports.0.targetPort": ports[-1]}),
        asks=[
            Ask(url, sick, sick=True),
            *(Ask(f"http://{host}/{name}", name) for name in well),
            Ask(f"http://{host}/", "404"),
            Ask(f"http://{draw.host('office')}/{sick}", "404"),
        ],
        symptom=phrase(
            'Since this morning {url} shows me nothing but "Bad Gateway". All other pages are as always.', url=url
        ),
        path=[
            Step(
                phrase("Which Service does the rule lead to?"),
                "kubectl describe ingress shop",
                phrase("The path /{name} leads to {name}:80, with two Pods behind it: the rule is right.", name=sick),
            ),
            Step(
                phrase("To which port of the Pods does the Service send?"),
                f"kubectl describe service {sick}",
                phrase("TargetPort is {port}, and so are the Endpoints.", port=ports[-1]),
            ),
            Step(
                phrase("At which port does the application listen?"),
                f"kubectl logs deployment/{sick}",
                phrase("It listens on port {port}. That is where the Service has to send.", port=numbers[sick]),
            ),
        ],
    )


CASE = Case("bakery", EASY, scene, _DIAGNOSES)
