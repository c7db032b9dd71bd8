"""The object of a request in the version that a webhook wants to see, and back."""

from loopkube.api import custom
from loopkube.api.chain.attributes import Attributes
from loopkube.api.decode import retyped
from loopkube.api.decoding.errors import TypeMismatch, ValueProblem
from loopkube.api.outside import Outside
from loopkube.api.webhooks.conversion import Converter
from loopkube.api.webhooks.invocation import Objects
from loopkube.kinds import Kind
from loopkube.kinds.registry import spec_of
from loopkube.shared.status import internal


def as_seen(kind: Kind, attributes: Attributes, converter: Converter, outside: Outside) -> Objects:
    """(object, old object) in the version of `kind`; those of the attributes where it is theirs."""
    if kind is attributes.kind or attributes.body_kind:
        return attributes.obj, attributes.old
    obj = _in(kind, attributes.obj, converter, outside)
    return obj, _in(kind, attributes.old, converter, outside)


def _in(kind: Kind, obj: dict | None, converter: Converter, outside: Outside) -> dict | None:
    if obj is None or obj.get("apiVersion") == kind.api_version:
        return obj
    return outside.wait(converter.convert, kind.resource, [obj], kind.api_version)[0]


def as_requested(patched: dict, seen_as: Kind, attributes: Attributes, converter: Converter, outside: Outside) -> dict:
    """What a webhook has made of the object, decoded and completed, in the version of the request. Raises ApiError."""
    kind = attributes.object_kind
    try:
        if attributes.body_kind is None and seen_as is not kind:
            custom.retyped_custom(seen_as, patched)
            patched = _in(kind, patched, converter, outside) or patched
        if kind.custom is not None:
            custom.retyped_custom(kind, patched)
        elif kind.schema:
            retyped(kind, patched)
    except (TypeMismatch, ValueProblem) as problem:
        raise internal(problem) from None
    defaults = spec_of(kind).defaults
    if defaults and kind.resource == attributes.kind.resource:
        defaults(patched)
    return patched
