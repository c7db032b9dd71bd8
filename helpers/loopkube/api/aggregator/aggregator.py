"""The running part of aggregation: looks after the servers of APIServices, and hands requests on to them."""

import asyncio
import contextlib
import logging

import aiohttp
from aiohttp import web

from loopkube.api import metrics
from loopkube.api.aggregator import availability, registered
from loopkube.api.aggregator.front_proxy import FrontProxy, tell
from loopkube.api.conditions import with_condition
from loopkube.api.credentials import User
from loopkube.api.in_process import InProcessClient
from loopkube.api.proxying import forward, headers
from loopkube.api.store.table import Event
from loopkube.api.verbs import Api
from loopkube.kinds import Kind
from loopkube.shared.ending import ended
from loopkube.shared.status import ApiError

log = logging.getLogger(__name__)

EVERY = 15.0
"""Seconds between two looks at a server."""
_WATCHED = (registered.RESOURCE, "services", "endpointslices.discovery.k8s.io")


class Aggregator:
    """One per API server; `kinds` are those of other servers, as discovery tells of them."""

    def __init__(self, api: Api) -> None:
        self._api, self._client = api, InProcessClient(api, "kube-apiserver")
        self._proxy: FrontProxy | None = None
        self._kinds: dict[str, list[Kind]] = {}
        self._available: set[str] = set()
        self._woken = asyncio.Event()
        self._ends: list = []
        self._task: asyncio.Task | None = None

    @property
    def kinds(self) -> list[Kind]:
        """The kinds that other API servers serve, as they told when they were last looked at."""
        return [kind for kinds in self._kinds.values() for kind in kinds]

    @property
    def proxy(self) -> FrontProxy:
        """What tells other servers that a request comes from this one; made on first use."""
        self._proxy = self._proxy or FrontProxy(self._api.clock.now())
        return self._proxy

    async def start(self) -> None:
        """Follows the APIServices and what they lead to, and looks at each now and then."""
        self._ends = [self._api.store.subscribe(resource, self._on_event) for resource in _WATCHED]
        self._woken.set()
        self._task = asyncio.create_task(self._run(), name="aggregator")

    async def stop(self) -> None:
        """Ends following first, so that nothing wakes it any more. Harmless when called twice."""
        for end in self._ends:
            end()
        task, self._task, self._ends = self._task, None, []
        await ended(task)

    def settings(self, client_ca: str) -> dict:
        """The ConfigMap by which other servers believe this one."""
        metadata = {"name": "extension-apiserver-authentication", "namespace": "kube-system"}
        head = {"kind": "ConfigMap", "apiVersion": "v1", "metadata": metadata}
        return head | {"data": self.proxy.settings(client_ca)}

    def service_at(self, path: str) -> dict | None:
        """The APIService whose server answers at a path."""
        if not self._api.store.list(registered.RESOURCE):  # in most clusters, and every request asks
            return None
        group_version = registered.asked_at(path)
        if group_version is None:
            return None
        return next(
            (service for service in self._remote() if registered.group_version_of(service) == group_version), None
        )

    async def answer(self, service: dict, request: web.BaseRequest, user: User) -> web.StreamResponse:
        """Hands a request on; 503 while its server is not available."""
        if service["metadata"]["name"] not in self._available:
            return web.Response(status=503, text="service unavailable\n")
        sent = headers.sent(request.headers, request.remote or "", request.rel_url.raw_path)
        tell(sent, user)
        try:
            server = await availability.server_of(self._api, self.proxy, service)
            way = forward.Way(server.target, request.rel_url.raw_path, server.tls, server.name, silence=None)
            return await forward.passed_on(request, way, sent)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise ApiError(503, "ServiceUnavailable", f"error trying to reach service: {error}") from None

    def _remote(self) -> list[dict]:
        """Those with a Service; what this server has itself goes before."""
        services = [stored.obj for stored in self._api.store.list(registered.RESOURCE)]
        if not services:
            return []
        own = {(group, version) for group, versions in self._api.kinds.groups().items() for version in versions}
        own |= {(kind.group, kind.version) for kind in metrics.KINDS}
        return [service for service in services if (registered.group_version_of(service) or ("", "v1")) not in own]

    def _on_event(self, event: Event) -> None:
        if event.object.obj["kind"] == "APIService" or self._remote():
            self._woken.set()

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(EVERY if self._remote() else None):
                    await self._woken.wait()
            # before the looks: what changes meanwhile asks for another round
            self._woken.clear()
            present = {service["metadata"]["name"]: service for service in self._remote()}
            for name in [name for name in self._kinds if name not in present]:
                del self._kinds[name]
            self._available &= present.keys()
            for name, service in present.items():
                await self._look_after(name, service)

    async def _look_after(self, name: str, service: dict) -> None:
        available, document = await availability.judged(self._api, self.proxy, service)
        if document is not None:
            self._kinds[name] = registered.kinds_of(availability.group_version(service), document)
        is_available = available["status"] == "True"
        (self._available.add if is_available else self._available.discard)(name)
        status = service.get("status") or {}
        conditions = with_condition(status.get("conditions") or [], available, self._api.clock.stamp())
        if conditions != status.get("conditions"):
            changed = service | {"status": status | {"conditions": conditions}}
            with contextlib.suppress(ApiError):  # changed or gone meanwhile: its event wakes us again
                await self._client.update(registered.RESOURCE, changed, subresource="status")
