"""AdmissionReview: what a webhook is asked, and what it may answer (webhook/request/admissionreview.go)."""

import base64
import binascii
import uuid
from typing import NamedTuple

import orjson

from loopkube.api.chain.attributes import Attributes
from loopkube.api.credentials import User
from loopkube.kinds import Kind
from loopkube.shared.status import quoted

VERSIONS = ("v1", "v1beta1")
GROUP = "admission.k8s.io"
JSON_PATCH = "JSONPatch"


class BadReview(Exception):
    """The answer is not one."""


class Verdict(NamedTuple):
    """What a webhook has answered."""

    allowed: bool
    patch: bytes
    patch_type: str
    result: dict | None
    warnings: list[str]
    audit_annotations: dict[str, str]


def version_for(accepted: list[str]) -> str:
    """The first version that both know. Raises BadReview."""
    known = next((version for version in accepted if version in VERSIONS), None)
    if known is None:
        raise BadReview("webhook does not accept known AdmissionReview versions (v1, v1beta1)")
    return known


def request(attributes: Attributes, seen_as: Kind, obj: dict | None, old: dict | None, version: str) -> dict:
    """The AdmissionReview to send: the request in the version of the resource that the webhook is for."""
    body_kind = attributes.body_kind or seen_as
    asked: dict = {
        "uid": str(uuid.uuid4()),
        "kind": _kind(body_kind),
        "resource": _resource(seen_as),
        "subResource": attributes.subresource,
        "requestKind": _kind(attributes.object_kind),
        "requestResource": _resource(attributes.kind),
        "requestSubResource": attributes.subresource,
        "name": attributes.name,
        "namespace": attributes.namespace,
        "operation": attributes.operation,
        "userInfo": _user(attributes.user),
        "object": obj,
        "oldObject": old,
        "dryRun": attributes.dry_run,
        "options": attributes.options,
    }
    for field in ("subResource", "requestSubResource", "name", "namespace"):
        if not asked[field]:
            del asked[field]
    return {"kind": "AdmissionReview", "apiVersion": f"{GROUP}/{version}", "request": asked}


def _kind(kind: Kind) -> dict:
    return {"group": kind.group, "version": kind.version, "kind": kind.kind}


def _resource(kind: Kind) -> dict:
    return {"group": kind.group, "version": kind.version, "resource": kind.plural}


def _user(user: User) -> dict:
    told: dict = {"username": user.name, "uid": user.uid, "groups": list(user.groups), "extra": user.extra}
    return {field: value for field, value in told.items() if value}


def verdict(body: bytes, asked: dict, *, mutating: bool) -> Verdict:
    """Reads the answer to `asked`. Raises BadReview in kube-apiserver's words."""
    try:
        review = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadReview(f"couldn't get version/kind; json parse error: {error}") from None
    answer = review.get("response") if isinstance(review, dict) else None
    if not isinstance(answer, dict):
        raise BadReview("webhook response was absent")
    patch, kind = _patch(answer), answer.get("patchType")
    if asked["apiVersion"] == f"{GROUP}/v1":
        _check_identity(review, answer, asked)
        _check_patch(patch, kind, mutating)
    elif patch:
        kind = JSON_PATCH
    result = answer.get("status")
    return Verdict(
        answer.get("allowed") is True,
        patch if mutating else b"",
        kind or "",
        result if isinstance(result, dict) else None,
        [warning for warning in answer.get("warnings") or () if isinstance(warning, str)],
        answer.get("auditAnnotations") or {},
    )


def _patch(answer: dict) -> bytes:
    try:
        return base64.b64decode(answer.get("patch") or "", validate=True)
    except (binascii.Error, ValueError, TypeError):
        raise BadReview("illegal base64 data at input byte 0") from None


def _check_identity(review: dict, answer: dict, asked: dict) -> None:
    uid, answered = asked["request"]["uid"], answer.get("uid") or ""
    if answered != uid:
        raise BadReview(f"expected response.uid={quoted(uid)}, got {quoted(str(answered))}")
    kind = _spelled(review.get("apiVersion") or "", review.get("kind") or "")
    expected = _spelled(asked["apiVersion"], asked["kind"])
    if kind != expected:
        raise BadReview(f"expected webhook response of {expected}, got {kind}")


def _spelled(api_version: str, kind: str) -> str:
    return f"{api_version}, Kind={kind}"


def _check_patch(patch: bytes, kind: object, mutating: bool) -> None:
    if not mutating:
        if patch:
            raise BadReview("validating webhook may not return response.patch")
        if kind is not None:
            raise BadReview("validating webhook may not return response.patchType")
    elif patch and kind is None:
        raise BadReview("webhook returned response.patch but not response.patchType")
    elif kind is not None and not patch:
        raise BadReview("webhook returned response.patchType but not response.patch")
    elif kind == "":
        raise BadReview('webhook returned invalid response.patchType of ""')
