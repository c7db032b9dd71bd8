"""The Pod, the container and the node of a stream, with the refusals of pkg/registry/core/pod."""

from loopkube.api.verbs import Api
from loopkube.shared.links import NodeLink
from loopkube.shared.status import ApiError, bad_request


def container_of(pod: dict, asked: str) -> str:
    """The container that is meant; may be left out where there is only one."""
    name, spec = pod["metadata"]["name"], pod["spec"]
    names = [container["name"] for container in spec["containers"]]
    init = [container["name"] for container in spec.get("initContainers") or ()]
    ephemeral = [container["name"] for container in spec.get("ephemeralContainers") or ()]
    if asked:
        if asked not in (*names, *init, *ephemeral):
            raise bad_request(f"container {asked} is not valid for pod {name}")
        return asked
    if len(names) == 1:
        return names[0]
    default = (pod["metadata"].get("annotations") or {}).get("kubectl.kubernetes.io/default-container")
    if default in names:
        return str(default)
    message = f"a container name must be specified for pod {name}, choose one of: [{' '.join(names)}]"
    if init:
        message += f" or one of the init containers: [{' '.join(init)}]"
    raise bad_request(message)


def link_to(api: Api, pod: dict, doing: str) -> NodeLink:
    """The agent of the Pod's node."""
    node = pod["spec"].get("nodeName", "")
    if not node:
        raise bad_request(f"pod {pod['metadata']['name']} does not have a host assigned")
    link = api.links(node)
    if link is None:
        raise ApiError(500, "InternalError", f"error dialing backend: node {node} does not answer, so no {doing} now")
    return link
