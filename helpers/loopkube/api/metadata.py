"""What the API server itself writes into every object: identity, times, versions; and what no writer may touch.

After `rest.BeforeCreate` and `rest.BeforeUpdate` of k8s.io/apiserver. What differs by kind (status, generation) is
in `strategies`.
"""

import os
import secrets
import uuid

from loopkube.kinds import Kind
from loopkube.kinds.registry import spec_of
from loopkube.shared.clock import Clock
from loopkube.shared.status import INVALID, FieldError, bad_request, conflict, invalid

_DIGITS = len(str(2**64))
_SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
_LONGEST_GENERATED = 63 - 5

_SYSTEM = (
    "namespace",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
)

_ORDER = (
    "name",
    "generateName",
    "namespace",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "labels",
    "annotations",
    "ownerReferences",
    "finalizers",
    "managedFields",
)


def place_in_namespace(kind: Kind, obj: dict, namespace: str) -> None:
    """The object's namespace must be the request's, and may be left out."""
    metadata = obj.setdefault("metadata", {})
    if metadata.get("namespace", "") not in ("", namespace):
        raise bad_request("the namespace of the provided object does not match the namespace sent on the request")
    if kind.namespaced:
        metadata["namespace"] = namespace
    else:
        metadata.pop("namespace", None)


def before_create(kind: Kind, obj: dict, clock: Clock) -> None:
    """Sets uid, creationTimestamp and the generated name, in the order of registry/rest/create.go (BeforeCreate)."""
    metadata = obj["metadata"]
    if _is_version(metadata.get("resourceVersion") or ""):
        raise bad_request("resourceVersion should not be set on objects to be created")
    for field in ("selfLink", "deletionTimestamp", "deletionGracePeriodSeconds", "resourceVersion"):
        metadata.pop(field, None)
    drop_bad_managers(obj, None)
    metadata["uid"] = str(uuid.UUID(bytes=os.urandom(16), version=4))
    metadata["creationTimestamp"] = clock.stamp()
    if metadata.get("generateName") and not metadata.get("name"):
        metadata["name"] = metadata["generateName"][:_LONGEST_GENERATED] + random_suffix()


def hide(obj: dict, fields: tuple[str, ...]) -> dict:
    """Takes fields of the metadata away, and returns them; `restore` puts them back."""
    metadata = obj["metadata"]
    return {field: metadata.pop(field) for field in fields if field in metadata}


def restore(obj: dict, old: dict | None, hidden: dict) -> None:
    """What only the system may write is as it was before others have completed the object."""
    metadata = obj["metadata"]
    for field in ("uid", "creationTimestamp"):
        metadata.pop(field, None)
    metadata.update({field: value for field, value in hidden.items() if field != "name" or not metadata.get("name")})
    if old:
        for field in _SYSTEM:
            _keep(metadata, old["metadata"], field)


def _is_version(text: str) -> bool:
    """What names a version of a stored object, as for kube-apiserver: a number, and not 0."""
    digits = text.lstrip("0")
    return text.isascii() and digits.isdigit() and len(digits) <= _DIGITS and int(digits) < 2**64


def random_suffix() -> str:
    """Five characters that spell no words and are not mistaken for each other."""
    return "".join(secrets.choice(_SUFFIX_LETTERS) for _ in range(5))


def drop_bad_managers(obj: dict, old: dict | None) -> None:
    """Field managers that make no sense count as if they had not been sent, as in kube-apiserver."""
    metadata = obj["metadata"]
    given, stored = metadata.get("managedFields"), old["metadata"].get("managedFields") if old else None
    if not given or given == stored or given == [{}] or all(_is_entry(entry) for entry in given):
        return
    metadata["managedFields"] = stored or []


def _is_entry(entry: dict) -> bool:
    named = entry.get("manager") and entry.get("apiVersion") and entry.get("operation") in ("Apply", "Update")
    return bool(named) and entry.get("fieldsType") == "FieldsV1" and _is_field_set(entry.get("fieldsV1"))


def _is_field_set(value: object) -> bool:
    return isinstance(value, dict) and all(_is_field_set(below) for below in value.values())


def check_names(obj: dict, namespace: str, name: str) -> None:
    """The object of an update must be the one in the URL."""
    metadata = obj.get("metadata") or {}
    if not metadata.get("name"):
        why = "name must be provided"
        raise bad_request(f"the name of the object ({name} based on URL) was undeterminable: {why}")
    if metadata["name"] != name:
        message = f"the name of the object ({metadata['name']}) does not match the name on the URL ({name})"
        raise bad_request(message)
    if namespace and metadata.get("namespace", "") not in ("", namespace):
        own = metadata["namespace"]
        message = f"the namespace of the object ({own}) does not match the namespace on the request ({namespace})"
        raise bad_request(message)


def before_update(kind: Kind, obj: dict, old: dict) -> None:
    """Checks the version, then keeps what only the system may change."""
    metadata, before = obj["metadata"], old["metadata"]
    name = before["name"]
    version = metadata.get("resourceVersion") or ""
    if version not in ("", "0") and version != before["resourceVersion"]:
        why = "the object has been modified; please apply your changes to the latest version and try again"
        raise conflict(kind, name, why)
    if version in ("", "0") and (kind.custom or not spec_of(kind).strategy.unconditional_update):
        zero = 0 if not kind.custom else "0x0"
        error = FieldError(INVALID, "metadata.resourceVersion", zero, "must be specified for an update")
        raise invalid(kind, name, [error])
    uid = metadata.get("uid")
    if uid and uid != before["uid"]:
        why = f"Precondition failed: UID in precondition: {uid}, UID in object meta: {before['uid']}"
        raise conflict(kind, name, why)
    metadata.pop("selfLink", None)
    drop_bad_managers(obj, old)
    for field in _SYSTEM:
        _keep(metadata, before, field)


def _keep(metadata: dict, before: dict, field: str) -> None:
    if field in before:
        metadata[field] = before[field]
    else:
        metadata.pop(field, None)


def tidy(obj: dict) -> dict:
    """The object with its fields in Kubernetes' order; lists rely on `kind` and `apiVersion` being first."""
    metadata = obj["metadata"]
    ordered = {field: metadata[field] for field in _ORDER if field in metadata}
    head = {"kind": obj["kind"], "apiVersion": obj["apiVersion"], "metadata": ordered}
    return head | {field: value for field, value in obj.items() if field not in head}
