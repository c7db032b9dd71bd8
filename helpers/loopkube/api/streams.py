"""What goes on to the node: logs, exec, attach, port-forward, the proxies."""

from aiohttp import web

from loopkube.api import proxying
from loopkube.api.call import Call
from loopkube.api.streaming import attach, connect, exec, logs, portforward
from loopkube.api.verbs import Api


class Streams:
    """Picks the stream by subresource."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._streams = {
            "log": logs.answer,
            "exec": exec.answer,
            "portforward": portforward.answer,
            "attach": attach.answer,
            "proxy": proxying.answer,
        }
        self.served = frozenset(self._streams)

    async def answer(self, call: Call) -> web.StreamResponse:
        """Answers log, exec, attach or portforward of a Pod, with the node's help."""
        if self._api.chain.active:
            await connect.admit(self._api, call)
        return await self._streams[call.endpoint.subresource](self._api, call)
