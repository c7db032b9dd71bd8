"""The difference between two Pod specs, as kube-apiserver shows it in its refusal."""

import difflib
import json


def between(before: dict, after: dict) -> str:
    """A unified diff of both specs, three lines around each change."""
    return "\n".join(list(difflib.unified_diff(_lines(before), _lines(after), lineterm=""))[2:]) + "\n"


def _lines(spec: dict) -> list[str]:
    return json.dumps(spec, indent=1).splitlines()
