"""What the doctor asks a cluster that is not the lab's: its nodes, its controller's Pods, its entry."""

from dataclasses import dataclass, field

from labcore.language.messages import phrase


@dataclass(frozen=True)
class Visit:
    """`entry` says where requests go in; "" where nobody answers. `error` is why nothing could be asked."""

    nodes: list[dict] = field(default_factory=list)
    pods: list[dict] = field(default_factory=list)
    entry: str = ""
    error: str = ""


def visit(context: str) -> Visit:
    """Looks at a cluster of the kubeconfig once: API, controller and entry. Errors are kept, not raised."""
    from ingress_lab.kube.controller import controller_pods
    from labcore.errors import LabError, Refused
    from labcore.kube.api import Api

    from labtools.clusters.context import entry

    try:
        api = Api.connect(None, context)
        pods = controller_pods(api)
        search = entry.find(api)
    except LabError as error:
        return Visit(error=str(error))
    try:
        nodes = api.list(api.resources().named("nodes"))["items"]
    except Refused:  # a participant may not see them
        nodes = []
    forward = search.forwardable
    way = str(search.entry or "") or (phrase("port-forward to Pod {pod}", pod=forward.pod) if forward else "")
    return Visit(nodes, pods, way)
