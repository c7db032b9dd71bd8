"""CONNECT: what admission is told about a stream that a client opens (exec, attach, port-forward, a proxy)."""

from loopkube.api import aside
from loopkube.api.call import Call
from loopkube.api.chain.attributes import CONNECT, Attributes
from loopkube.api.verbs import Api
from loopkube.kinds import Kind


def _kind(kind: str) -> Kind:
    return Kind("", "v1", kind, kind.lower(), kind.lower(), True)


_OPTIONS = {
    ("pods", "exec"): _kind("PodExecOptions"),
    ("pods", "attach"): _kind("PodAttachOptions"),
    ("pods", "portforward"): _kind("PodPortForwardOptions"),
    ("pods", "proxy"): _kind("PodProxyOptions"),
    ("services", "proxy"): _kind("ServiceProxyOptions"),
    ("nodes", "proxy"): _kind("NodeProxyOptions"),
}
"""{(resource, subresource): the kind of what the query says}."""
_FLAGS = ("stdin", "stdout", "stderr", "tty")


async def admit(api: Api, call: Call) -> None:
    """Raises ApiError where a webhook or a policy refuses the connection. Logs are read, not connected to."""
    subresource, path = call.endpoint.subresource, call.endpoint.tail.lstrip("/")
    body_kind = _OPTIONS.get((call.kind.resource, subresource))
    if body_kind is None:
        return
    obj = {"kind": body_kind.kind, "apiVersion": "v1"} | _asked(call, subresource, path)
    attributes = Attributes(
        CONNECT, call.kind, obj, None, api.lookup, subresource=subresource, body_kind=body_kind, user=call.user
    )
    attributes.at(call.namespace, call.name)
    await aside.run(api, False, lambda api: api.admit_action(attributes))


def _asked(call: Call, subresource: str, path: str) -> dict:
    """The query as the options of the stream, with the names that the API's types have."""
    if subresource == "proxy":
        return {"path": f"/{path}"} if path else {}
    if subresource == "portforward":
        ports = [int(port) for text in call.query.all("ports") for port in text.split(",") if port.isdigit()]
        return {"ports": ports} if ports else {}
    options: dict = {flag: True for flag in _FLAGS if call.query.flag(flag)}
    if call.query.text("container"):
        options["container"] = call.query.text("container")
    if subresource == "exec":
        options["command"] = call.query.all("command")
    return options
