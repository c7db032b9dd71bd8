"""The Gateway of another namespace takes only its own routes, which is the default of a listener."""

from labcore.language.messages import phrase

from labtools.clinic import gateways
from labtools.clinic.case import MIDDLE, NAMESPACE, Ask, Case, Scene, Step
from labtools.clinic.draw import Draw
from labtools.clinic.objects import changed, deployment, elsewhere, program, service

_DIAGNOSES = (
    phrase("The listener of the Gateway takes only routes of its own namespace."),
    phrase("The listener names a port at which the controller does not listen."),
    phrase("The route names a Gateway, or a listener of it, that is not there."),
    phrase("The listener is for other hosts than the route."),
    phrase("The namespace of the Service has not permitted the reference."),
)
_GATES = "clinic-gates"


def scene(draw: Draw) -> Scene:
    first, second, beside = applications = draw.applications(3)
    host, other = gateways.host(draw.host()), gateways.host(draw.host("dome"))
    name, their = draw.some(2, ("public", "main", "north", "south", "outside"))
    let_in = {"from": "Selector", "selector": {"matchLabels": {"kubernetes.io/metadata.name": NAMESPACE}}}
    ours = gateways.route(
        "site", {"name": name, "namespace": _GATES}, host, {"/": _to(first), f"/{second}": _to(second)}
    )
    healthy = [program(), ours]
    gates = [gateways.gateway(name, let_in), gateways.gateway(their, {"from": "Same"}), program()]
    gates.append(gateways.route("dome", {"name": their}, other, {"/": _to(beside)}))
    for application, port in zip(applications, draw.ports(3), strict=True):
        to = gates if application == beside else healthy
        to += [deployment(application, port, replicas=1), service(application)]
    healthy += elsewhere(_GATES, gates)
    same = {"spec.listeners.0.allowedRoutes": {"namespaces": {"from": "Same"}}}
    return Scene(
        healthy=healthy,
        broken=changed(healthy, "Gateway", name, same),
        asks=[
            Ask(f"http://{host}/", first, sick=True),
            Ask(f"http://{host}/{second}", second, sick=True),
            Ask(f"http://{other}/", beside),
        ],
        symptom=phrase(
            "All pages of {host} are not found (404) since you put the Gateways in order. {other} works.",
            host=host, other=other,
        ),
        path=[
            Step(
                phrase("Is there a route for this host?"),
                "kubectl get httproutes",
                phrase("Yes: site. The table does not show whether a Gateway takes it."),
            ),
            Step(
                phrase("What does its status say?"),
                "kubectl describe httproute site",
                phrase("Accepted: False, with the reason NotAllowedByListeners."),
            ),
            Step(
                phrase("Whose routes does the listener take?"),
                f"kubectl get gateway {name} -n {_GATES} -o yaml",
                phrase("allowedRoutes.namespaces.from is Same: those of {namespace}, and the route is in {own}.",
                       namespace=_GATES, own=NAMESPACE),
            ),
        ],
    )  # fmt: skip


def _to(service_name: str) -> dict:
    return {"name": service_name, "port": 80}


CASE = Case(
    "observatory", MIDDLE, scene, _DIAGNOSES, (gateways.NEED,), elsewhere=(_GATES,), equipment=gateways.EQUIPMENT
)
