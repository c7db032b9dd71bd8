"""The team's own controller may not read one of the kinds that it needs, so it has no rule at all."""

from labcore.language.messages import phrase

from labtools.clinic.case import HARD, Ask, Case, Scene, Step
from labtools.clinic.controllers import RIGHTS, controller, handed_on, served_by
from labtools.clinic.draw import Draw
from labtools.clinic.needs import OWN
from labtools.clinic.objects import deployment, ingress, program, service

_DIAGNOSES = (
    phrase("The team's own controller may not read one of the kinds of objects that it needs."),
    phrase("The Ingress names a class that no controller serves."),
    phrase("The host of the rule is not the one that the customers use."),
    phrase("The team's own controller has stopped, and its Pod is not started again."),
    phrase("The entry hands these requests on to another application than the team's own controller."),
)
_NEXT_TRY = 65.0
"""A list that was refused is asked for again after 0.8 s, then ever later: after 30 s and as much again by chance."""
_CONTROLLERS = ("edge", "gate", "door", "front")


def scene(draw: Draw) -> Scene:
    first, second, beside = applications = draw.applications(3)
    host, other, name = draw.host(), draw.host("kiosk"), draw.one(_CONTROLLERS)
    missing = draw.one([right for right in RIGHTS if right[1] in ("ingresses", "services", "endpointslices")])
    rest: list[dict] = [program(), service(name, target="web"), handed_on(name, host, name)]
    rest.append(served_by(name, ingress("site", {host: {"/": (first, 80), f"/{second}": (second, 80)}})))
    rest.append(ingress("kiosk", {other: {"/": (beside, 80)}}))
    for application, port in zip(sorted(applications), draw.ports(3), strict=True):
        rest += [deployment(application, port, replicas=1), service(application)]
    return Scene(
        healthy=[*rest, *controller(name)],
        broken=[*rest, *controller(name, rights=[right for right in RIGHTS if right != missing])],
        asks=[
            Ask(f"http://{host}/", first, sick=True),
            Ask(f"http://{host}/{second}", second, sick=True),
            Ask(f"http://{other}/", beside),
        ],
        symptom=phrase(
            "Every page of {host} is not found (404) since last night, when our own controller was started anew. "
            "{other}, which does not go through it, works.",
            host=host, other=other,
        ),
        path=[
            Step(
                phrase("Who says 404?"),
                "kubectl get ingress",
                phrase(
                    "The entry hands {host} on to the Service {name}, the team's own controller. The Ingress site "
                    "is for it.",
                    host=host, name=name,
                ),
            ),
            Step(
                phrase("Does that controller run, and what does it log?"),
                f"kubectl logs deployment/{name} --tail=3",
                phrase("It runs, and says again and again: {kind} is forbidden.", kind=missing[1]),
            ),
            Step(
                phrase("May its account read them?"),
                f"kubectl auth can-i list {missing[1]}.{missing[0]}".rstrip(".")
                + f" --as=system:serviceaccount:clinic:{name}",
                phrase("No. Without one of the lists that it begins with, Traefik makes no rule at all."),
            ),
            Step(
                phrase("Which rights does it have?"),
                f"kubectl describe role {name}",
                phrase(
                    "The line for {kind} is missing. When it is back, Traefik lists them the next time that it tries, "
                    "which may be a minute later; `kubectl rollout restart deployment/{name}` makes it try at once.",
                    kind=missing[1], name=name,
                ),
            ),
        ],
    )  # fmt: skip


CASE = Case("hospital", HARD, scene, _DIAGNOSES, (OWN,), patience=_NEXT_TRY)
