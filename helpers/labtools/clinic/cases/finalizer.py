"""An Ingress was deleted, and stays: it has a finalizer that nobody removes, and the controller serves it on."""

from typing import TYPE_CHECKING

from labcore.language.messages import phrase

from labtools.clinic.case import HARD, Ask, Case, Scene, Step
from labtools.clinic.draw import Draw
from labtools.clinic.handling import delete
from labtools.clinic.objects import deployment, ingress, program, service

if TYPE_CHECKING:
    from labtools.clinic.ground import Ground

_DIAGNOSES = (
    phrase("The Ingress was deleted, and is still there: it has a finalizer that nobody removes."),
    phrase("Somebody has made the Ingress anew after it was deleted."),
    phrase("Another Ingress has the same path, and was not deleted."),
    phrase("The controller has lost the API, and still works by the rules of before."),
    phrase("The page is a copy that a cache on the way still has."),
)
_PATHS = ("/sale", "/fair", "/festival", "/closed")


def scene(draw: Draw) -> Scene:
    site, old, beside = draw.applications(3)
    host, path, owner = draw.host(), draw.one(_PATHS), draw.one(("backup", "billing", "inventory"))
    healthy = [program(), ingress("site", {host: {"/": (site, 80), f"/{beside}": (beside, 80)}})]
    for name, port in zip(sorted((site, old, beside)), draw.ports(3), strict=True):
        healthy += [deployment(name, port, replicas=1), service(name)]
    name = path.removeprefix("/")
    stays = ingress(name, {host: {path: (old, 80)}})
    stays["metadata"]["finalizers"] = [f"{owner}.example.com/done"]

    def strike(ground: "Ground") -> None:
        delete(ground, "ingresses", name)

    url = f"http://{host}{path}"
    return Scene(
        healthy=healthy,
        broken=[*healthy, stays],
        strike=strike,
        asks=[
            Ask(url, site, sick=True, path=path),
            Ask(f"http://{host}/", site),
            Ask(f"http://{host}/{beside}", beside),
        ],
        symptom=phrase(
            "The page {url} was for last week only. You wrote that you have deleted it, and still we see it: there "
            "the site "
            "has to answer again.",
            url=url,
        ),
        path=[
            Step(
                phrase("Which application answers?"),
                f"curl -s -H 'Host: {host}' $INGRESS_HTTP{path}",
                phrase("{name}, not {site}: so there is still a rule for this path.", name=old, site=site),
            ),
            Step(
                phrase("Which rule is it?"),
                "kubectl get ingress",
                phrase("The Ingress {name}, which was to be deleted.", name=name),
            ),
            Step(
                phrase("Was it deleted?"),
                f"kubectl get ingress {name} -o yaml",
                phrase(
                    "It has a deletionTimestamp, so somebody has asked for it. It also has the finalizer "
                    "{owner}.example.com/done: until that is removed the API keeps the object, and Traefik serves it.",
                    owner=owner,
                ),
            ),
            Step(
                phrase("Who should remove the finalizer?"),
                "kubectl get pods --all-namespaces",
                phrase("The program that put it there. It does not run any more, so you do it: kubectl patch."),
            ),
        ],
    )  # fmt: skip


CASE = Case("station", HARD, scene, _DIAGNOSES)
