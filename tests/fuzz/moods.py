"""Webhooks that answer well, badly, slowly, or not at all."""

import asyncio
from random import Random

import webhook_program as program
from aiohttp import web
from webhook_program import Webhook

TIMEOUT = 1
"""Seconds that the configurations give a webhook."""
CODES = (200, 400, 403, 404, 409, 422, 500, 503, 599, "x", -1, 2**40)
PATCHES = (
    {"op": "add", "path": "/metadata/annotations", "value": {"by": "webhook"}},
    {"op": "add", "path": "/metadata/labels", "value": {"a": "b", "c": 7}},
    {"op": "remove", "path": "/spec"},
    {"op": "replace", "path": "", "value": []},
    {"op": "replace", "path": "/metadata", "value": None},
    {"op": "replace", "path": "/kind", "value": "Other"},
    {"op": "add", "path": "/metadata/name", "value": "other"},
    {"op": "add", "path": "/spec/containers/0/image", "value": {}},
    {"op": "add", "path": "/deep", "value": [[[[[[]]]]]]},
    {"op": "add", "path": "/data", "value": {"big": "x" * 400_000}},
    {"op": "copy", "from": "", "path": "/spec/spec"},
    {"op": "x"},
)
BODIES = (b"", b"{", b"[]", b"null", b"7", b'{"response": 1}', b"[" * 90_000, b"\xff" * 50, b"x" * 3_000_000)


class Moody:
    """The answers of one webhook; `hook` is set when it runs. `changes` says whether it may patch."""

    def __init__(self, seed: int, *, changes: bool) -> None:
        self._random, self._changes = Random(seed), changes
        self.hook: Webhook | None = None

    async def answer(self, request: dict) -> object:
        mood = self._random.random()
        if mood < 0.006:
            await asyncio.sleep(self._random.choice((0.2, TIMEOUT + 0.5)))
        elif mood < 0.02 and self.hook:
            self.hook.connections[-1].abort()
        elif mood < 0.04:
            return web.Response(status=self._random.choice((200, 201, 302, 404, 500, 503)), body=self._body())
        if "objects" in request:
            return self._converted(request)
        return self._judged(request)

    def _body(self) -> bytes:
        return self._random.choice(BODIES)

    def _judged(self, request: dict) -> dict:
        chance = self._random.random()
        if chance < 0.04:
            return {"allowed": False, "status": {"message": "no", "code": self._random.choice(CODES)}}
        if chance < 0.06:
            return {"allowed": self._random.choice((None, "x", 1)), "uid": 7, "status": []}
        if chance < 0.1 and self._changes:
            return {"allowed": True, "patchType": "JSONPatch", "patch": self._random.choice(("!", "bnVsbA==", "e30="))}
        if chance < 0.4 and self._changes:
            return program.patched(*self._random.choices(PATCHES[:2] if chance < 0.3 else PATCHES, k=2))
        warnings = ["careful", "x" * 9000, "a\nb"] if chance < 0.5 else []
        return {"allowed": True, "warnings": warnings, "auditAnnotations": {"a": "b"}}

    def _converted(self, request: dict) -> dict:
        chance, wanted = self._random.random(), request["desiredAPIVersion"]
        objects = [obj | {"apiVersion": wanted} for obj in request["objects"]]
        if chance < 0.03:
            objects = self._random.choice(([], objects * 2, [None], [{}], [obj | {"metadata": {}} for obj in objects]))
        if chance > 0.98:
            return {"convertedObjects": [], "result": self._random.choice(({"status": "Failure"}, None, "x"))}
        return {"convertedObjects": objects, "result": {"status": "Success"}}
