"""DeleteOptions: from the body of a request, or from its query, read as kube-apiserver reads them."""

from typing import NamedTuple

from loopkube.api.credentials import ADMIN, User
from loopkube.api.options import dry_run_errors, refuse
from loopkube.api.query import INT64, Query
from loopkube.shared.status import INVALID, NOT_SUPPORTED, FieldError, bad_request


class DeleteOptions(NamedTuple):
    """How an object shall go: with its dependents or without, how soon, and under which conditions."""

    grace: int | None = None
    propagation: str = ""
    orphan: bool | None = None
    uid: str = ""
    version: str = ""
    dry_run: bool = False
    user: User = ADMIN
    chained: bool = True
    """As in `WriteOptions`."""
    whole_collection: bool = False
    """Whether it is one of many: webhooks are then told no name."""

    def told(self) -> dict:
        """As admission webhooks see it."""
        conditions = {"uid": self.uid, "resourceVersion": self.version}
        given = {
            "gracePeriodSeconds": self.grace,
            "preconditions": {name: value for name, value in conditions.items() if value} or None,
            "orphanDependents": self.orphan,
            "propagationPolicy": self.propagation or None,
            "dryRun": ["All"] if self.dry_run else None,
        }
        head = {"kind": "DeleteOptions", "apiVersion": "meta.k8s.io/v1"}
        return head | {name: value for name, value in given.items() if value is not None}


def delete_options(query: Query, body: dict | None) -> DeleteOptions:
    """From the request's body when there is one, else from the query."""
    if body:
        conditions = _field(body, "preconditions", dict) or {}
        dry_run = _field(body, "dryRun", list) or []
        options = DeleteOptions(
            grace=_field(body, "gracePeriodSeconds", int),
            propagation=_field(body, "propagationPolicy", str) or "",
            orphan=_field(body, "orphanDependents", bool),
            uid=_field(conditions, "uid", str) or "",
            version=_field(conditions, "resourceVersion", str) or "",
            dry_run=bool(dry_run or query.all("dryRun")),
        )
    else:
        dry_run = query.all("dryRun")
        options = DeleteOptions(
            grace=query.number("gracePeriodSeconds"),
            propagation=query.text("propagationPolicy"),
            orphan=query.flag("orphanDependents") if "orphanDependents" in query else None,
            dry_run=bool(dry_run),
        )
    errors = _delete_errors(options) + dry_run_errors(dry_run)
    if errors:
        raise refuse("DeleteOptions", *errors)
    return options


def _delete_errors(options: DeleteOptions) -> list[FieldError]:
    where, policy = "propagationPolicy", options.propagation
    if policy and options.orphan is not None:
        detail = "orphanDependents and deletionPropagation cannot be both set"
        return [FieldError(INVALID, where, policy, detail)]
    if policy not in ("", "Foreground", "Background", "Orphan"):
        allowed = 'supported values: "Foreground", "Background", "Orphan", "nil"'
        return [FieldError(NOT_SUPPORTED, where, policy, allowed)]
    return []


_GO_TYPES = {dict: "v1.Preconditions", list: "[]string", int: "int64", str: "string", bool: "bool"}
_JSON_TYPES = {dict: "object", list: "array", int: "number", float: "number", str: "string", bool: "bool"}


def _field(body: dict, name: str, python_type: type):
    value = body.get(name)
    fits = python_type is not int or (type(value) is int and -INT64 <= value < INT64)
    if value is None or (type(value) is python_type and fits):
        return value
    json_type, where = _JSON_TYPES[type(value)], f"DeleteOptions.{name}"
    if isinstance(value, int | float) and python_type is int:
        json_type = f"number {value}"
    raise bad_request(
        f"json: cannot unmarshal {json_type} into Go struct field {where} of type {_GO_TYPES[python_type]}"
    )
