"""The team's own controller, at a port of its node, was moved to another one than its clients are sent to."""

from labcore.language.messages import phrase

from labtools.clinic.case import MIDDLE, Ask, Case, Scene, Step
from labtools.clinic.controllers import controller, handed_on, served_by
from labtools.clinic.draw import Draw
from labtools.clinic.needs import TWO_NODES
from labtools.clinic.objects import changed, deployment, ingress, program, service

_DIAGNOSES = (
    phrase("The team's own controller runs on another node than the one to which its clients are sent."),
    phrase("The team's own controller runs on the right node, and listens at another port of it."),
    phrase("The team's own controller is not there: its Pod cannot be started."),
    phrase("The application listens at another port than the one to which its Service sends."),
    phrase("The entry speaks HTTPS to a port that expects HTTP."),
)
_CONTROLLERS = ("edge", "gate", "door", "front")
_BALANCER = "balancer"
_HOST_PORTS = (
    "kubectl get pods "
    "-o custom-columns=NAME:.metadata.name,HOSTPORT:.spec.containers[*].ports[*].hostPort,NODE:.spec.nodeName"
)


def scene(draw: Draw) -> Scene:
    site, beside = draw.applications(2)
    host, other, name = draw.host(), draw.host("office"), draw.one(_CONTROLLERS)
    right, wrong = draw.some(2, (1, 2))
    node_port = draw.number(8011, 8039)
    healthy = [program(), *controller(name, node=f"@node{right}@", host_port=node_port)]
    healthy += [*_door(f"@address{right}@", node_port), handed_on(name, host, _BALANCER)]
    healthy.append(served_by(name, ingress("site", {host: {"/": (site, 80)}})))
    healthy.append(ingress("office", {other: {"/": (beside, 80)}}))
    for application, port in zip(sorted((site, beside)), draw.ports(2), strict=True):
        healthy += [deployment(application, port, replicas=1), service(application)]
    selector = {"spec.template.spec.nodeSelector": {"kubernetes.io/hostname": f"@node{wrong}@"}}
    return Scene(
        healthy=healthy,
        broken=changed(healthy, "Deployment", name, selector),
        asks=[
            Ask(f"http://{host}/", site, sick=True),
            Ask(f"http://{host}/{beside}", site, sick=True),
            Ask(f"http://{other}/", beside),
        ],
        symptom=phrase(
            'Every page of {host} says "Bad Gateway" since the programs were moved between the machines. {other} '
            'works.',
            host=host, other=other,
        ),
        path=[
            Step(
                phrase("Where does the entry send these requests?"),
                "kubectl describe ingress",
                phrase("{host} leads to the Service {service}.", host=host, service=_BALANCER),
            ),
            Step(
                phrase("Which address stands behind this Service?"),
                f"kubectl get endpointslices -l kubernetes.io/service-name={_BALANCER}",
                phrase("One that somebody has written: the address of a node, port {port}.", port=node_port),
            ),
            Step(
                phrase("Which node is it?"),
                "kubectl get nodes -o wide",
                phrase("The one that has this address as its INTERNAL-IP."),
            ),
            Step(
                phrase("Which Pod has this port of its node, and where does it run?"),
                _HOST_PORTS,
                phrase(
                    "That of {name}, the team's own controller, and it runs on the other node. A hostPort is open on "
                    "the Pod's own node only.",
                    name=name,
                ),
            ),
            Step(
                phrase("Why does it run there?"),
                f"kubectl get deployment {name} -o yaml",
                phrase(
                    "Its nodeSelector names the other node. Name the first one there, or write the other node's "
                    "address in the EndpointSlice."
                ),
            ),
        ],
    )  # fmt: skip


def _door(address: str, port: int) -> list[dict]:
    """A Service whose one address is that of a node, as a load balancer outside would have it."""
    ports = [{"name": "web", "port": 80, "targetPort": port}]
    one = {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {"name": f"{_BALANCER}-1", "labels": {"kubernetes.io/service-name": _BALANCER}},
        "addressType": "IPv4",
        "ports": [{"name": "web", "port": port, "protocol": "TCP"}],
        "endpoints": [{"addresses": [address]}],
    }
    named = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": _BALANCER}, "spec": {"ports": ports}}
    return [named, one]


CASE = Case("lighthouse", MIDDLE, scene, _DIAGNOSES, (TWO_NODES,))
