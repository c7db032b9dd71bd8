"""Lists as `meta.k8s.io/v1` Tables, the form in which kubectl asks for them."""

from datetime import datetime

from loopkube.api import columns
from loopkube.kinds import Kind

TABLE = "meta.k8s.io/v1"


def table(kind: Kind, items: list[dict], *, metadata: dict, include_object: str, now: datetime) -> dict:
    """A Table of `items`; `include_object` is Metadata, Object or None, as in the query `includeObject`."""
    layout = columns.of_kind(kind)
    rows = [_row(kind, layout, obj, include_object, now) for obj in items]
    head = {"kind": "Table", "apiVersion": TABLE, "metadata": metadata}
    return head | {"columnDefinitions": layout.definitions, "rows": rows}


def _row(kind: Kind, layout: columns.Columns, obj: dict, include_object: str, now: datetime) -> dict:
    row: dict = {"cells": layout.cells(obj if kind.custom else {"spec": {}, **obj}, now)}  # some kinds may lack it
    conditions = layout.conditions(obj) if layout.conditions else []
    if conditions:
        row["conditions"] = conditions
    if include_object == "Object":
        row["object"] = {"kind": kind.kind, "apiVersion": kind.api_version} | obj
    elif include_object != "None":
        row["object"] = {"kind": "PartialObjectMetadata", "apiVersion": TABLE, "metadata": obj["metadata"]}
    return row
