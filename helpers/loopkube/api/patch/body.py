"""Reading the body of a patch; errors in the words of Go's JSON decoder."""

from typing import Any

import orjson

from loopkube.api.decoding.json_errors import go_message
from loopkube.shared.status import bad_request

_GO_TYPES = {dict: "object", list: "array", str: "string", bool: "bool", int: "number", float: "number"}


def read(body: bytes, into: type, go_type: str) -> Any:
    """The parsed body, which must be of the Python type `into` (`go_type` is its name in errors) or null."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise bad_request(f"error decoding patch: {go_message(body.decode(errors='replace'))}") from None
    if value is not None and not isinstance(value, into):
        raise bad_request(f"error decoding patch: json: cannot unmarshal {_GO_TYPES[type(value)]} into {go_type}")
    return value
