"""The API over HTTPS: listen, ask the gate, find the kind, answer; every refusal is a Status."""

import logging
import socket
from collections.abc import Callable, Mapping
from types import MappingProxyType

import orjson
from aiohttp import web

from loopkube.api import client_certificates, metrics, reviews, watch_stream
from loopkube.api.aggregator import Aggregator
from loopkube.api.authorization import Authorizer
from loopkube.api.call import BODY_LIMIT, Call
from loopkube.api.credentials import ANONYMOUS, Credentials
from loopkube.api.door import Door
from loopkube.api.flow_control import FlowControl
from loopkube.api.gate import Gate
from loopkube.api.pages import Pages
from loopkube.api.permission import Permission
from loopkube.api.query import Query
from loopkube.api.resources import Resources
from loopkube.api.responses import respond
from loopkube.api.routing import kind_of, target
from loopkube.api.streams import Streams
from loopkube.api.verbs import Api
from loopkube.shared.status import ApiError, bad_request, internal, method_not_allowed

log = logging.getLogger(__name__)

_malformed = logging.getLogger(f"{__name__}.malformed")
"""What is not HTTP gets its 400; it is not worth a traceback. Our own faults are logged by `log`."""
_malformed.setLevel(logging.CRITICAL)

LONGEST_LINE = 65536  # `kubectl exec` sends its whole command in the query
SECONDS_TO_STOP = 0.05
"""Seconds that answers under way have when the server stops; a watch would go on for up to an hour."""
LONGEST_PAUSE = 90.0
"""Seconds for a connection to bring a whole request head, the first or the next; kube-apiserver's idle time-out."""


Bind = Callable[[str, int], list[socket.socket]]


def bound(host: str, port: int, made: socket.socket | None = None) -> list[socket.socket]:
    """A socket at one address, of `made` where that is given. Raises OSError."""
    sock = made or socket.socket()
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
    except BaseException:
        sock.close()
        raise
    return [sock]


class Server:
    """`start()`, then `url`; `stop()` ends every connection and may be called twice."""

    def __init__(
        self, api: Api, credentials: Credentials, host: str = "127.0.0.1", port: int = 0, bind: Bind = bound
    ) -> None:
        """`bind` gives the sockets to listen on, the one of `host` and `port` first."""
        self._api, self._credentials, self._host, self._port, self._bind = api, credentials, host, port, bind
        api.credentials = api.credentials or credentials  # in-process parts ask for tokens as well
        self.authorizer = Authorizer(api.store)
        self._gate = Gate(api.store, credentials, self.authorizer)
        self._resources, self._streams = Resources(api), Streams(api)
        self.aggregator, self._flow_control = Aggregator(api), FlowControl(api.store)
        self._pages = Pages(api.kinds, credentials.tokens, lambda: self.aggregator.kinds)
        self._runner: web.ServerRunner | None = None
        self._door: Door | None = None

    @property
    def strangers(self) -> int:
        """Open connections that have brought no token."""
        return self._door.strangers if self._door else 0

    @property
    def port(self) -> int:
        """The port that it listens on; the system's choice when it was started with 0."""
        return self._port

    @property
    def url(self) -> str:
        """With the port that it listens on; as it stands in kubeconfigs."""
        return f"https://{self._host}:{self._port}"

    async def start(self) -> None:
        """Listens with TLS, behind a door that lets only few strangers in at a time."""
        server = web.Server(
            self._handle,  # type: ignore[arg-type] # what `_request` makes
            request_factory=_request,
            access_log=None,
            logger=_malformed,
            handler_cancellation=True,  # a watch, a log or an exec ends when its client goes
            keepalive_timeout=LONGEST_PAUSE,
            max_line_size=LONGEST_LINE,
            max_field_size=LONGEST_LINE,
        )
        self._runner = web.ServerRunner(server, shutdown_timeout=SECONDS_TO_STOP)
        await self._runner.setup()
        self._door = Door(server, self._credentials.tls())
        self._port = self._door.open(self._bind(self._host, self._port))
        await self.aggregator.start()

    async def stop(self) -> None:
        """Closes the door before the connections, so that no new one comes in between. Harmless when called twice."""
        await self.aggregator.stop()
        runner, self._runner = self._runner, None
        door, self._door = self._door, None
        if door is not None:
            await door.close()
        if runner is not None:
            await runner.cleanup()
        await self._api.caller.connections.close()

    async def _handle(self, request: "_Request") -> web.StreamResponse:
        try:
            return await self._answer(request)
        except ApiError as error:
            return _refusal(error)
        except web.HTTPRequestEntityTooLarge:
            message = f"Request entity too large: limit is {BODY_LIMIT}"
            return _refusal(ApiError(413, "RequestEntityTooLarge", message))
        except RecursionError:
            return _refusal(bad_request("the object is nested too deeply: exceeded max depth"))
        # the client has gone: there is nobody to answer
        except ConnectionError:
            raise
        except Exception as error:
            log.exception("%s %s failed", request.method, request.path)
            return _refusal(internal(error))

    async def _answer(self, request: "_Request") -> web.StreamResponse:
        user = self._gate.user(request.headers, client_certificates.user_of(request.transport))
        if self._door and user is not ANONYMOUS:
            self._door.known(request.protocol)
        url = request.rel_url
        query = Query(url.raw_query_string)
        endpoint = target(request.method, url.raw_path, watch=query.flag("watch"))
        request.flow = self._flow_control.headers(user, endpoint)
        permission = Permission(self.authorizer, user, endpoint, query)
        # before it is known whether there is such a kind: a 403 does not tell what there is
        permission.check()
        elsewhere = self.aggregator.service_at(url.raw_path)
        if elsewhere is not None:
            return await self.aggregator.answer(elsewhere, request, user)
        if not endpoint.plural:
            return await self._page(request, endpoint.path, query)
        if endpoint.group == metrics.GROUP:
            return await metrics.answer(self._api, endpoint, query)
        kind = kind_of(self._api.kinds, endpoint)
        call = Call(request, endpoint, kind, query, permission.approve, user)
        if kind.group in reviews.GROUPS:
            return await reviews.answer(call, user, self._api, self.authorizer, self._credentials)
        if endpoint.verb == "watch":
            return await watch_stream.answer(self._api, call)
        if endpoint.subresource in self._streams.served:
            return await self._streams.answer(call)
        return await self._resources.answer(call)

    async def _page(self, request: web.BaseRequest, path: str, query: Query) -> web.Response:
        if request.method not in ("GET", "HEAD"):
            raise method_not_allowed()
        return await self._pages.answer(path, query, request.headers, f"{self._host}:{self._port}")


class _Request(web.BaseRequest):
    """A request that tells with its answer, of whatever form, which flow it belongs to."""

    ATTRS = web.BaseRequest.ATTRS | {"flow"}
    flow: Mapping[str, str] = MappingProxyType({})
    """The headers of its flow; none until it is known who asks."""

    async def _prepare_hook(self, resp: web.StreamResponse) -> None:
        resp.headers.update(self.flow)


def _request(message, payload, protocol, writer, task) -> _Request:
    return _Request(message, payload, protocol, writer, task, protocol._loop, client_max_size=BODY_LIMIT)


def _refusal(error: ApiError) -> web.Response:
    if not error.reason and error.code == 404:
        return web.Response(text=error.message, status=404, headers={"X-Content-Type-Options": "nosniff"})
    response = respond(orjson.dumps(error.status()), error.code, warnings=error.warnings)
    seconds = (error.details or {}).get("retryAfterSeconds")
    if seconds:
        response.headers["Retry-After"] = str(seconds)
    return response
