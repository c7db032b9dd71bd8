"""One request for a resource, as the verbs read it: who asks, for what, with which options and which body."""

import asyncio

from aiohttp import web

from loopkube.api import aside, options, protobuf
from loopkube.api.credentials import User
from loopkube.api.negotiation import JSON, PARTIAL, TABLE, Form, negotiate
from loopkube.api.query import Query
from loopkube.api.routing import Target
from loopkube.api.selectors import label_selector
from loopkube.kinds import Kind
from loopkube.shared.status import ApiError

BODY_LIMIT = 3 * 1024 * 1024
LONG_SELECTOR = 2048
"""Characters of a selector that takes longer to read than others should wait for."""
LONGEST_BODY = 60.0
"""Seconds within which a body must have arrived."""
_ONE = (TABLE, PARTIAL)
_BODY_TYPES = ("application/json", "application/yaml")
_BAD_BODY_TYPE = (
    "the body of the request was in an unknown format - accepted media types include: application/json, "
    "application/yaml, application/vnd.kubernetes.protobuf"
)


class Call:
    """One request for one resource: who, what, and how the answer should look."""

    __slots__ = ("approve", "endpoint", "kind", "name", "namespace", "query", "request", "user")

    def __init__(
        self,
        request: web.BaseRequest,
        endpoint: Target,
        kind: Kind,
        query: Query,
        approve: options.Approve,
        user: User,
    ) -> None:
        self.request, self.endpoint, self.kind, self.query, self.approve = request, endpoint, kind, query, approve
        self.user, self.name = user, endpoint.name
        self.namespace = endpoint.namespace if kind.namespaced else ""

    def form(self, shapes: tuple[str, ...] = _ONE) -> Form:
        """The form of the answer by the Accept header. Raises a 406 ApiError."""
        return negotiate(self.request.headers.get("Accept", ""), shapes)

    @property
    def content_type(self) -> str:
        """The media type of the body, in small letters, without its parameters."""
        return self.request.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    def body_type(self) -> str:
        """The type of an object in what `body` returns; JSON when none is named."""
        named = self.content_type or JSON
        if named == protobuf.MEDIA_TYPE:
            return JSON
        if named not in _BODY_TYPES:
            raise ApiError(415, "UnsupportedMediaType", _BAD_BODY_TYPE)
        return named

    def write_options(self, kind: str) -> options.WriteOptions:
        """The options of a create, update or patch: dryRun, fieldManager, fieldValidation. Raises a 400 ApiError."""
        agent = self.request.headers.get("User-Agent", "")
        parsed = options.write_options(self.query, kind, agent, self.content_type)
        return parsed._replace(approve=self.approve, user=self.user)

    async def list_options(self) -> options.ListOptions:
        """What is asked of a collection. A long selector is read in a thread; `label_selector` keeps what it read."""
        asked = options.list_options(self.query)
        await aside.compute(len(asked.labels) > LONG_SELECTOR, label_selector, asked.labels)
        return asked

    async def body(self, kind: Kind | None = None) -> bytes:
        """The body as it came; one in protobuf form as JSON. `kind` is what it should hold, if not the resource."""
        seconds = None if self.request.content.is_eof() else LONGEST_BODY
        try:
            async with asyncio.timeout(seconds):
                sent = await self.request.read()
        except TimeoutError:
            raise ApiError(408, "Timeout", f"the request's body did not arrive within {LONGEST_BODY:.0f} s") from None
        if self.content_type != protobuf.MEDIA_TYPE or self.endpoint.verb == "patch":
            return sent
        return await aside.compute(len(sent) > aside.LARGE_BODY, protobuf.to_json, sent, kind or self.kind)
