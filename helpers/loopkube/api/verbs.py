"""The verbs of the API, from a decoded request to the store: `Api`.

The HTTP server and the in-process client call the same methods. All of them are plain functions: a write is done,
and every watch has been told, when the method returns.

  get, list, watch: the store, by `lists` and `watch`
  create: decode, then `creating`: names, namespace, admission, managed fields, store
  update, patch: decode or patch, then `updating`: names and versions, admission, nothing-changed, managed fields, store
  delete: `deleting`: preconditions, admission, grace and finalizers, store

All three ask `admitting` and write by `writing`; `versions` is for custom kinds that a webhook converts.
"""

import asyncio
from collections.abc import Callable

from loopkube.api import metadata
from loopkube.api.admitting import Admitting
from loopkube.api.aliases import inward, outward, stored_kind
from loopkube.api.chain.chain import Chain
from loopkube.api.chain.order import chain_of
from loopkube.api.creating import Creating
from loopkube.api.credentials import Credentials
from loopkube.api.delete_options import DeleteOptions
from loopkube.api.deleting import Deleted, Deleting
from loopkube.api.lists import Page, not_yet, page, parse_version
from loopkube.api.options import APPLY, ListOptions, WriteOptions
from loopkube.api.outside import OnLoop, Outside
from loopkube.api.plugins.review import TOLERATION_SECONDS
from loopkube.api.preparation import Preparation
from loopkube.api.store.store import Store
from loopkube.api.store.table import Stored
from loopkube.api.updating import Updating
from loopkube.api.versions import Versions
from loopkube.api.watch import Watch
from loopkube.api.webhooks.conversion import Converter
from loopkube.api.webhooks.endpoint import Reach
from loopkube.api.webhooks.transport import Caller
from loopkube.api.writing import Writing, Written
from loopkube.kinds import Kind
from loopkube.kinds.registry import Kinds, spec_of
from loopkube.shared.clock import Clock
from loopkube.shared.links import NodeLink
from loopkube.shared.status import ApiError, not_found

_ANY = WriteOptions()
_ALL = ListOptions()
_DELETE = DeleteOptions()


def _no_node(name: str) -> NodeLink | None:
    return None


def _as_it_is(host: str, port: int) -> tuple[str, int]:
    return host, port


def _at_once(function: Callable[..., None], *args: object) -> None:
    function(*args)


class Api:
    """A Kubernetes API over a store.

    `links` finds the agent of a node by the node's name; `credentials` make the tokens of service accounts;
    `reach` says where an address of the cluster is listened on.
    """

    def __init__(
        self,
        store: Store,
        kinds: Kinds,
        clock: Clock,
        *,
        links: Callable[[str], NodeLink | None] = _no_node,
        credentials: Credentials | None = None,
        toleration_seconds: tuple[int, int] = TOLERATION_SECONDS,
        ask: Callable[..., None] = _at_once,
        reach: Reach = _as_it_is,
        caller: Caller | None = None,
        chain: Chain | None = None,
        converter: Converter | None = None,
        outside: Outside | None = None,
    ) -> None:
        self._toleration_seconds, self._ask = toleration_seconds, ask
        self.aside = asyncio.Lock()
        self.store, self.kinds, self.clock, self.links, self.credentials = store, kinds, clock, links, credentials
        self.caller = caller or Caller(store, reach)
        self.converter, self.outside = converter or Converter(store, self.caller), outside or OnLoop()
        self.chain = chain or chain_of(store, kinds, self.caller, self.converter)
        self._prepare = Preparation(store, kinds, clock, toleration_seconds, self.chain, self.outside)
        self.lookup = self._prepare.lookup
        self._versions, writing = Versions(self.lookup, self.converter, self.outside), Writing(store)
        admitting = Admitting(self._prepare, self.chain, self.outside)
        steps = self._prepare, admitting, self._versions, writing, ask
        self._creating, self._updating = Creating(store, clock, *steps), Updating(store, *steps)
        self._deleting = Deleting(clock, admitting, self._versions, writing)
        self.admit_action = admitting.action

    def over(self, store: Store, ask: Callable[..., None], outside: Outside) -> "Api":
        """The same API over another store; `ask` calls what may only be called where the store is."""
        return Api(
            store,
            self.kinds,
            self.clock,
            links=self.links,
            credentials=self.credentials,
            toleration_seconds=self._toleration_seconds,
            ask=ask,
            caller=self.caller,
            chain=self.chain,
            converter=self.converter,
            outside=outside,
        )

    def get(self, kind: Kind, namespace: str, name: str, version: str = "") -> Stored:
        """The object as stored. Raises a 404 ApiError, and 504 when a version is asked for that is still to come."""
        stored = self.store.get(stored_kind(kind).resource, namespace, name)
        if version and parse_version(version) > self.store.version:
            raise not_yet(int(version), self.store.version)
        if stored is None:
            raise not_found(kind, name)
        return stored

    def list(self, kind: Kind, namespace: str = "", options: ListOptions = _ALL) -> Page:
        """A page of objects with the version it was taken at. Raises a 400 ApiError for selectors, 410 for an old
        `continue`."""
        return page(self.store, kind, stored_kind(kind).resource, namespace, options, self._versions.all_seen)

    def watch(self, kind: Kind, namespace: str = "", options: ListOptions = _ALL) -> Watch:
        """Begins to watch at once, before the first answer is sent, so that no change is missed in between."""
        converts = self._versions.converts(kind)
        return Watch(self.store, kind, stored_kind(kind).resource, namespace, options, converts=converts)

    def create(
        self, kind: Kind, namespace: str, body: bytes, content_type: str, options: WriteOptions = _ANY
    ) -> Written:
        """Decodes, defaults, admits, judges and stores, in kube-apiserver's order. Raises ApiError (400, 409, 422)."""
        obj, warnings = self._prepare.decode(kind, body, content_type, options.field_validation)
        kind, obj = stored_kind(kind), inward(kind, obj)
        return self._creating.create(kind, namespace, obj, options, warnings, "Update")

    def update(
        self,
        kind: Kind,
        namespace: str,
        name: str,
        body: bytes,
        content_type: str,
        options: WriteOptions = _ANY,
        subresource: str = "",
    ) -> Written:
        """Replaces an object or its subresource. Raises a 409 ApiError when the body's resourceVersion is not the
        stored one."""
        obj, warnings = self._prepare.decode(kind, body, content_type, options.field_validation)
        kind, obj = stored_kind(kind), inward(kind, obj)
        metadata.check_names(obj, namespace, name)
        stored = self.store.get(kind.resource, namespace, name)
        if stored is None and spec_of(kind).strategy.create_on_update and not subresource:
            return self._creating.create(kind, namespace, obj, options, warnings, "Update")
        if stored is None:
            raise not_found(kind, name)
        return self._updating.replace(kind, stored, obj, options, warnings, "Update", subresource)

    def patch(
        self,
        kind: Kind,
        namespace: str,
        name: str,
        body: bytes,
        content_type: str,
        options: WriteOptions = _ANY,
        subresource: str = "",
    ) -> Written:
        """Applies one of the four kinds of patch, or server-side apply, to the stored object. Raises ApiError (404,
        409, 422)."""
        operation = "Apply" if content_type == APPLY else "Update"
        stored = self.store.get(stored_kind(kind).resource, namespace, name)
        if stored is None and (operation != "Apply" or subresource):
            self._prepare.check_patch_type(kind, content_type)
            raise not_found(kind, name)
        current = outward(kind, self._versions.seen(kind, stored)) if stored else None
        obj, warnings = self._prepare.patched(kind, current, body, content_type, options, subresource)
        kind, obj = stored_kind(kind), inward(kind, obj)
        metadata.check_names(obj, namespace, name)
        if stored is None:
            return self._creating.create(kind, namespace, obj, options, warnings, operation)
        return self._updating.replace(kind, stored, obj, options, warnings, operation, subresource)

    def delete(self, kind: Kind, namespace: str, name: str, options: DeleteOptions = _DELETE) -> Deleted:
        """Deletes, or marks for deletion what has finalizers or a grace period. Raises a 409 ApiError for
        preconditions."""
        return self._deleting.delete(stored_kind(kind), self.get(kind, namespace, name), options)

    def delete_collection(self, kind: Kind, namespace: str, selected: ListOptions, options: DeleteOptions) -> Page:
        """Deletes one by one what was there at the beginning; who comes later stays, as in upstream."""
        listed = self.list(kind, namespace, selected)
        options = options._replace(whole_collection=True)
        for stored in listed.items:
            try:
                self.delete(kind, stored.obj["metadata"].get("namespace", ""), stored.obj["metadata"]["name"], options)
            except ApiError as error:
                if error.code != 404:
                    raise
        return listed

    def change(self, kind: Kind, stored: Stored, obj: dict, options: WriteOptions, subresource: str) -> Written:
        """Replaces an object by what a subresource has made of it, and the chain has seen in the subresource's form."""
        return self._updating.replace(kind, stored, obj, options._replace(chained=False), [], "Update", subresource)

    def put(self, kind: Kind, stored: Stored, obj: dict, options: WriteOptions, subresource: str) -> Stored:
        """Stores what the server itself has made of an object, past admission."""
        return self._updating.put(kind, stored, obj, options, subresource)

    def read(self, kind: Kind, namespace: str, name: str) -> Stored:
        """An object in the version of `kind`, where it takes more than another name for the version."""
        stored = self.get(kind, namespace, name)
        return stored._replace(obj=self._versions.seen(kind, stored))
