"""An application listens at 127.0.0.1, where only its own Pod reaches it."""

from labcore.language.messages import phrase

from labtools.clinic.case import HARD, Ask, Case, Scene, Step
from labtools.clinic.draw import Draw
from labtools.clinic.objects import changed, deployment, ingress, program, service

_DIAGNOSES = (
    phrase("The application listens at 127.0.0.1, where only its own Pod reaches it."),
    phrase("The Service sends requests to a port at which the application does not listen."),
    phrase("The controller speaks TLS to an application that speaks HTTP."),
    phrase("The application ends in the middle of each request."),
    phrase("The Pods are not ready, and the controller sends requests to them all the same."),
)
_HOST = "spec.template.spec.containers.0.env.2.value"


def scene(draw: Draw) -> Scene:
    sick, *well = applications = draw.applications(3)
    host = draw.host()
    healthy: list[dict] = [program()]
    for name, port in zip(sorted(applications), draw.ports(3), strict=True):
        made = deployment(name, port, replicas=1, env={"HOST": "0.0.0.0"}, probed=False)  # noqa: S104 - of a Pod
        healthy += [_alone(made), service(name)]
    healthy.append(ingress("yard", {host: {f"/{name}": (name, 80) for name in sorted(applications)}}))
    url = f"http://{host}/{sick}"
    return Scene(
        healthy=healthy,
        broken=changed(healthy, "Deployment", sick, {_HOST: "127.0.0.1"}),
        asks=[
            Ask(url, sick, sick=True),
            *(Ask(f"http://{host}/{name}", name) for name in well),
            Ask(f"http://{host}/", "404"),
        ],
        symptom=phrase(
            '{url} is down, "Bad Gateway". Your colleague says that all Pods are green, so please look again.', url=url
        ),
        path=[
            Step(
                phrase("Is there a Pod behind the rule?"),
                "kubectl describe ingress yard",
                phrase("Yes: /{name} leads to a Pod that is ready. The rule and the Service are right.", name=sick),
            ),
            Step(
                phrase("Is its port the right one?"),
                f"kubectl logs deployment/{sick}",
                phrase("It listens on the port that the endpoint names. The log does not say at which address."),
            ),
            Step(
                phrase("What is the application told about its address?"),
                f"kubectl set env deployment/{sick} --list",
                phrase("HOST=127.0.0.1, where only its own Pod reaches it. A readiness probe would have shown this."),
            ),
        ],
    )


def _alone(made: dict) -> dict:
    """A new Pod starts when the old one is gone: on the local cluster they have 127.0.0.1 in common."""
    made["spec"]["strategy"] = {"type": "Recreate"}
    return made


CASE = Case("garage", HARD, scene, _DIAGNOSES)
