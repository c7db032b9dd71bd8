"""Field selectors: which fields each kind can be selected by, and what a selector tests.

Source: the `AddFieldLabelConversionFunc` of each API group and `GetAttrs` of each registry in Kubernetes.
"""

from collections.abc import Callable
from functools import lru_cache

from loopkube.api.aliases import is_renamed, stored_field
from loopkube.api.errors import ApiError, bad_request
from loopkube.kinds import Kind

Predicate = Callable[[dict], bool]
Getter = Callable[[dict], str]

_EVERYWHERE = ("metadata.name", "metadata.namespace")
_EVENT_OBJECT = ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")
_MORE = {
    "pods": (
        "spec.nodeName",
        "spec.restartPolicy",
        "spec.schedulerName",
        "spec.serviceAccountName",
        "spec.hostNetwork",
        "status.phase",
        "status.podIP",
        "status.podIPs",
        "status.nominatedNodeName",
    ),
    "nodes": ("spec.unschedulable",),
    "namespaces": ("status.phase", "name"),
    "secrets": ("type",),
    "services": ("spec.clusterIP", "spec.type"),
    "replicasets.apps": ("status.replicas",),
    "replicationcontrollers": ("status.replicas",),
    "jobs.batch": ("status.successful",),
    "events": (
        *(f"involvedObject.{name}" for name in _EVENT_OBJECT),
        "reason",
        "reportingComponent",
        "source",
        "type",
    ),
    "events.events.k8s.io": (*(f"regarding.{name}" for name in _EVENT_OBJECT), "reason", "type", "reportingController"),
}
_FALSE_WHEN_ABSENT = ("spec.unschedulable", "spec.hostNetwork")


def _walk(obj: dict, path: list[str]) -> object:
    value: object = obj
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _getter(kind: Kind, label: str) -> Getter:
    label = stored_field(label) if is_renamed(kind) else label
    if label == "source":
        return lambda obj: (obj.get("source") or {}).get("component") or obj.get("reportingComponent", "")
    if label == "name":
        return lambda obj: obj["metadata"]["name"]
    if label == "status.podIPs":
        return lambda obj: ",".join(ip["ip"] for ip in (obj.get("status") or {}).get("podIPs") or ())
    path, default = label.split("."), "false" if label in _FALSE_WHEN_ABSENT else ""

    def get(obj: dict) -> str:
        value = _walk(obj, path)
        if value is None:
            return default
        return str(value).lower() if isinstance(value, bool) else str(value)

    return get


def _unknown(kind: Kind, label: str) -> ApiError:
    if kind.resource in _MORE:
        return bad_request(f"field label not supported: {label}")
    return bad_request(f'"{label}" is not a known field selector: only "metadata.name", "metadata.namespace"')


def _selectable(kind: Kind) -> set[str]:
    declared = (kind.custom or {}).get("selectableFields") or ()
    return {*_EVERYWHERE, *_MORE.get(kind.resource, ()), *(f["jsonPath"].lstrip(".") for f in declared)}


def _terms(text: str) -> list[tuple[str, str, str]]:
    """(label, operator, value) of each term; `\\` escapes `,`, `=` and itself in values."""
    found = []
    for term in _split(text):
        if not term:
            continue
        at = next((i for i in range(len(term)) if term[i : i + 1] == "=" or term[i : i + 2] == "!="), None)
        if at is None:
            raise bad_request(f"invalid selector: '{text}'; can't understand '{term}'")
        operator = next(op for op in ("!=", "==", "=") if term.startswith(op, at))
        found.append((term[:at], operator, _unescape(term[at + len(operator) :])))
    return found


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


@lru_cache(maxsize=512)
def field_selector(kind: Kind, text: str) -> Predicate | None:
    """The test of a selector such as `metadata.name!=b,status.phase=Running`; None selects everything."""
    tests = []
    allowed = _selectable(kind)
    for label, operator, value in _terms(text):
        if label not in allowed:
            raise _unknown(kind, label)
        tests.append(_test(_getter(kind, label), value, operator != "!="))
    if len(tests) < 2:
        return tests[0] if tests else None
    return lambda obj: all(test(obj) for test in tests)


def _test(get: Getter, value: str, wanted: bool) -> Predicate:
    return lambda obj: (get(obj) == value) is wanted


@lru_cache(maxsize=512)
def single_name(text: str) -> str:
    """The name, where a selector is nothing but `metadata.name=NAME`; clients watch one object that way."""
    label, equals, name = text.partition("=")
    return name if label == "metadata.name" and equals and name and not set(name) & set(",=\\") else ""
