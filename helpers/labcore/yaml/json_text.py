"""JSON that is changed and written back in its layout: indentation, separators, and lines that did not change."""

import json
import re
from typing import Any

_INDENT = re.compile(r"[{\[]\r?\n([ \t]+)\S")


def rewritten(text: str, before: object, after: object) -> str:
    """The text of a JSON value after a change."""
    from labcore.yaml.roundtrip import only_changed

    return "".join(line for line, _ in only_changed(text, _dumped(text, before), _dumped(text, after)))


def _dumped(text: str, value: Any) -> str:
    match = _INDENT.search(text)
    colon = ": " if re.search(r'": ', text) or match else ":"
    comma = "," if match or not re.search(r'[\]}"\d], ', text) else ", "
    return json.dumps(value, indent=match[1] if match else None, separators=(comma, colon), ensure_ascii=text.isascii())
