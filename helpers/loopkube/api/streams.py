"""What goes on to the node: logs, exec, port-forward. `kubectl attach` is refused."""

from aiohttp import web

from loopkube.api.errors import ApiError
from loopkube.api.resources import Call
from loopkube.api.streaming import exec, logs, portforward
from loopkube.api.verbs import Api


class Streams:
    """Picks the stream by subresource."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._streams = {"log": logs.answer, "exec": exec.answer, "portforward": portforward.answer, "attach": _attach}
        self.served = frozenset(self._streams)

    async def answer(self, call: Call) -> web.StreamResponse:
        return await self._streams[call.place.subresource](self._api, call)


async def _attach(api: Api, call: Call) -> web.StreamResponse:
    api.get(call.kind, call.namespace, call.name)
    why = "a container's standard streams go to its log here: use logs, or exec for a command of your own"
    raise ApiError(501, "NotImplemented", f"attach is not implemented: {why}", {})
