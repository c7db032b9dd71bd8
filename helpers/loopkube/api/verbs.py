"""The verbs of the API, from a decoded request to the store: `Api`.

The HTTP server and the in-process client call the same methods. All of them are plain functions: a write is done,
and every watch has been told, when the method returns.

  create:         decode, names, namespace, admission, managed fields, store
  update, patch:  decode or patch, names and versions, admission, nothing-changed, managed fields, store
  delete:         preconditions, grace and finalizers, store
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple, TypeVar

import orjson

from loopkube.api import deletion, metadata
from loopkube.api.aliases import inward, outward, stored_kind
from loopkube.api.chain.attributes import CREATE, DELETE, UPDATE, Attributes
from loopkube.api.chain.chain import Chain
from loopkube.api.chain.order import chain_of
from loopkube.api.credentials import Credentials
from loopkube.api.lists import Page, not_yet, page, parse_version
from loopkube.api.options import APPLY, DeleteOptions, ListOptions, WriteOptions
from loopkube.api.outside import OnLoop, Outside
from loopkube.api.plugins.review import TOLERATION_SECONDS
from loopkube.api.preparation import Preparation
from loopkube.api.store.store import Store, Stored, StoreError, TooLarge
from loopkube.api.watch import Watch
from loopkube.api.webhooks.configurations import DEFINITIONS
from loopkube.api.webhooks.conversion import Converter, stored_version, webhook_of
from loopkube.api.webhooks.endpoint import Reach
from loopkube.api.webhooks.transport import Caller
from loopkube.kinds import Kind
from loopkube.kinds.registry import Kinds, spec_of
from loopkube.shared.clock import Clock
from loopkube.shared.links import NodeLink
from loopkube.shared.status import ApiError, already_exists, bad_request, named, not_found

_ANY = WriteOptions()
_ALL = ListOptions()
_DELETE = DeleteOptions()

Warnings = list[str]
T = TypeVar("T")


class Written(NamedTuple):
    """The object as it is now, and what its writer should be told."""

    stored: Stored
    warnings: Warnings
    created: bool = False


class Deleted(NamedTuple):
    """`stored` is the object where it still exists or its kind answers with it; else `status` says it is gone."""

    stored: Stored | None
    status: dict | None
    gone: bool
    warnings: Warnings = []


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
        return page(self.store, kind, stored_kind(kind).resource, namespace, options)

    def watch(self, kind: Kind, namespace: str = "", options: ListOptions = _ALL) -> Watch:
        """Begins to watch at once, before the first answer is sent, so that no change is missed in between."""
        return Watch(self.store, kind, stored_kind(kind).resource, namespace, options)

    def create(
        self, kind: Kind, namespace: str, body: bytes, content_type: str, options: WriteOptions = _ANY
    ) -> Written:
        """Decodes, defaults, admits, judges and stores, in kube-apiserver's order. Raises ApiError (400, 409, 422)."""
        obj, warnings = self._prepare.decode(kind, body, content_type, options.field_validation)
        kind, obj = stored_kind(kind), inward(kind, obj)
        return self._create(kind, namespace, obj, options, warnings, "Update")

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
            return self._create(kind, namespace, obj, options, warnings, "Update")
        if stored is None:
            raise not_found(kind, name)
        return self._replace(kind, stored, obj, options, warnings, "Update", subresource)

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
        current = outward(kind, self._seen(kind, stored)) if stored else None
        obj, warnings = self._prepare.patched(kind, current, body, content_type, options, subresource)
        kind, obj = stored_kind(kind), inward(kind, obj)
        metadata.check_names(obj, namespace, name)
        if stored is None:
            return self._create(kind, namespace, obj, options, warnings, operation)
        return self._replace(kind, stored, obj, options, warnings, operation, subresource)

    def delete(self, kind: Kind, namespace: str, name: str, options: DeleteOptions = _DELETE) -> Deleted:
        """Deletes, or marks for deletion what has finalizers or a grace period. Raises a 409 ApiError for
        preconditions."""
        stored, kind = self.get(kind, namespace, name), stored_kind(kind)
        deletion.check(kind, stored.obj, options)
        if not (options.chained and self.chain.active):
            return self._delete(kind, stored, options)
        warnings = self._admit_deletion(kind, self._seen(kind, stored), options)
        return self._delete(kind, stored, options)._replace(warnings=warnings)

    def _delete(self, kind: Kind, stored: Stored, options: DeleteOptions) -> Deleted:
        last = deletion.marked(kind, stored.obj, options, self.clock)
        if last is None:
            return self._remove(kind, stored, options)
        if last is not stored.obj:
            stored = self._store(kind, last, options.dry_run)
        if deletion.is_over(kind, last):
            return self._remove(kind, stored, options)
        return Deleted(stored, None, gone=False)

    def delete_collection(self, kind: Kind, namespace: str, selected: ListOptions, options: DeleteOptions) -> Page:
        """Deletes one by one what was there at the beginning; who comes later stays, as in upstream."""
        listed = self.list(kind, namespace, selected)
        options = replace(options, whole_collection=True)
        for stored in listed.items:
            try:
                self.delete(kind, stored.obj["metadata"].get("namespace", ""), stored.obj["metadata"]["name"], options)
            except ApiError as error:
                if error.code != 404:
                    raise
        return listed

    def change(self, kind: Kind, stored: Stored, obj: dict, options: WriteOptions, subresource: str) -> Written:
        """Replaces an object by what a subresource has made of it, and the chain has seen in the subresource's form."""
        return self._replace(kind, stored, obj, replace(options, chained=False), [], "Update", subresource)

    def put(self, kind: Kind, stored: Stored, obj: dict, options: WriteOptions, subresource: str) -> Stored:
        """Stores what the server itself has made of an object, past admission."""
        self._prepare.record(kind, stored.obj, obj, options.manager, "Update", subresource)
        return self._store(kind, obj, options.dry_run)

    def _create(
        self, kind: Kind, namespace: str, obj: dict, options: WriteOptions, warnings: Warnings, operation: str
    ) -> Written:
        metadata.place_in_namespace(kind, obj, namespace)
        named_by_us = not obj["metadata"].get("name")
        metadata.before_create(kind, obj, self.clock)
        written_by = spec_of(kind).strategy.written_by
        if written_by:
            written_by(obj, options.user.info())
        self._admit(kind, obj, None, "", warnings, options, named_by_us)
        self._ask(options.approve, kind, obj, None)
        name = obj["metadata"]["name"]
        if self.store.get(kind.resource, namespace, name):
            raise already_exists(kind, name)
        self._prepare.record(kind, None, obj, options.manager, operation, "")
        obj = self._to_store(kind, obj)
        if options.dry_run:
            return Written(self._dry(metadata.tidy(obj), 0), warnings, created=True)
        obj["metadata"]["resourceVersion"] = ""  # its place; the store fills it in
        return Written(_done(self.store.create, kind.resource, metadata.tidy(obj)).object, warnings, created=True)

    def _replace(
        self,
        kind: Kind,
        stored: Stored,
        obj: dict,
        options: WriteOptions,
        warnings: Warnings,
        operation: str,
        subresource: str,
    ) -> Written:
        old = self._seen(kind, stored)
        metadata.place_in_namespace(kind, obj, old["metadata"].get("namespace", ""))
        metadata.before_update(kind, obj, old)
        self._admit(kind, obj, old, subresource, warnings, options)
        self._ask(options.approve, kind, obj, old)
        self._prepare.record(kind, old, obj, options.manager, operation, subresource)
        if obj == old:
            return Written(stored, warnings)
        if deletion.is_over(kind, obj) and not options.dry_run:
            obj = metadata.tidy(obj)
            _done(self.store.delete, kind.resource, old["metadata"].get("namespace", ""), old["metadata"]["name"])
            return Written(Stored(obj, orjson.dumps(obj), self.store.version), warnings)
        return Written(self._store(kind, self._to_store(kind, obj), options.dry_run), warnings)

    def read(self, kind: Kind, namespace: str, name: str) -> Stored:
        """An object in the version of `kind`, where it takes more than another name for the version."""
        stored = self.get(kind, namespace, name)
        return stored._replace(obj=self._seen(kind, stored))

    def _seen(self, kind: Kind, stored: Stored) -> dict:
        """A stored object as a request of this version sees it, where a webhook converts between versions."""
        if kind.custom is None or stored.obj["apiVersion"] == kind.api_version or not self._converts(kind):
            return stored.obj
        return self.outside.wait(self.converter.convert, kind.resource, [stored.obj], kind.api_version)[0]

    def _to_store(self, kind: Kind, obj: dict) -> dict:
        """The way back: where a webhook converts, all objects are stored in the one version that is for it."""
        version = self._converts(kind) if kind.custom is not None else ""
        if not version or obj["apiVersion"] == version:
            return obj
        return self.outside.wait(self.converter.convert, kind.resource, [obj], version)[0]

    def _converts(self, kind: Kind) -> str:
        """The version in which objects are stored, where a webhook converts them; nothing where none does."""
        definition = self.lookup.get(DEFINITIONS, "", kind.resource)
        return stored_version(definition) if definition and webhook_of(definition) else ""

    def _admit(
        self,
        kind: Kind,
        obj: dict,
        old: dict | None,
        subresource: str,
        warnings: Warnings,
        options: WriteOptions,
        named_by_us: bool = False,
    ) -> None:
        """Adds to the warnings, which a writer is told even where the object is refused."""
        attributes = None
        if self.chain.active and options.chained:
            operation, told = (UPDATE, "UpdateOptions") if old else (CREATE, "CreateOptions")
            attributes = Attributes(operation, kind, obj, old, self.lookup, subresource=subresource)
            attributes.of_write(options.user, options.dry_run, options.told(told), warnings)
            attributes.at(obj["metadata"].get("namespace", ""), "" if named_by_us else obj["metadata"]["name"])
            if not old:
                attributes.unmade = ("uid", "creationTimestamp", *(("name",) if named_by_us else ()))
        try:
            self._prepare.admit(kind, obj, old, subresource, warnings, attributes)
        except ApiError as error:
            error.warnings = warnings
            raise

    def _admit_deletion(self, kind: Kind, old: dict, options: DeleteOptions) -> Warnings:
        name = "" if options.whole_collection else old["metadata"]["name"]
        attributes = Attributes(DELETE, kind, None, old, self.lookup)
        attributes.of_write(options.user, options.dry_run, options.told(), [])
        attributes.at(old["metadata"].get("namespace", ""), name)
        self.admit_action(attributes)
        return attributes.warnings

    def admit_action(self, attributes: Attributes) -> None:
        """Asks the chain about what is no write of an object: a deletion, a subresource with a form of its own."""
        try:
            self.chain.mutate(attributes, self.outside, lambda: None)
            self.chain.validate(attributes, self.outside)
        except ApiError as error:
            error.warnings = attributes.warnings
            raise

    def _store(self, kind: Kind, obj: dict, dry_run: bool) -> Stored:
        obj = metadata.tidy(obj)
        if dry_run:
            return self._dry(obj, self.store.version)
        return _done(self.store.update, kind.resource, obj).object

    def _dry(self, obj: dict, version: int) -> Stored:
        """As it would be stored."""
        _done(self.store.check, obj)
        return Stored(obj, orjson.dumps(obj), version)

    def _remove(self, kind: Kind, stored: Stored, options: DeleteOptions) -> Deleted:
        own = stored.obj["metadata"]
        if not options.dry_run:
            _done(self.store.delete, kind.resource, own.get("namespace", ""), own["name"])
        if spec_of(kind).deletion.answers_with_object:
            return Deleted(stored, None, gone=True)
        details = named(kind, own["name"]) | {"uid": own["uid"]}
        status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}
        return Deleted(None, status, gone=True)


def _done(write: Callable[..., T], *what: object) -> T:
    """A write of the store; refuses what JSON parsers disagree about, such as integers of more than 64 bits."""
    try:
        return write(*what)
    except TypeError as error:
        raise bad_request(f"the object cannot be encoded: {error}") from None
    except TooLarge as error:
        raise ApiError(500, "", str(error)) from None
    except StoreError as error:
        raise ApiError(500, "InternalError", f"Internal error occurred: {error}") from error
