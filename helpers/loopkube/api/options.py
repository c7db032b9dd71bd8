"""The options of a write and of a list, from a request's query, read as kube-apiserver reads them."""

from collections.abc import Callable
from typing import NamedTuple

from loopkube.api.credentials import ADMIN, User
from loopkube.api.query import Query
from loopkube.kinds import Kind
from loopkube.shared.status import (
    FORBIDDEN,
    INVALID,
    NOT_SUPPORTED,
    REQUIRED,
    ApiError,
    FieldError,
    invalid,
)

APPLY = "application/apply-patch+yaml"


def _options_kind(name: str) -> Kind:
    return Kind("meta.k8s.io", "v1", name, name.lower(), name.lower(), False)


def refuse(kind: str, *errors: FieldError) -> ApiError:
    """422 about the options themselves, e.g. `refuse("ListOptions", ...)`."""
    return invalid(_options_kind(kind), "", list(errors))


Approve = Callable[[Kind, dict, dict | None], None]
"""(kind, object, what it replaces): raises where the writer may not write this."""


def _grant(kind: Kind, obj: dict, old: dict | None) -> None:
    """Says nothing against a write."""


class WriteOptions(NamedTuple):
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
    errors += dry_run_errors(dry_run)
    if validation not in ("", "Ignore", "Warn", "Strict"):
        allowed = 'supported values: "Ignore", "Warn", "Strict"'
        errors.append(FieldError(NOT_SUPPORTED, "fieldValidation", validation, allowed))
    if len(manager) > 128:
        errors.append(FieldError(INVALID, "fieldManager", manager, "may not be more than 128 bytes"))
    if errors:
        raise refuse(options_kind, *errors)
    manager = manager or user_agent.split("/", 1)[0][:128] or "unknown"
    return WriteOptions(manager, bool(dry_run), validation or "Warn", force)


def dry_run_errors(values: list[str]) -> list[FieldError]:
    """For each value that is not All; [] when nothing is wrong."""
    allowed = 'supported values: "All"'
    if values and set(values) != {"All"}:
        return [FieldError(NOT_SUPPORTED, "dryRun", next(v for v in values if v != "All"), allowed)]
    return []


class ListOptions(NamedTuple):
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
