"""A route leads to a Service of another namespace, which does not permit it (any more)."""

from labcore.language.messages import phrase

from labtools.clinic import gateways
from labtools.clinic.case import MIDDLE, NAMESPACE, Ask, Case, Scene, Step
from labtools.clinic.draw import Draw
from labtools.clinic.objects import changed, deployment, elsewhere, program, service

_DIAGNOSES = (
    phrase("The other namespace does not permit that the route leads to this Service of it."),
    phrase("The Service that the route names does not exist in the other namespace."),
    phrase("The route names a port that the Service does not have."),
    phrase("The rule has a filter that the controller does not know."),
    phrase("The application itself fails whenever it is asked for this page."),
)
_TEAM = "clinic-team"


def scene(draw: Draw) -> Scene:
    site, theirs, spare = draw.applications(3)
    host, name = gateways.host(draw.host()), draw.one(("public", "main", "outside"))
    to_them = {"name": theirs, "namespace": _TEAM, "port": 80}
    to_spare = {"name": spare, "namespace": _TEAM, "port": 80}
    rules = {"/": {"name": site, "port": 80}, f"/{theirs}": to_them, f"/{spare}": to_spare}
    team = [program(), gateways.grant("first", NAMESPACE, theirs), gateways.grant("second", NAMESPACE, spare)]
    first, *ports = draw.ports(3)
    for application, port in zip(sorted((theirs, spare)), ports, strict=True):
        team += [deployment(application, port, replicas=1), service(application)]
    healthy = [program(), deployment(site, first, replicas=1), service(site), gateways.gateway(name, {"from": "Same"})]
    healthy += [gateways.route("site", {"name": name}, host, rules), *elsewhere(_TEAM, team)]
    wrong: dict = draw.one(
        ({"spec.to.0.name": draw.one(("catalogue", "forum", "desk"))}, {"spec.from.0.namespace": "default"},
         {"spec.from.0.kind": "GRPCRoute"})
    )  # fmt: skip
    url = f"http://{host}/{theirs}"
    return Scene(
        healthy=healthy,
        broken=changed(healthy, "ReferenceGrant", "first", wrong),
        asks=[
            Ask(url, theirs, sick=True),
            Ask(f"http://{host}/{spare}", spare),
            Ask(f"http://{host}/", site),
        ],
        symptom=phrase(
            '{url} answers with "500 Internal Server Error" since the teams have parted their namespaces. The pages '
            'beside '
            "it work.",
            url=url,
        ),
        path=[
            Step(
                phrase("Does the request reach the application?"),
                f"kubectl logs -n {_TEAM} deployment/{theirs} --tail=3",
                phrase("No: so the 500 comes from the controller."),
            ),
            Step(
                phrase("What does the status of the route say?"),
                "kubectl describe httproute site",
                phrase("ResolvedRefs: False, with the reason RefNotPermitted."),
            ),
            Step(
                phrase("What does the other namespace permit?"),
                f"kubectl get referencegrants -n {_TEAM} -o yaml",
                phrase(
                    "No ReferenceGrant there has all of this: HTTPRoutes, of the namespace {own}, to the Service "
                    "{name}.",
                    own=NAMESPACE, name=theirs,
                ),
            ),
        ],
    )  # fmt: skip


CASE = Case("stadium", MIDDLE, scene, _DIAGNOSES, (gateways.NEED,), elsewhere=(_TEAM,), equipment=gateways.EQUIPMENT)
