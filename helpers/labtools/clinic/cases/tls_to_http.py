"""The name of a Service's port makes the controller speak TLS to an application that speaks HTTP."""

from labcore.language.messages import phrase

from labtools.clinic.case import HARD, Ask, Case, Scene, Step
from labtools.clinic.draw import Draw
from labtools.clinic.needs import TRAEFIK
from labtools.clinic.objects import changed, deployment, ingress, program, service

_DIAGNOSES = (
    phrase("The controller speaks TLS to an application that speaks HTTP."),
    phrase("The certificate of the Ingress has expired, so the controller ends the connection."),
    phrase("The application fails: it answers with an error of its own."),
    phrase("The Service sends requests to a port at which the application does not listen."),
    phrase("The application listens at 127.0.0.1, where only its own Pod reaches it."),
)
_NAMES = ("https", "https-web", "https-main", "https-public")


def scene(draw: Draw) -> Scene:
    sick, *well = applications = draw.applications(3)
    host, number, name = draw.host(), draw.one((80, 8080, 9000)), draw.one(_NAMES)
    healthy: list[dict] = [program()]
    for each, port in zip(sorted(applications), draw.ports(3), strict=True):
        healthy += [deployment(each, port), service(each, port=number, target=port, port_name="http")]
    healthy.append(ingress("cellar", {host: {f"/{each}": (each, number) for each in sorted(applications)}}))
    url = f"http://{host}/{sick}"
    return Scene(
        healthy=healthy,
        broken=changed(healthy, "Service", sick, {"spec.ports.0.name": name}),
        asks=[
            Ask(url, sick, sick=True),
            *(Ask(f"http://{host}/{each}", each) for each in well),
            Ask(f"http://{host}/", "404"),
        ],
        symptom=phrase(
            '{url} says "Internal Server Error". The people who wrote the page say that nothing arrives there.', url=url
        ),
        path=[
            Step(
                phrase("Is there a Pod behind the rule, at the right port?"),
                "kubectl describe ingress cellar",
                phrase("Yes: /{name} leads to {name}:{number}, behind which are two Pods.", name=sick, number=number),
            ),
            Step(
                phrase("Does the request arrive at the application?"),
                f"kubectl logs deployment/{sick}",
                phrase("No line for it. A plain request to the Pod itself is answered, so the application is well."),
            ),
            Step(
                phrase("How does the controller speak to it?"),
                f"kubectl describe service {sick}",
                phrase(
                    "The port is called {name}. Traefik speaks TLS to port 443, and to ports whose name begins with "
                    "https.", name=name,
                ),
            ),
        ],
    )  # fmt: skip


CASE = Case("brewery", HARD, scene, _DIAGNOSES, needs=(TRAEFIK,))
