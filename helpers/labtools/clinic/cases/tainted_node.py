"""The only node on which an application may run has a taint that it does not tolerate."""

from typing import TYPE_CHECKING

from labcore.language.messages import phrase

from labtools.clinic import nodes
from labtools.clinic.case import EASY, Ask, Case, Scene, Step
from labtools.clinic.draw import Draw
from labtools.clinic.handling import delete_all
from labtools.clinic.needs import OWN
from labtools.clinic.objects import deployment, ingress, program, service

if TYPE_CHECKING:
    from labtools.clinic.ground import Ground

_DIAGNOSES = (
    phrase("The Pods cannot be placed: the only node for them has a taint that they do not tolerate."),
    phrase("The Service selects no Pod: a label of its selector is another one than that of the Pods."),
    phrase("The Pods run, and are not ready: their readiness probe fails."),
    phrase("The Pods do not start: their image cannot be pulled."),
    phrase("There are no Pods: the Deployment is scaled to 0."),
)
_TAINTS = {"example.com/team": "data", "example.com/use": "batch", "example.com/disk": "archive"}


def _tidy(ground: "Ground") -> None:
    nodes.untaint(ground.api, list(_TAINTS))


def scene(draw: Draw) -> Scene:
    sick, *well = applications = draw.applications(3)
    host, number, key = draw.host(), draw.one((1, 2)), draw.one(list(_TAINTS))
    objects = [program(), ingress("site", {host: {f"/{name}": (name, 80) for name in sorted(applications)}})]
    for name, port in zip(sorted(applications), draw.ports(3), strict=True):
        made = deployment(name, port, replicas=1)
        if name == sick:
            made["spec"]["template"]["spec"]["nodeSelector"] = {"kubernetes.io/hostname": f"@node{number}@"}
        objects += [made, service(name)]

    def strike(ground: "Ground") -> None:
        nodes.taint(ground.api, nodes.name(ground.api, number), key, _TAINTS[key])
        delete_all(ground, "pods", f"app={sick}")

    url = f"http://{host}/{sick}"
    return Scene(
        healthy=objects,
        broken=objects,
        strike=strike,
        tidy=_tidy,
        asks=[Ask(url, sick, sick=True), *(Ask(f"http://{host}/{name}", name) for name in well)],
        symptom=phrase(
            '{url} says "no available server" since the machines were looked after at night. The other pages '
            'work.', url=url
        ),
        path=[
            Step(
                phrase("Does the rule lead to a Service that has Pods?"),
                "kubectl describe ingress site",
                phrase("/{name} leads to {name}:80, and no address stands behind it.", name=sick),
            ),
            Step(
                phrase("What do its Pods do?"),
                f"kubectl get pods -l app={sick}",
                phrase("They are Pending: no node was found for them."),
            ),
            Step(
                phrase("Why do they find none?"),
                f"kubectl describe pod -l app={sick}",
                phrase(
                    "FailedScheduling: one node has the taint {taint}, and the others do not have the label that "
                    "the Pods ask "
                    "for.",
                    taint=f"{key}={_TAINTS[key]}",
                ),
            ),
            Step(
                phrase("Which node is it?"),
                "kubectl get nodes -o custom-columns=NAME:.metadata.name,TAINTS:.spec.taints[*].key",
                phrase(
                    "The node that the nodeSelector names has it. Take the taint away, tolerate it, or choose "
                    "another node."
                ),
            ),
        ],
    )  # fmt: skip


CASE = Case("hotel", EASY, scene, _DIAGNOSES, (OWN,))
