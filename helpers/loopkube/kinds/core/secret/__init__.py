"""Secret: keys and values that not everybody may read. `key_pair` judges certificates with their keys."""

import base64
import json
from datetime import datetime

from loopkube.kinds.core import GROUP
from loopkube.kinds.core.secret.key_pair import complaint
from loopkube.kinds.shared import text
from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.shared.fields import fields
from loopkube.kinds.shared.key_values import LIMIT, decoded_size, frozen
from loopkube.kinds.shared.report import Report
from loopkube.kinds.spec import Rules, Spec

_NEEDED = {
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/dockercfg": (".dockercfg",),
}
_ACCOUNT = "kubernetes.io/service-account.name"


def _defaults(obj: dict) -> None:
    """`stringData` is write-only: it becomes `data`."""
    texts = obj.pop("stringData", None)
    if texts:
        encoded = {key: base64.b64encode(text.encode()).decode() for key, text in texts.items()}
        obj["data"] = obj.get("data", {}) | encoded
    obj.setdefault("type", "Opaque")


def _check(report: Report, obj: dict, old: dict | None) -> None:
    data, kind = obj.get("data", {}), obj.get("type", "")
    if old is not None:
        report.immutable("type", kind, old.get("type", ""))
    if old is not None and old.get("immutable"):
        frozen(report, obj, old, ("data",))
    for key in sorted(data):
        report.all(f"data[{key}]", key, text.config_key(key))
    if sum(map(decoded_size, data.values())) > LIMIT:
        report.too_long("data", LIMIT)
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


def _warn(obj: dict, old: dict | None) -> list[str]:
    """A certificate and a key that do not fit are stored all the same, with a warning."""
    if obj.get("type") != "kubernetes.io/tls" or (old is not None and obj.get("data") == old.get("data")):
        return []
    data = obj.get("data", {})
    message = complaint(base64.b64decode(data.get("tls.crt", "")), base64.b64decode(data.get("tls.key", "")))
    return [message] if message else []


def _cells(obj: dict, now: datetime) -> list:
    return [name(obj), obj.get("type", ""), len(obj.get("data", {})), age(obj, now)]


SPEC = Spec(
    GROUP.kind("Secret", "secrets"),
    defaults=_defaults,
    rules=Rules(_check, warn=_warn),
    columns=Columns(define("Name", "Type", "Data", "Age"), _cells),
    selectable=fields("type"),
)
