"""The query parameters and DeleteOptions of a request, read as kube-apiserver reads them."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from loopkube.api.credentials import ADMIN, User
from loopkube.kinds import Kind
from loopkube.shared.status import (
    FORBIDDEN,
    INVALID,
    NOT_SUPPORTED,
    REQUIRED,
    ApiError,
    FieldError,
    bad_request,
    invalid,
)

APPLY = "application/apply-patch+yaml"
_INT64 = 2**63


class Query:
    """The parameters of a URL; a repeated one keeps all its values."""

    __slots__ = ("_values",)

    def __init__(self, text: str = "") -> None:
        self._values: dict[str, list[str]] = {}
        if text:
            for name, value in parse_qsl(text, keep_blank_values=True):
                self._values.setdefault(name, []).append(value)

    def text(self, name: str) -> str:
        """The first value of a parameter, as Go's url.Values.Get; "" where it is not there."""
        return self._values[name][0] if name in self._values else ""

    def all(self, name: str) -> list[str]:
        """Every value of a parameter that may be repeated (`command` of exec)."""
        return self._values.get(name, [])

    def flag(self, name: str) -> bool:
        """Go's reading of a boolean parameter: present means true, unless it says 0 or false."""
        return name in self._values and self._values[name][0].lower() not in ("0", "false")

    def number(self, name: str) -> int | None:
        """A parameter as an int; None where it is not there or empty. Raises a 400 ApiError for other text."""
        if name not in self._values or self._values[name][0] == "":
            return None
        return parse_int(self._values[name][0])

    def __contains__(self, name: str) -> bool:
        return name in self._values


def parse_int(text: str) -> int:
    """An int64 in Go's spelling, or 400 in Go's words."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isascii() and digits.isdigit()):
        raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    digits = digits.lstrip("0") or "0"
    number = int(digits[:20]) * (-1 if text[0] == "-" else 1)
    if len(digits) > 19 or not -_INT64 <= number < _INT64:
        raise bad_request(f'strconv.ParseInt: parsing "{text}": value out of range')
    return number


def _options_kind(name: str) -> Kind:
    return Kind("meta.k8s.io", "v1", name, name.lower(), name.lower(), False)


def refuse(kind: str, *errors: FieldError) -> ApiError:
    """422 about the options themselves, e.g. `refuse("ListOptions", ...)`."""
    return invalid(_options_kind(kind), "", list(errors))


Approve = Callable[[Kind, dict, dict | None], None]
"""(kind, object, what it replaces): raises where the writer may not write this."""


def _grant(kind: Kind, obj: dict, old: dict | None) -> None:
    """Says nothing against a write."""


@dataclass(frozen=True)
class WriteOptions:
    """What a writer may ask for, beside the object itself, and what its writer may not write."""

    manager: str = "unknown"
    dry_run: bool = False
    field_validation: str = "Warn"
    force: bool = False
    approve: Approve = _grant
    user: User = ADMIN
    """Who writes, as admission is told."""
    chained: bool = True
    """Whether webhooks and policies are asked; not for what the API server makes before it serves anybody."""

    def told(self, kind: str) -> dict:
        """As admission webhooks see it; `kind`: CreateOptions, UpdateOptions."""
        told: dict = {"kind": kind, "apiVersion": "meta.k8s.io/v1"}
        if self.dry_run:
            told["dryRun"] = ["All"]
        return told | {"fieldManager": self.manager, "fieldValidation": self.field_validation}


def write_options(query: Query, options_kind: str, user_agent: str, content_type: str = "") -> WriteOptions:
    """`options_kind`: CreateOptions, UpdateOptions, PatchOptions; `content_type` matters for patches only."""
    errors = []
    dry_run, validation = query.all("dryRun"), query.text("fieldValidation")
    manager, force = query.text("fieldManager"), query.flag("force")
    if options_kind == "PatchOptions":
        if content_type == APPLY and not manager:
            errors.append(FieldError(REQUIRED, "fieldManager", detail="is required for apply patch"))
        elif content_type != APPLY and "force" in query:
            errors.append(FieldError(FORBIDDEN, "force", detail="may not be specified for non-apply patch"))
    errors += _dry_run_errors(dry_run)
    if validation not in ("", "Ignore", "Warn", "Strict"):
        allowed = 'supported values: "Ignore", "Warn", "Strict"'
        errors.append(FieldError(NOT_SUPPORTED, "fieldValidation", validation, allowed))
    if len(manager) > 128:
        errors.append(FieldError(INVALID, "fieldManager", manager, "may not be more than 128 bytes"))
    if errors:
        raise refuse(options_kind, *errors)
    manager = manager or user_agent.split("/", 1)[0][:128] or "unknown"
    return WriteOptions(manager, bool(dry_run), validation or "Warn", force)


def _dry_run_errors(values: list[str]) -> list[FieldError]:
    allowed = 'supported values: "All"'
    if values and set(values) != {"All"}:
        return [FieldError(NOT_SUPPORTED, "dryRun", next(v for v in values if v != "All"), allowed)]
    return []


@dataclass(frozen=True)
class ListOptions:
    """What a reader of a collection may ask for."""

    labels: str = ""
    fields: str = ""
    limit: int = 0
    token: str = ""
    version: str = ""
    version_match: str = ""
    watch: bool = False
    bookmarks: bool = False
    timeout: int | None = None
    initial_events: bool | None = None


def list_options(query: Query) -> ListOptions:
    """The query of a list or watch. Raises a 400 ApiError for what is not a number, or does not go with what else is
    asked."""
    options = ListOptions(
        labels=query.text("labelSelector"),
        fields=query.text("fieldSelector"),
        limit=max(query.number("limit") or 0, 0),
        token=query.text("continue"),
        version=query.text("resourceVersion"),
        version_match=query.text("resourceVersionMatch"),
        watch=query.flag("watch"),
        bookmarks=query.flag("allowWatchBookmarks"),
        timeout=query.number("timeoutSeconds"),
        initial_events=query.flag("sendInitialEvents") if "sendInitialEvents" in query else None,
    )
    errors = _watch_errors(options) if options.watch else _list_errors(options)
    if errors:
        raise refuse("ListOptions", *errors)
    return options


_ALLOWED_MATCHES = 'supported values: "Exact", "NotOlderThan", ""'


def _list_errors(options: ListOptions) -> list[FieldError]:
    match, where = options.version_match, "resourceVersionMatch"
    errors = []
    if options.initial_events is not None:
        detail = "sendInitialEvents is forbidden for list"
        errors.append(FieldError(FORBIDDEN, "sendInitialEvents", detail=detail))
    if match:
        if not options.version:
            detail = "resourceVersionMatch is forbidden unless resourceVersion is provided"
            errors.append(FieldError(FORBIDDEN, where, detail=detail))
        if options.token:
            detail = "resourceVersionMatch is forbidden when continue is provided"
            errors.append(FieldError(FORBIDDEN, where, detail=detail))
        if match not in ("Exact", "NotOlderThan"):
            errors.append(FieldError(NOT_SUPPORTED, where, match, _ALLOWED_MATCHES))
        if match == "Exact" and options.version == "0":
            detail = 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'
            errors.append(FieldError(FORBIDDEN, where, detail=detail))
    return errors


def _watch_errors(options: ListOptions) -> list[FieldError]:
    match, where = options.version_match, "resourceVersionMatch"
    if options.initial_events is not None:
        if match != "NotOlderThan":
            detail = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
            return [FieldError(FORBIDDEN, where, detail=detail)]
    elif match:
        detail = "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"
        return [FieldError(FORBIDDEN, where, detail=detail)]
    return []


@dataclass(frozen=True)
class DeleteOptions:
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
    errors = _delete_errors(options) + _dry_run_errors(dry_run)
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
    fits = python_type is not int or (type(value) is int and -_INT64 <= value < _INT64)
    if value is None or (type(value) is python_type and fits):
        return value
    json_type, where = _JSON_TYPES[type(value)], f"DeleteOptions.{name}"
    if isinstance(value, int | float) and python_type is int:
        json_type = f"number {value}"
    raise bad_request(
        f"json: cannot unmarshal {json_type} into Go struct field {where} of type {_GO_TYPES[python_type]}"
    )
