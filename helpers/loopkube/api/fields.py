"""Field selectors such as `metadata.name!=b,status.phase=Running`. Each kind says which fields it has for that."""

from collections.abc import Callable
from functools import lru_cache

from loopkube.kinds import Kind
from loopkube.kinds.registry import spec_of
from loopkube.kinds.shared.fields import Getter, fields
from loopkube.shared.status import ApiError, bad_request

Predicate = Callable[[dict], bool]

_EVERYWHERE = fields("metadata.name", "metadata.namespace")


def _unknown(kind: Kind, label: str) -> ApiError:
    if spec_of(kind).selectable or kind.custom is not None:
        return bad_request(f"field label not supported: {label}")
    return bad_request(f'"{label}" is not a known field selector: only "metadata.name", "metadata.namespace"')


def _terms(text: str) -> list[tuple[str, str, str]]:
    """(label, operator, value) of each term; `\\` escapes `,`, `=` and itself in values."""
    terms = []
    for term in _split(text):
        if not term:
            continue
        at = next((i for i in range(len(term)) if term[i : i + 1] == "=" or term[i : i + 2] == "!="), None)
        if at is None:
            raise bad_request(f"invalid selector: '{text}'; can't understand '{term}'")
        operator = next(op for op in ("!=", "==", "=") if term.startswith(op, at))
        terms.append((term[:at], operator, _unescape(term[at + len(operator) :])))
    return terms


def _split(text: str) -> list[str]:
    parts, start, escaped = [], 0, False
    for at, char in enumerate(text):
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == ",":
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]


def _unescape(value: str) -> str:
    if "\\" not in value and "=" not in value:
        return value
    out, chars = [], iter(value)
    for char in chars:
        if char == "\\":
            char = next(chars, "")
            if char not in ("\\", ",", "="):
                raise bad_request(f"invalid field selector: invalid escape sequence in value: {value}")
        elif char in ",=":
            raise bad_request(f"invalid field selector: unescaped character in value: {value}")
        out.append(char)
    return "".join(out)


def field_selector(kind: Kind, text: str) -> Predicate | None:
    """The test of a selector such as `metadata.name!=b,status.phase=Running`; None selects everything."""
    if not text:
        return None
    return _selector(
        kind, text, tuple(field["jsonPath"] for field in (kind.custom or {}).get("selectableFields") or ())
    )


@lru_cache(maxsize=512)
def _selector(kind: Kind, text: str, declared: tuple[str, ...]) -> Predicate | None:
    tests = []
    allowed = {**_EVERYWHERE, **spec_of(kind).selectable, **fields(*(path.lstrip(".") for path in declared))}
    for label, operator, value in _terms(text):
        if label not in allowed:
            raise _unknown(kind, label)
        tests.append(_test(allowed[label], value, operator != "!="))
    if len(tests) < 2:
        return tests[0] if tests else None
    return lambda obj: all(test(obj) for test in tests)


def _test(get: Getter, value: str, equal: bool) -> Predicate:
    return lambda obj: (get(obj) == value) is equal


@lru_cache(maxsize=512)
def single_name(text: str) -> str:
    """The name, where a selector is nothing but `metadata.name=NAME`; clients watch one object that way."""
    label, equals, name = text.partition("=")
    return name if label == "metadata.name" and equals and name and not set(name) & set(",=\\") else ""
