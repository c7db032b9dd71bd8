"""The rewrite of an Ingress is written for another controller than the one that its class names."""

from labcore.language.messages import phrase

from labtools.clinic.case import MIDDLE, Ask, Case, Scene, Step
from labtools.clinic.draw import Draw
from labtools.clinic.needs import TRAEFIK
from labtools.clinic.objects import annotated, changed, deployment, ingress, program, service

_DIAGNOSES = (
    phrase("The rewrite is written for another controller than the one that serves the Ingress: it has no effect."),
    phrase("The path of the rule does not match this URL, and the controller answers itself."),
    phrase("The application was replaced by a version that does not have this page."),
    phrase("The rule leads to the Service of another application."),
    phrase("The rewrite turns the path into one with a doubled slash."),
)
_NGINX, _TRAEFIK_1 = "nginx.ingress.kubernetes.io/rewrite-target", "traefik.ingress.kubernetes.io/rewrite-target"


def scene(draw: Draw) -> Scene:
    sick, *well = applications = draw.applications(3)
    host = draw.host()
    ours = annotated(ingress(sick, {host: {f"/{sick}": (sick, 80)}}, class_name="nginx"), {_NGINX: "/"})
    healthy: list[dict] = [program(), ours]
    healthy += [ingress(name, {host: {f"/{name}": (name, 80)}}) for name in well]
    for name, port in zip(sorted(applications), draw.ports(3), strict=True):
        healthy += [
            deployment(name, port, replicas=1, env={"PATHS": f"/ /{name}/" if name == sick else f"/{name}"}),
            service(name),
        ]
    url = f"http://{host}/{sick}"
    by_class = draw.one((True, False))
    wrong = {"spec.ingressClassName": "traefik"} if by_class else {"metadata.annotations": {_TRAEFIK_1: "/"}}
    return Scene(
        healthy=healthy,
        broken=changed(healthy, "Ingress", sick, wrong),
        asks=[
            Ask(url, sick, sick=True),
            *(Ask(f"http://{host}/{name}", name) for name in well),
            Ask(f"http://{host}/", "404"),
        ],
        symptom=phrase(
            "{url} is not found (404) since you tidied up your settings. The other pages are there.", url=url
        ),
        path=[
            Step(
                phrase("Who says 404: the controller or the application?"),
                f"curl -s -H 'Host: {host}' $INGRESS_HTTP/{sick}",
                phrase("The application {name}: so rule, Service and Pods are well.", name=sick),
            ),
            Step(
                phrase("Which path did the application get?"),
                f"kubectl logs deployment/{sick} --tail=1",
                phrase("/{name}, as the client wrote it.", name=sick),
            ),
            Step(
                phrase("Which paths does it know?"),
                f"kubectl set env deployment/{sick} --list",
                phrase("PATHS has / and /{name}/, and not /{name}: the path was to become / on the way.", name=sick),
            ),
            Step(
                phrase("Who was to change the path, and who serves the Ingress?"),
                f"kubectl get ingress {sick} -o yaml",
                phrase(
                    "The annotation is {annotation}, and the class is {class_name}: whoever serves this class does not "
                    "read this annotation.",
                    annotation=_NGINX if by_class else _TRAEFIK_1, class_name="traefik" if by_class else "nginx",
                ),
            ),
        ],
    )  # fmt: skip


CASE = Case("embassy", MIDDLE, scene, _DIAGNOSES, (TRAEFIK,))
