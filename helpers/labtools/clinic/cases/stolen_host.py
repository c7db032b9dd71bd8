"""A rule of another namespace matches every host of the town, and its path makes it the longer one."""

from labcore.language.messages import phrase

from labtools.clinic.case import HARD, Ask, Case, Scene, Step
from labtools.clinic.draw import Draw
from labtools.clinic.needs import TRAEFIK
from labtools.clinic.objects import changed, deployment, elsewhere, ingress, program, service

_DIAGNOSES = (
    phrase("A rule of another Ingress matches this URL, too, and wins."),
    phrase("The Service of the site also selects Pods of another application."),
    phrase("A second rule of the same Ingress matches this URL, and wins."),
    phrase("The application was started with the settings of another one."),
    phrase("The rule for this path is gone, and the controller's default backend answers."),
)
_NEIGHBOUR = "clinic-b"
_PATHS = ("/contact", "/imprint", "/jobs", "/terms")


def scene(draw: Draw) -> Scene:
    site, beside, theirs = draw.applications(3)
    host, their_host, path = draw.host(), draw.host("company"), draw.one(_PATHS)
    every_host = draw.host("*")
    healthy = [program(), ingress("web", {host: {"/": (site, 80), f"/{beside}": (beside, 80)}})]
    for name, port in zip(sorted((site, beside)), draw.ports(2), strict=True):
        healthy += [deployment(name, port, replicas=1), service(name)]
    healthy += elsewhere(
        _NEIGHBOUR,
        [
            program(),
            deployment(theirs, *draw.ports(1), replicas=1),
            service(theirs),
            ingress("main", {their_host: {path: (theirs, 80)}}),
        ],
    )
    url = f"http://{host}{path}"
    return Scene(
        healthy=healthy,
        broken=changed(healthy, "Ingress", "main", {"spec.rules.0.host": every_host}),
        asks=[
            Ask(url, site, sick=True, path=path),
            Ask(f"http://{host}/", site),
            Ask(f"http://{host}/{beside}", beside),
            Ask(f"http://{their_host}{path}", theirs),
            Ask(f"http://{their_host}/", "404"),
        ],
        symptom=phrase(
            "{url} has shown a page since yesterday that is not ours. The other pages of the site are as always, "
            "and we "
            "have changed nothing.",
            url=url,
        ),
        path=[
            Step(
                phrase("Which application answers?"),
                f"curl -s -H 'Host: {host}' $INGRESS_HTTP{path}",
                phrase("{name}. No Service of this namespace has this name.", name=theirs),
            ),
            Step(
                phrase("Do the site's own rule and Service lead to the right Pods?"),
                "kubectl describe ingress web",
                phrase("Yes: / leads to {name}, and its Pods are there.", name=site),
            ),
            Step(
                phrase("Which other rule matches this host and path?"),
                "kubectl get ingress --all-namespaces",
                phrase("The Ingress main of another namespace has the host {host}.", host=every_host),
            ),
            Step(
                phrase("Which of the two is the longer rule?"),
                f"kubectl describe ingress main -n {_NEIGHBOUR}",
                phrase(
                    "{host} with {path} is longer than {own} with /. Traefik takes the longest rule, not the most "
                    "precise "
                    "host; a path of its own in the Ingress web, or a higher router.priority, wins against it.",
                    host=every_host, path=path, own=host,
                ),
            ),
        ],
    )  # fmt: skip


CASE = Case("airport", HARD, scene, _DIAGNOSES, (TRAEFIK,), elsewhere=(_NEIGHBOUR,))
