"""Whatever is sent, the API answers with a result or a refusal: recorded objects, bent at random places."""

import copy
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loopkube.api import bootstrap, representation
from loopkube.api.negotiation import TABLE, Form
from loopkube.api.options import WriteOptions
from loopkube.api.store.store import Store
from loopkube.api.verbs import Api
from loopkube.kinds.registry import Kinds
from loopkube.shared.clock import Clock
from loopkube.shared.status import ApiError

RECORDINGS = Path(__file__).parent.parent / "recordings" / "api"
EMPTY = (None, 0, "", [], {}, [None], [[]], [{}], {"": ""}, {"a": None})
ODD = (-1, 1.5, 2**70, True, "x", "a/b", "\0", "é", "9" * 20, "2001-01-01T00:00:00Z", "10m", "127.0.0.1", "*")
JUNK = st.sampled_from((*EMPTY, *ODD, {"$patch": "delete"}, {"$patch": "replace"}))
PATCHES = st.sampled_from(["merge-patch+json", "strategic-merge-patch+json", "apply-patch+yaml"])
TABLE_FORM = Form(shape=TABLE)


@cache
def recorded() -> list[dict]:
    return list(_recorded())


def _recorded() -> Iterator[dict]:
    for path in sorted(RECORDINGS.glob("*.json")):
        for step in json.loads(path.read_text())["steps"]:
            body = step["request"].get("body")
            if isinstance(body, dict) and "kind" in body:
                yield body


def places(value: object, at: tuple = ()) -> Iterator[tuple]:
    yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*at, key))


@st.composite
def bent(draw: st.DrawFn) -> dict:
    """A recorded object with one to three of its values replaced."""
    obj = copy.deepcopy(draw(st.sampled_from(recorded())))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.sampled_from(list(places(obj))[1:]))
        inner = obj
        for key in at[:-1]:
            inner = inner[key]
        inner[at[-1]] = copy.deepcopy(draw(JUNK))
    return obj


def attempt(call: Callable[..., object], *arguments: object) -> None:
    try:
        call(*arguments)
    except ApiError as error:
        assert 400 <= error.code < 500, error


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(bent(), bent(), PATCHES), min_size=1, max_size=3))
def test_bent_objects_are_taken_or_refused(attempts: list[tuple[dict, dict, str]]) -> None:
    api = Api(Store(None), Kinds(), Clock())
    bootstrap.install(api, "127.0.0.1", 1)
    for obj, change, way in attempts:
        kind = api.kinds.of(str(obj.get("apiVersion")), str(obj.get("kind"))) or api.kinds.of("v1", "ConfigMap")
        assert kind is not None
        namespace = "default" if kind.namespaced else ""
        attempt(api.create, kind, namespace, json.dumps(obj).encode(), "application/json")
        for stored in api.store.list(kind.resource)[:2]:
            place = (kind, stored.obj["metadata"].get("namespace", ""), stored.obj["metadata"]["name"])
            body, options = json.dumps(change).encode(), WriteOptions(manager="m", force=True)
            attempt(api.patch, *place, body, f"application/{way}", options)
            attempt(api.update, *place, body, "application/json")
        attempt(representation.many, kind, api.list(kind), TABLE_FORM, "", Clock())
