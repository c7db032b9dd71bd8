"""The verbs over HTTP: query, headers and body in, an object or a list out."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import orjson
from aiohttp import web

from loopkube.api import aside, representation, scale, subresources
from loopkube.api.call import Call
from loopkube.api.decode import decode
from loopkube.api.decoding.body import from_yaml
from loopkube.api.decoding.errors import BodyError
from loopkube.api.delete_options import DeleteOptions, delete_options
from loopkube.api.negotiation import JSON, PARTIAL_LIST, TABLE, YAML, Form
from loopkube.api.responses import respond
from loopkube.api.store.table import Stored
from loopkube.api.verbs import Api
from loopkube.api.writing import Written
from loopkube.kinds import Kind
from loopkube.shared.status import bad_request

DELETE_OPTIONS = Kind("", "v1", "DeleteOptions", "deleteoptions", "deleteoptions", False)
_MANY = (TABLE, PARTIAL_LIST)

T = TypeVar("T")


class Resources:
    """Answers everything that is not a stream."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._verbs = {
            "get": self._get,
            "list": self._list,
            "create": self._create,
            "update": self._update,
            "patch": self._patch,
            "delete": self._delete,
            "deletecollection": self._delete_collection,
        }

    async def answer(self, call: Call) -> web.StreamResponse:
        """Answers what is neither discovery nor a stream; raises ApiError for the server to write as a Status."""
        if call.endpoint.subresource == "scale":
            return await self._scale(call)
        if call.kind.resource == "bindings":
            return await self._bind(call)
        if call.endpoint.verb == "create" and call.endpoint.subresource:
            return await self._post(call)
        return await self._verbs[call.endpoint.verb](call)

    async def _get(self, call: Call) -> web.Response:
        form = call.form()
        stored = self._api.get(call.kind, call.namespace, call.name, call.query.text("resourceVersion"))
        return await self._one(call, stored, form)

    async def _list(self, call: Call) -> web.Response:
        form = call.form(_MANY)
        selected = await call.list_options()
        page = await aside.run(self._api, False, lambda api: api.list(call.kind, call.namespace, selected))
        return await self._many(call, page, form)

    async def _create(self, call: Call) -> web.Response:
        # in kube-apiserver's order: what is wrong with the form or the options is told before the body is read
        form, how, body_type = call.form(), call.write_options("CreateOptions"), call.body_type()
        body = await call.body()
        written = await self._run(call, body, lambda api: api.create(call.kind, call.namespace, body, body_type, how))
        return await self._written(call, written, form)

    async def _update(self, call: Call) -> web.Response:
        form, how, body_type = call.form(), call.write_options("UpdateOptions"), call.body_type()
        body, subresource = await call.body(), call.endpoint.subresource
        written = await self._run(
            call,
            body,
            lambda api: api.update(call.kind, call.namespace, call.name, body, body_type, how, subresource),
        )
        return await self._written(call, written, form)

    async def _patch(self, call: Call) -> web.Response:
        form, how = call.form(), call.write_options("PatchOptions")
        body, subresource = await call.body(), call.endpoint.subresource
        written = await self._run(
            call,
            body,
            lambda api: api.patch(call.kind, call.namespace, call.name, body, call.content_type, how, subresource),
        )
        return await self._written(call, written, form)

    async def _delete(self, call: Call) -> web.Response:
        form, how = call.form(), await self._delete_options(call)
        deleted = await aside.run(self._api, False, lambda api: api.delete(call.kind, call.namespace, call.name, how))
        status = 202 if not deleted.gone and how.orphan is False else 200
        if deleted.stored is None:
            return respond(orjson.dumps(deleted.status), status, warnings=deleted.warnings)
        return await self._one(call, deleted.stored, form, status, deleted.warnings)

    async def _delete_collection(self, call: Call) -> web.Response:
        form, how = call.form(_MANY), await self._delete_options(call)
        selected = await call.list_options()
        page = await aside.run(
            self._api, False, lambda api: api.delete_collection(call.kind, call.namespace, selected, how)
        )
        return await self._many(call, page, form)

    async def _delete_options(self, call: Call) -> DeleteOptions:
        data = await call.body(DELETE_OPTIONS) if call.request.can_read_body else b""
        given = await aside.compute(len(data) > aside.LARGE_BODY, self._read_delete_options, call, data)
        return given._replace(user=call.user)

    def _read_delete_options(self, call: Call, data: bytes) -> DeleteOptions:
        if not data.strip():
            return delete_options(call.query, None)
        try:
            body = orjson.loads(data) if call.body_type() == JSON else from_yaml(data)[0]
        except (ValueError, BodyError) as error:
            raise bad_request(f"couldn't get version/kind; json parse error: {error}") from None
        if not isinstance(body, dict):
            raise bad_request("couldn't get version/kind; json parse error: the body is not an object")
        kind = body.get("kind") or "DeleteOptions"
        if kind != "DeleteOptions":
            raise bad_request(f"decoded object cannot be converted to DeleteOptions: {kind}")
        return delete_options(call.query, body)

    async def _scale(self, call: Call) -> web.Response:
        verb = call.endpoint.verb
        if verb == "get":
            document = await aside.run(
                self._api, False, lambda api: scale.read(api, call.kind, call.namespace, call.name)
            )
        elif verb == "update":
            how, body_type = call.write_options("UpdateOptions"), call.body_type()
            body = await call.body(scale.SCALE)
            document = await self._run(
                call,
                body,
                lambda api: scale.update(api, call.kind, call.namespace, call.name, body, body_type, how),
            )
        else:
            how, body = call.write_options("PatchOptions"), await call.body()
            document = await self._run(
                call,
                body,
                lambda api: scale.patch(api, call.kind, call.namespace, call.name, body, call.content_type, how),
            )
        return self._document(call, document)

    async def _post(self, call: Call) -> web.Response:
        how, body_type = call.write_options("CreateOptions"), call.body_type()
        body = await call.body(subresources.BODIES.get(call.endpoint.subresource))
        document = await self._run(
            call,
            body,
            lambda api: subresources.post(
                api, call.kind, call.namespace, call.name, call.endpoint.subresource, body, body_type, how
            ),
        )
        return self._document(call, document, 201)

    async def _bind(self, call: Call) -> web.Response:
        """The older way to bind a Pod: the Binding names it."""
        how, body_type = call.write_options("CreateOptions"), call.body_type()
        pods, body = self._api.kinds.at("", "v1", "pods"), await call.body()

        def bind(api: Api) -> dict:
            binding, _ = decode(call.kind, body, body_type, how.field_validation)
            name = binding.get("metadata", {}).get("name", "")
            return subresources.bind(api, pods or call.kind, call.namespace, name, body, body_type, how)

        return self._document(call, await self._run(call, body, bind), 201)

    async def _run(self, call: Call, body: bytes, verb: Callable[[Api], T]) -> T:
        return await aside.run(self._api, aside.is_large(self._api, call.kind, call.namespace, call.name, body), verb)

    def _document(self, call: Call, document: dict, status: int = 200) -> web.Response:
        form = call.form(())
        return respond(representation.encode(document, form), status, form.media)

    async def _one(
        self, call: Call, stored: Stored, form: Form, status: int = 200, warnings: Iterable[str] = ()
    ) -> web.Response:
        include = call.query.text("includeObject")
        [stored] = await self._api.converter.stored(call.kind, [stored])
        body = await aside.compute(
            form.media == YAML, representation.one, call.kind, stored, form, include, self._api.clock
        )
        return respond(body, status, form.media, warnings)

    async def _many(self, call: Call, page, form: Form) -> web.Response:
        include = call.query.text("includeObject")
        page = page._replace(items=await self._api.converter.stored(call.kind, page.items))
        body = await aside.compute(
            form.media == YAML, representation.many, call.kind, page, form, include, self._api.clock
        )
        return respond(body, 200, form.media)

    async def _written(self, call: Call, written: Written, form: Form) -> web.Response:
        return await self._one(call, written.stored, form, 201 if written.created else 200, written.warnings)
