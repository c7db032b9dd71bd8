"""Kinds with two forms: objects are stored in one and served in both, as events and autoscalers are.

What is otherwise in the second form is said in its module: `loopkube.kinds.events.event`.
"""

from loopkube.api.decoding.errors import TypeMismatch, ValueProblem
from loopkube.api.decoding.structs import struct
from loopkube.kinds import Kind
from loopkube.kinds.registry import spec_of
from loopkube.shared.status import bad_request


def stored_kind(kind: Kind) -> Kind:
    """The kind under which objects of `kind` are stored."""
    form = spec_of(kind).second_form_of
    return form.kind if form else kind


def inward(kind: Kind, obj: dict) -> dict:
    """An object as it is stored. Raises ApiError (400): a second form may hold text that is decoded only here."""
    form = spec_of(kind).second_form_of
    if form is None:
        return obj
    made = form.inward(obj) | {"kind": form.kind.kind, "apiVersion": form.kind.api_version}
    try:
        return struct(form.kind.schema).decode(made, [])
    except (TypeMismatch, ValueProblem) as problem:
        raise bad_request(str(problem)) from None


def outward(kind: Kind, obj: dict) -> dict:
    """A stored object in the form that was asked for: another version, or its kind's second form."""
    if obj["apiVersion"] == kind.api_version:
        return obj
    form = spec_of(kind).second_form_of
    return (form.outward(obj) if form else obj) | {"apiVersion": kind.api_version}


def is_renamed(kind: Kind) -> bool:
    """Whether more than the version differs from what is stored."""
    return spec_of(kind).second_form_of is not None
