"""The API's verbs as every part of the cluster sees them: controllers, scheduler, node agents, L4 proxy.

`Client` is the whole vocabulary. `InProcessClient` calls the API's handlers directly; `HttpsClient` speaks
to any Kubernetes API over the network. A part that takes a `Client` therefore runs against either.

Objects that come from `get`, `list` and `watch` are shared with the store: read them, copy before changing.
`resource` is `pods`, `deployments.apps`, ...; `subresource` is `status`, `scale`, `binding`, `eviction`, ...
Every method raises `loopkube.shared.status.ApiError`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import NamedTuple, Protocol

Patch = dict | list
"""A patch in any of the four forms; a list is a JSON patch."""


class ObjectList(NamedTuple):
    """What a list returns: the objects, and the resource version to watch from."""

    items: list[dict]
    version: str


class Change(NamedTuple):
    """One watch event: `ADDED`, `MODIFIED`, `DELETED` or `BOOKMARK`, and the object."""

    type: str
    object: dict


class Client(Protocol):
    """The verbs of the API as a part of the cluster calls them; each may raise ApiError."""

    async def get(self, resource: str, name: str, namespace: str = "") -> dict:
        """Raises a 404 ApiError."""

    async def list(self, resource: str, namespace: str = "", *, labels: str = "", fields: str = "") -> ObjectList:
        """`labels` and `fields` are selectors as in kubectl's -l and --field-selector."""

    def watch(
        self, resource: str, namespace: str = "", *, since: str = "", labels: str = "", fields: str = ""
    ) -> AsyncIterator[Change]:
        """Changes after `since`, without end; raises ApiError 410 (reason Expired) when `since` is too old."""
        ...

    async def create(
        self, resource: str, obj: dict, namespace: str = "", *, name: str = "", subresource: str = ""
    ) -> dict:
        """Creates `obj`; with `name` and `subresource`, POSTs to it (`binding`, `eviction`, `token`)."""
        ...

    async def update(self, resource: str, obj: dict, *, subresource: str = "") -> dict:
        """Replaces the object named in obj.metadata; its resourceVersion, if set, must still be current."""
        ...

    async def patch(
        self,
        resource: str,
        name: str,
        patch: Patch,
        namespace: str = "",
        *,
        subresource: str = "",
        type: str = "merge",
    ) -> dict:
        """`type`: merge, strategic, json, apply."""
        ...

    async def delete(
        self,
        resource: str,
        name: str,
        namespace: str = "",
        *,
        grace: int | None = None,
        propagation: str = "",
        uid: str = "",
    ) -> dict:
        """`grace` in seconds; `uid` is a precondition (409 when another object has the name by now)."""
