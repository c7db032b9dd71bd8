"""Kinds with two names: objects are stored in one form and served in both, as events are.

Which fields are called differently is said in the module of the second form: `loopkube.kinds.events.event`.
"""

from loopkube.kinds import Kind
from loopkube.kinds.registry import spec_of


def stored_kind(kind: Kind) -> Kind:
    """The kind under which objects of `kind` are stored."""
    form = spec_of(kind).second_form_of
    return form.kind if form else kind


def inward(kind: Kind, obj: dict) -> dict:
    """An object as it is stored."""
    form = spec_of(kind).second_form_of
    if form is None:
        return obj
    back = {new: old for old, new in form.renamed.items()}
    renamed = {back.get(field, field): value for field, value in obj.items()}
    return renamed | {"kind": form.kind.kind, "apiVersion": form.kind.api_version}


def outward(kind: Kind, obj: dict) -> dict:
    """A stored object in the form that was asked for: another version, or its kind's second form."""
    if obj["apiVersion"] == kind.api_version:
        return obj
    form = spec_of(kind).second_form_of
    if form:
        obj = {form.renamed.get(field, field): value for field, value in obj.items()}
    return obj | {"apiVersion": kind.api_version}


def is_renamed(kind: Kind) -> bool:
    """Whether more than the version differs from what is stored."""
    return spec_of(kind).second_form_of is not None
