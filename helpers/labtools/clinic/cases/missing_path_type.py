"""A rule fits its path alone, and not what is below it."""

from labcore.language.messages import phrase

from labtools.clinic.case import EASY, Ask, Case, Scene, Step
from labtools.clinic.draw import Draw
from labtools.clinic.objects import changed, deployment, ingress, program, service

_DIAGNOSES = (
    phrase("The path type of the rule fits the path alone, and nothing below it."),
    phrase("The application does not know these pages."),
    phrase("A longer rule sends these pages to another Service."),
    phrase("An annotation cuts the path off before the application sees it."),
    phrase("The links lead to a host for which there is no rule."),
)


def scene(draw: Draw) -> Scene:
    sick, *well = applications = draw.applications(3)
    host, number = draw.host(), draw.number(100, 999)
    healthy: list[dict] = [program()]
    for name, port in zip(sorted(applications), draw.ports(3), strict=True):
        healthy += [deployment(name, port), service(name)]
    order = [*draw.some(2, (sick, well[0])), well[1]]
    healthy.append(ingress("stalls", {host: {f"/{name}": (name, 80) for name in order}}))
    place = f"spec.rules.0.http.paths.{order.index(sick)}.pathType"
    url = f"http://{host}/{sick}/{number}"
    return Scene(
        healthy=healthy,
        broken=changed(healthy, "Ingress", "stalls", {place: "Exact"}),
        asks=[
            Ask(url, sick, sick=True, path=f"/{sick}/{number}"),
            Ask(f"{url}/print", sick, sick=True),
            Ask(f"http://{host}/{sick}", sick),
            *(Ask(f"http://{host}/{name}/{number}", name) for name in well),
            Ask(f"http://{host}/{sick}s", "404"),
            Ask(f"http://{host}/", "404"),
        ],
        symptom=phrase(
            "http://{host}/{name} opens as always. Whatever I choose there, {url} for example, is not found.",
            host=host, name=sick, url=url,
        ),
        path=[
            Step(
                phrase("Who answers, the application or the controller?"),
                f"curl -si -H 'Host: {host}' $INGRESS_HTTP/{sick}/{number}",
                phrase("The controller: the application would answer in JSON. So no rule fits."),
            ),
            Step(
                phrase("Which rules are there for this host?"),
                "kubectl describe ingress stalls",
                phrase("/{name} leads to the right Service. The type of the path is not shown here.", name=sick),
            ),
            Step(
                phrase("Which paths does the rule fit?"),
                "kubectl get ingress stalls -o yaml",
                phrase("It has pathType: Exact. The other rules have Prefix, which also fits what is below the path."),
            ),
        ],
    )  # fmt: skip


CASE = Case("market", EASY, scene, _DIAGNOSES)
