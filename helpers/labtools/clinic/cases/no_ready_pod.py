"""A readiness probe asks for a path that the application does not have, so no Pod is ready."""

from labcore.language.messages import phrase

from labtools.clinic.case import EASY, Ask, Case, Scene, Step
from labtools.clinic.draw import Draw
from labtools.clinic.objects import changed, deployment, ingress, program, service

_DIAGNOSES = (
    phrase("No Pod is ready: the readiness probe asks for something that the application does not have."),
    phrase("The Pods crash again and again."),
    phrase("The Service selects its Pods by a label that they do not have."),
    phrase("No node takes the Pods, so they wait for a place."),
    phrase("The Pods have too little time: the application answers its readiness probe too late."),
)
_ASKED = ("/ready", "/readyz", "/health", "/status", "/ping")
_PROBE = "spec.template.spec.containers.0.readinessProbe.httpGet.path"


def scene(draw: Draw) -> Scene:
    sick, *well = applications = draw.applications(3)
    host, asked = draw.host(), draw.one(_ASKED)
    healthy: list[dict] = [program()]
    for name, port in zip(sorted(applications), draw.ports(3), strict=True):
        healthy += [deployment(name, port, env={"PATHS": f"/{name} /{name}/today"}), service(name)]
    healthy.append(ingress("counter", {host: {f"/{name}": (name, 80) for name in sorted(applications)}}))
    url = f"http://{host}/{sick}"
    return Scene(
        healthy=healthy,
        broken=changed(healthy, "Deployment", sick, {_PROBE: asked}),
        asks=[
            Ask(url, sick, sick=True),
            Ask(f"{url}/today", sick, sick=True),
            *(Ask(f"http://{host}/{name}", name) for name in well),
            Ask(f"http://{host}/{well[0]}/none", "404"),
            Ask(f"http://{host}/", "404"),
        ],
        symptom=phrase("Nobody at our counter can open {url} since your work last night: error 503.", url=url),
        path=[
            Step(
                phrase("Which Service does the rule lead to, and what is behind it?"),
                "kubectl describe ingress counter",
                phrase("The path /{name} leads to {name}:80, and no ready Pod stands behind it.", name=sick),
            ),
            Step(
                phrase("How are its Pods?"),
                "kubectl get pods",
                phrase("Those of {name} run, and stay at READY 0/1.", name=sick),
            ),
            Step(
                phrase("Why are they not ready?"),
                f"kubectl describe pods -l app={sick}",
                phrase("The readiness probe fails: the application answers {path} with 404.", path=asked),
            ),
        ],
    )


CASE = Case("pharmacy", EASY, scene, _DIAGNOSES)
