"""Errors as the API sends them: a `Status` object and an HTTP code.

`ApiError` is the only exception class of the API; its parts are those of `metav1.Status`. The functions
below make the ones that recur, worded as kube-apiserver words them. Clients (in-process and over HTTPS)
raise the same class, so a controller tests `error.reason == "Conflict"` wherever it runs.
"""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loopkube.kinds import Kind


class ApiError(Exception):
    """A refusal. `details` and `metadata` are the Status' own; `warnings` were found before it."""

    def __init__(self, code: int, reason: str, message: str, details: dict | None = None) -> None:
        super().__init__(message)
        self.code, self.reason, self.message, self.details = code, reason, message, details
        self.metadata: dict = {}
        self.warnings: list[str] = []

    def status(self) -> dict:
        """The Status object that is sent as the answer's body."""
        body = {"kind": "Status", "apiVersion": "v1", "metadata": self.metadata, "status": "Failure"}
        body["message"] = self.message
        if self.reason:
            body["reason"] = self.reason
        if self.details is not None:
            body["details"] = self.details
        return body | {"code": self.code}

    @classmethod
    def from_status(cls, body: dict, code: int) -> "ApiError":
        """The error of an answer's Status; `code` is that of HTTP, where the body has none."""
        return cls(body.get("code", code), body.get("reason", ""), body.get("message", ""), body.get("details"))


def named(kind: "Kind", name: str) -> dict:
    """Status details of one object: name, group, kind (the plural, as Kubernetes has it)."""
    return ({"name": name} if name else {}) | ({"group": kind.group} if kind.group else {}) | {"kind": kind.plural}


def bad_request(message: str) -> ApiError:
    """400."""
    return ApiError(400, "BadRequest", message)


def forbidden(kind: "Kind", name: str, why: str) -> ApiError:
    """403, in the words of apimachinery's NewForbidden."""
    return refusal(f'{kind.resource} "{name}" is forbidden: {why}', named(kind, name))


def refusal(message: str, details: dict) -> ApiError:
    """403 in words of one's own."""
    return ApiError(403, "Forbidden", message, details)


def not_found(kind: "Kind", name: str) -> ApiError:
    """404, in the words of apimachinery's NewNotFound."""
    return ApiError(404, "NotFound", f'{kind.resource} "{name}" not found', named(kind, name))


def no_such_resource() -> ApiError:
    """The 404 for a path that no kind is served at; its text is the one for every such path."""
    return ApiError(404, "NotFound", "the server could not find the requested resource", {})


def already_exists(kind: "Kind", name: str) -> ApiError:
    """409, in the words of apimachinery's NewAlreadyExists."""
    return ApiError(409, "AlreadyExists", f'{kind.resource} "{name}" already exists', named(kind, name))


def conflict(kind: "Kind", name: str, why: str) -> ApiError:
    """409: the object has changed, or is not in a state for this."""
    message = f'Operation cannot be fulfilled on {kind.resource} "{name}": {why}'
    return ApiError(409, "Conflict", message, named(kind, name))


def method_not_allowed() -> ApiError:
    """405, as for a verb that a page does not have."""
    message = "the server does not allow this method on the requested resource"
    return ApiError(405, "MethodNotAllowed", message, {})


def expired(message: str) -> ApiError:
    """410: the client has to list again before it goes on watching."""
    return ApiError(410, "Expired", message)


def internal(why: object) -> ApiError:
    """500, as apierrors.NewInternalError words it."""
    causes = {"causes": [{"message": str(why)}]}
    return ApiError(500, "InternalError", f"Internal error occurred: {why}", causes)


# Kinds of field errors: (reason in the Status, words in the message); k8s.io/apimachinery/pkg/util/validation/field
REQUIRED = ("FieldValueRequired", "Required value")
INVALID = ("FieldValueInvalid", "Invalid value")
NOT_SUPPORTED = ("FieldValueNotSupported", "Unsupported value")
FORBIDDEN = ("FieldValueForbidden", "Forbidden")
DUPLICATE = ("FieldValueDuplicate", "Duplicate value")
NOT_FOUND = ("FieldValueNotFound", "Not found")
TOO_LONG = ("FieldValueTooLong", "Too long")
TOO_MANY = ("FieldValueTooMany", "Too many")
TYPE_INVALID = ("FieldValueTypeInvalid", "Invalid value")

_NO_VALUE = (REQUIRED, FORBIDDEN, TOO_LONG, TOO_MANY)
OMITTED = object()
"""Stands for a value that is too large to be told."""


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with one field, e.g. `FieldError(REQUIRED, "spec.rules[0].host")`."""

    what: tuple[str, str]
    field: str
    value: object = None
    detail: str = ""

    @property
    def body(self) -> str:
        """As field.Error's ErrorBody in apimachinery: without the path."""
        told = self.what not in _NO_VALUE and self.value is not OMITTED
        summary = self.what[1] if not told else f"{self.what[1]}: {quoted(self.value)}"
        return f"{summary}: {self.detail}" if self.detail else summary

    @property
    def cause(self) -> dict:
        """The entry of details.causes, which clients read instead of the message."""
        return _cause(self.what[0], self.body, self.field)


def _cause(reason: str, message: str, field: str) -> dict:
    return {"reason": reason, "message": message, "field": field}


def quoted(value: object) -> str:
    """A value as Go's field errors print it: strings in quotes, everything else as JSON."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")  # as json.Marshal does


def invalid(kind: "Kind", name: str, errors: list[FieldError]) -> ApiError:
    """422 with every field error, in the order found, each once."""
    title = f"{kind.kind}.{kind.group}" if kind.group else kind.kind
    different = {(error.field, body): error.what[0] for error in errors for body in (error.body,)}
    lines = [f"{field}: {body}" for field, body in different]
    text = lines[0] if len(lines) == 1 else f"[{', '.join(lines)}]"
    details = ({"name": name} if name else {}) | ({"group": kind.group} if kind.group else {}) | {"kind": kind.kind}
    causes = [_cause(reason, body, field) for (field, body), reason in different.items()]
    return ApiError(422, "Invalid", f'{title} "{name}" is invalid: {text}', details | {"causes": causes})
