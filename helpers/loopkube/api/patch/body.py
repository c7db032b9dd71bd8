"""Reading the body of a patch; errors in the words of Go's JSON decoder."""

import json

import orjson

from loopkube.api.errors import bad_request

_GO_TYPES = {dict: "object", list: "array", str: "string", bool: "bool", int: "number", float: "number"}


def read(body: bytes, into: type, go_type: str) -> object:
    """The parsed body, which must be of the Python type `into` (`go_type` is its name in errors) or null."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise bad_request(f"error decoding patch: {syntax_error(body)}") from None
    if value is not None and not isinstance(value, into):
        raise bad_request(f"error decoding patch: json: cannot unmarshal {_GO_TYPES[type(value)]} into {go_type}")
    return value


def syntax_error(body: bytes) -> str:
    """What Go says about text that is no JSON."""
    text = body.decode(errors="replace")
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()):
            return "unexpected end of JSON input"
        return f"invalid character {text[error.pos]!r} looking for beginning of {_looking_for(error.msg)}"
    return "unexpected end of JSON input"


def _looking_for(message: str) -> str:
    return "object key string" if "property name" in message else "value"
