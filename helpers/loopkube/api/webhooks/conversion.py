"""Custom objects in another version: by name only, or by the webhook of their definition.

After apiextensions-apiserver/pkg/apiserver/conversion.
"""

import uuid
from typing import TypeVar

import orjson

from loopkube.api.decoding.errors import TypeMismatch
from loopkube.api.store.store import Store
from loopkube.api.store.table import Stored
from loopkube.api.webhooks.configurations import DEFINITIONS
from loopkube.api.webhooks.transport import Caller, NotAnswered
from loopkube.kinds import Kind
from loopkube.shared.status import internal, quoted

T = TypeVar("T")
SECONDS = 30
_VERSIONS = ("v1", "v1beta1")
_GROUP = "apiextensions.k8s.io"
_IDENTITY = ("name", "namespace", "uid")
_FREE = ("labels", "annotations")
"""What a webhook may change of an object's metadata."""


def webhook_of(definition: dict) -> dict | None:
    """`spec.conversion.webhook`, where the strategy is Webhook."""
    conversion = definition["spec"].get("conversion") or {}
    return conversion.get("webhook") if conversion.get("strategy") == "Webhook" else None


def stored_version(definition: dict) -> str:
    """GROUP/VERSION in which objects are to be stored."""
    spec = definition["spec"]
    return next(f"{spec['group']}/{version['name']}" for version in spec["versions"] if version.get("storage"))


class Converter:
    """One per API."""

    def __init__(self, store: Store, caller: Caller) -> None:
        self._store, self._caller = store, caller

    def webhook(self, resource: str) -> dict | None:
        """The client config of a definition's conversion webhook; None where it converts by name only."""
        stored = self._store.get(DEFINITIONS, "", resource)
        return webhook_of(stored.obj) if stored else None

    async def stored(self, kind: Kind, items: list[Stored]) -> list[Stored]:
        """Objects as they are read in the version of `kind`; without a webhook only their version's name is another."""
        if kind.custom is None or all(item.obj["apiVersion"] == kind.api_version for item in items):
            return items
        if self.webhook(kind.resource) is None:
            return items
        objects = await self.convert(kind.resource, [item.obj for item in items], kind.api_version)
        return [
            item if obj is item.obj else Stored(ordered(obj), orjson.dumps(ordered(obj)), item.version)
            for item, obj in zip(items, objects, strict=True)
        ]

    async def convert(self, resource: str, objects: list[dict], api_version: str) -> list[dict]:
        """New objects, in their order; those that are in this version already are the same. Raises ApiError (500)."""
        others = [obj for obj in objects if obj["apiVersion"] != api_version]
        if not others:
            return objects
        webhook = self.webhook(resource)
        if webhook is None:
            converted = [obj | {"apiVersion": api_version} for obj in others]
        else:
            converted = await self._ask(webhook, others, api_version)
        fresh = iter(converted)
        return [obj if obj["apiVersion"] == api_version else next(fresh) for obj in objects]

    async def _ask(self, webhook: dict, objects: list[dict], api_version: str) -> list[dict]:
        about = f"conversion webhook for {_spelled(objects[0])}"
        version = next((v for v in webhook.get("conversionReviewVersions") or () if v in _VERSIONS), None)
        if version is None:
            raise internal("no supported conversion review versions")
        request = {"uid": str(uuid.uuid4()), "desiredAPIVersion": api_version, "objects": objects}
        review = {"kind": "ConversionReview", "apiVersion": f"{_GROUP}/{version}", "request": request}
        config = webhook.get("clientConfig") or {}
        try:
            body = await self._caller.post(config, review, SECONDS, told=False)
            converted = _converted(body, review)
        except (NotAnswered, _BadConversion) as error:
            raise internal(f"{about} failed: {error}") from None
        if len(converted) != len(objects):
            raise internal(f"{about} returned {len(converted)} objects, expected {len(objects)}")
        for index, (before, after) in enumerate(zip(objects, converted, strict=True)):
            _check(about, index, before, after, api_version)
        return [_restored(before, after) for before, after in zip(objects, converted, strict=True)]


def ordered(obj: dict) -> dict:
    """As stored objects begin."""
    return {"kind": obj["kind"], "apiVersion": obj["apiVersion"]} | obj


class _BadConversion(Exception):
    pass


def _converted(body: bytes, asked: dict) -> list[dict]:
    try:
        review = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _BadConversion(f"couldn't get version/kind; json parse error: {error}") from None
    if not isinstance(review, dict):
        raise _BadConversion("no response provided")
    kind = f"{review.get('apiVersion', '')}, Kind={review.get('kind', '')}"
    expected = f"{asked['apiVersion']}, Kind=ConversionReview"
    if asked["apiVersion"].endswith("/v1") and kind != expected:
        raise _BadConversion(f"expected webhook response of {expected}, got {kind}")
    answer = review.get("response")
    if not isinstance(answer, dict):
        raise _BadConversion("no response provided")
    uid, answered = asked["request"]["uid"], str(answer.get("uid") or "")
    if asked["apiVersion"].endswith("/v1") and answered != uid:
        raise _BadConversion(f"expected response.uid={quoted(uid)}, got {quoted(answered)}")
    result: dict = _typed(answer, "result", {}, "v1.Status")
    objects: list = _typed(answer, "convertedObjects", [], "[]runtime.RawExtension")
    if result.get("status") != "Success":
        raise _BadConversion(
            result.get("message") or f"response.result.status was '{result.get('status', '')}', not 'Success'"
        )
    if not all(isinstance(obj, dict) for obj in objects):
        raise _BadConversion("invalid converted object")
    return objects


def _typed(answer: dict, field: str, empty: T, go_type: str) -> T:
    """A field of the response, in the words of Go's decoder where it is something else."""
    value = answer.get(field) or empty
    if isinstance(value, type(empty)):
        return value
    mismatch = TypeMismatch(value, go_type)
    mismatch.within("ConversionResponse", f"response.{field}")
    raise _BadConversion(str(mismatch))


def _spelled(obj: dict) -> str:
    return f"{obj['apiVersion']}, Kind={obj['kind']}"


def _check(about: str, index: int, before: dict, after: dict, api_version: str) -> None:
    """The same object, in the version that was asked for."""
    start = f"{about} returned invalid object at index {index}"
    got = after.get("apiVersion", "")
    if got != api_version:
        raise internal(f"{start}: invalid groupVersion (expected {api_version}, received {got})")
    if after.get("kind") != before["kind"]:
        raise internal(f"{start}: invalid kind (expected {before['kind']}, received {after.get('kind', '')})")
    was, now = before["metadata"], after.get("metadata")
    if not isinstance(now, dict):
        raise internal(f"{about} returned invalid metadata: missing metadata in converted object")
    for field in _IDENTITY:
        spelled = "UID" if field == "uid" else field
        if was.get(field, "") != now.get(field, ""):
            why = f"must have the same {spelled}: {was.get(field, '')} != {now.get(field, '')}"
            raise internal(f"{about} returned invalid object: {why}")


def _restored(before: dict, after: dict) -> dict:
    """Of the metadata only labels and annotations are the webhook's."""
    metadata = {name: value for name, value in before["metadata"].items() if name not in _FREE}
    given = after["metadata"]
    return after | {"metadata": metadata | {name: given[name] for name in _FREE if given.get(name)}}
