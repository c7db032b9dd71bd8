"""A Service selects Pods by a label that they do not have."""

from labcore.language.messages import phrase

from labtools.clinic.case import EASY, Ask, Case, Scene, Step
from labtools.clinic.draw import Draw
from labtools.clinic.objects import changed, deployment, ingress, program, service

_DIAGNOSES = (
    phrase("The Service selects its Pods by a label that they do not have."),
    phrase("The Pods are there, but none of them is ready."),
    phrase("The Service sends requests to a port at which the application does not listen."),
    phrase("The Ingress leads to another Service than it should."),
    phrase("The application is scaled to no Pods."),
)
_LABELS = {"tier": ("frontend", "fronted"), "part": ("pages", "page"), "role": ("catalogue", "catalog")}


def scene(draw: Draw) -> Scene:
    sick, *well = applications = draw.applications(3)
    host, ports = draw.host(), dict(zip(applications, draw.ports(3), strict=True))
    key = draw.one(sorted(_LABELS))
    value, typo = _LABELS[key]
    healthy: list[dict] = [program()]
    for name in sorted(applications):
        one = service(name)
        one["spec"]["selector"][key] = value
        healthy += [deployment(name, ports[name], labels={key: value}), one]
    healthy.append(ingress("reading-room", {host: {f"/{name}": (name, 80) for name in sorted(applications)}}))
    url = f"http://{host}/{sick}"
    return Scene(
        healthy=healthy,
        broken=changed(healthy, "Service", sick, {f"spec.selector.{key}": typo}),
        asks=[
            Ask(url, sick, sick=True),
            *(Ask(f"http://{host}/{name}", name) for name in well),
            Ask(f"http://{host}/", "404"),
        ],
        symptom=phrase(
            "I cannot reach {url}: all I get is an error 503. The rest of the site is as quick as ever.", url=url
        ),
        path=[
            Step(
                phrase("Which Service does the rule lead to, and what is behind it?"),
                "kubectl describe ingress reading-room",
                phrase("The path /{name} leads to {name}:80, and no Pod stands behind it.", name=sick),
            ),
            Step(
                phrase("Why has the Service no endpoints?"),
                f"kubectl describe service {sick}",
                phrase("Its Selector wants {key}={typo}.", key=key, typo=typo),
            ),
            Step(
                phrase("Which labels do the Pods have?"),
                "kubectl get pods --show-labels",
                phrase("They are ready, and their label is {key}={value}.", key=key, value=value),
            ),
        ],
    )


CASE = Case("library", EASY, scene, _DIAGNOSES)
