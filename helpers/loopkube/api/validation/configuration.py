"""Rules for ConfigMaps, Secrets and ServiceAccounts."""

import base64
import json

from loopkube.api.validation import text
from loopkube.api.validation.report import Report

_LIMIT = 1024 * 1024
_FROZEN = "field is immutable when `immutable` is set"
_NEEDED = {
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/dockercfg": (".dockercfg",),
}
_ACCOUNT = "kubernetes.io/service-account.name"


def config_map(report: Report, obj: dict, old: dict | None) -> None:
    data, binary = obj.get("data", {}), obj.get("binaryData", {})
    for key in sorted(data):
        report.all(f"data[{key}]", key, text.config_key(key))
        if key in binary:
            report.invalid(f"data[{key}]", key, "duplicate of key present in binaryData")
    for key in sorted(binary):
        report.all(f"binaryData[{key}]", key, text.config_key(key))
    size = sum(len(value.encode()) for value in data.values()) + sum(map(_size, binary.values()))
    if size > _LIMIT:
        report.too_long("[]", _LIMIT)
    if old is not None and old.get("immutable"):
        _frozen(report, obj, old, ("data", "binaryData"))


def _frozen(report: Report, obj: dict, old: dict, fields: tuple[str, ...]) -> None:
    if not obj.get("immutable"):
        report.forbidden("immutable", _FROZEN)
    for field in fields:
        if obj.get(field, {}) != old.get(field, {}):
            report.forbidden(field, _FROZEN)


def _size(content: str) -> int:
    return len(content) * 3 // 4 - content[-2:].count("=")


def secret(report: Report, obj: dict, old: dict | None) -> None:
    data, kind = obj.get("data", {}), obj.get("type", "")
    if old is not None:
        report.immutable("type", kind, old.get("type", ""))
    if old is not None and old.get("immutable"):
        _frozen(report, obj, old, ("data",))
    for key in sorted(data):
        report.all(f"data[{key}]", key, text.config_key(key))
    if sum(map(_size, data.values())) > _LIMIT:
        report.too_long("data", _LIMIT)
    if kind == "kubernetes.io/service-account-token" and not obj["metadata"].get("annotations", {}).get(_ACCOUNT):
        report.required(f"metadata.annotations[{_ACCOUNT}]")
    for key in _NEEDED.get(kind, ()):
        if key not in data:
            report.required(f"data[{key}]")
        elif key.startswith(".docker"):
            _json(report, f"data[{key}]", data[key])
    if kind == "kubernetes.io/basic-auth" and not {"username", "password"} & set(data):
        report.required("data[username]")
        report.required("data[password]")


def _json(report: Report, path: str, content: str) -> None:
    """The value is a secret: messages leave it out."""
    try:
        json.loads(base64.b64decode(content))
    except ValueError:
        report.invalid(path, "<secret contents redacted>", "invalid character in JSON")


def secret_warnings(obj: dict, old: dict | None) -> list[str]:
    """A certificate and a key that do not fit are stored all the same, with a warning."""
    if obj.get("type") != "kubernetes.io/tls" or (old is not None and obj.get("data") == old.get("data")):
        return []
    from loopkube.api.validation.key_pair import complaint

    data = obj.get("data", {})
    found = complaint(base64.b64decode(data.get("tls.crt", "")), base64.b64decode(data.get("tls.key", "")))
    return [found] if found else []


def service_account(report: Report, obj: dict, old: dict | None) -> None:
    """Nothing but metadata."""
