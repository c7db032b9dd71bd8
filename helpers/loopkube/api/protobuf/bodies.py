"""From a body to the object in it, and the refusals of what is none."""

import orjson

from loopkube.api.protobuf.fields import message_of
from loopkube.api.protobuf.messages import read
from loopkube.api.protobuf.wire import NotProtobuf
from loopkube.kinds import Kind
from loopkube.shared.status import ApiError, bad_request

MAGIC = b"k8s\x00"
MEDIA_TYPE = "application/vnd.kubernetes.protobuf"
_SUMMARY = 30
_FOR_CUSTOM_KINDS = "application/json, application/yaml"


def to_json(body: bytes, kind: Kind) -> bytes:
    """The JSON form of a body that should be an object of `kind`; raises ApiError in kube-apiserver's words."""
    if kind.custom is not None:
        why = f"the body of the request was in an unknown format - accepted media types include: {_FOR_CUSTOM_KINDS}"
        raise ApiError(415, "UnsupportedMediaType", why)
    try:
        return orjson.dumps(decode(body, kind))
    except orjson.JSONEncodeError as error:  # JSON inside a field, nested too deep
        raise bad_request(str(error)) from None
    except NotProtobuf as error:
        if error.kind:
            why = f'{error.kind} in version "{error.version}" cannot be handled as a {kind.kind}: {error}'
        else:
            why = f"the object provided is unrecognized (must be of type {kind.kind}): {error} ({_summary(body)})"
        raise bad_request(why) from None


def _summary(body: bytes) -> str:
    cut, more = body[:_SUMMARY], " ..." if len(body) > _SUMMARY else ""
    if not body:
        return "<empty>"
    return (cut.decode(errors="replace") if body[:1] == b"{" else cut.hex()) + more


def decode(body: bytes, kind: Kind) -> dict:
    """The object in a body; `kind` stands in where the envelope names none. Raises NotProtobuf.

    A kind that has no message here comes out without content: whoever takes the object refuses its kind.
    """
    if not body:
        raise NotProtobuf("empty data")
    if not body.startswith(MAGIC):
        raise NotProtobuf(f"provided data does not appear to be a protobuf message, expected prefix {_go(MAGIC)}")
    if body == MAGIC:
        raise NotProtobuf("empty body")
    envelope = read(body[len(MAGIC) :], "runtime.Unknown")
    named = envelope.get("typeMeta", {})
    head = {"apiVersion": named.get("apiVersion") or kind.api_version, "kind": named.get("kind") or kind.kind}
    message = message_of(head["apiVersion"], head["kind"])
    try:
        return head | (read(envelope.get("raw", b""), message) if message else {})
    except NotProtobuf as error:
        error.kind, error.version = head["kind"], head["apiVersion"].rpartition("/")[2]
        raise


def _go(data: bytes) -> str:
    return f"[{' '.join(str(byte) for byte in data)}]"
