"""Lists as `meta.k8s.io/v1` Tables, the form in which kubectl asks for them."""

from datetime import datetime

from loopkube.api.custom.columns import columns
from loopkube.kinds import Kind
from loopkube.kinds.registry import spec_of
from loopkube.kinds.shared.columns import Columns

TABLE = "meta.k8s.io/v1"


def table(kind: Kind, items: list[dict], *, metadata: dict, include_object: str, now: datetime) -> dict:
    """A Table of `items`; `include_object` is Metadata, Object or None, as in the query `includeObject`."""
    layout = columns_of(kind)
    rows = [_row(kind, layout, obj, include_object, now) for obj in items]
    head = {"kind": "Table", "apiVersion": TABLE, "metadata": metadata}
    return head | {"columnDefinitions": layout.definitions, "rows": rows}


def columns_of(kind: Kind) -> Columns:
    """The columns of a kind; those of a custom kind come from its definition."""
    return spec_of(kind).columns if kind.custom is None else columns(kind.custom)


def _row(kind: Kind, layout: Columns, obj: dict, include_object: str, now: datetime) -> dict:
    row: dict = {"cells": layout.cells(obj if kind.custom else {"spec": {}, **obj}, now)}  # some kinds may lack it
    conditions = layout.conditions(obj) if layout.conditions else []
    if conditions:
        row["conditions"] = conditions
    if include_object == "Object":
        row["object"] = {"kind": kind.kind, "apiVersion": kind.api_version} | obj
    elif include_object != "None":
        row["object"] = {"kind": "PartialObjectMetadata", "apiVersion": TABLE, "metadata": obj["metadata"]}
    return row
