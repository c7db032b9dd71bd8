"""The subresource `scale`: an object's number of replicas in a form that is the same for every kind."""

from loopkube.api import metadata
from loopkube.api.chain.attributes import UPDATE, Attributes
from loopkube.api.decode import check, decode
from loopkube.api.options import WriteOptions
from loopkube.api.patch import apply_patch
from loopkube.api.store.table import Stored
from loopkube.api.verbs import Api
from loopkube.kinds import Kind
from loopkube.kinds.registry import spec_of
from loopkube.shared.status import INVALID, FieldError, invalid

SCALE = Kind("autoscaling", "v1", "Scale", "scales", "scale", True, schema="io.k8s.api.autoscaling.v1.Scale")
_COPIED = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
_BUILT_IN_PATHS = {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}


def read(api: Api, kind: Kind, namespace: str, name: str) -> dict:
    """The Scale of an object, made from the fields that the kind names for it."""
    return _scale_of(kind, api.read(kind, namespace, name).obj)


def update(
    api: Api, kind: Kind, namespace: str, name: str, body: bytes, content_type: str, options: WriteOptions
) -> dict:
    """Writes `spec.replicas` of a Scale into its object. Raises a 409 ApiError when another version was meant."""
    stored = api.read(kind, namespace, name)
    scale, _ = decode(SCALE, body, content_type, options.field_validation)
    metadata.check_names(scale, namespace, name)
    return _write(api, kind, stored, scale, options)


def patch(
    api: Api, kind: Kind, namespace: str, name: str, body: bytes, content_type: str, options: WriteOptions
) -> dict:
    """Applies a patch to the Scale, not to the object (`kubectl scale` of a newer kubectl)."""
    stored = api.read(kind, namespace, name)
    current = _scale_of(kind, stored.obj)
    scale = apply_patch(SCALE, current, body, content_type, manager=options.manager, force=options.force)
    check(SCALE, scale, options.field_validation)
    return _write(api, kind, stored, scale, options)


def _write(api: Api, kind: Kind, stored: Stored, scale: dict, options: WriteOptions) -> dict:
    replicas = (scale.get("spec") or {}).get("replicas", 0)
    if replicas < 0:
        detail = "must be greater than or equal to 0"
        error = FieldError(INVALID, "spec.replicas", replicas, detail)
        raise invalid(SCALE, stored.obj["metadata"]["name"], [error])
    if api.chain.active:
        _admit(api, kind, stored, scale, options)
        replicas = (scale.get("spec") or {}).get("replicas", 0)
    obj = _with(stored.obj, _paths(kind)["specReplicasPath"].strip(".").split("."), replicas)
    given = scale.get("metadata") or {}
    own = {field: given[field] for field in ("resourceVersion", "uid") if given.get(field)}
    obj["metadata"] = {k: v for k, v in obj["metadata"].items() if k != "resourceVersion"} | own
    if kind.custom is not None:
        obj["metadata"].setdefault("resourceVersion", stored.obj["metadata"]["resourceVersion"])
    return _scale_of(kind, api.change(kind, stored, obj, options, "scale").stored.obj)


def _admit(api: Api, kind: Kind, stored: Stored, scale: dict, options: WriteOptions) -> None:
    """Webhooks and policies see the Scale, not the object that it changes."""
    metadata, old = stored.obj["metadata"], _scale_of(kind, stored.obj)
    attributes = Attributes(UPDATE, kind, scale, old, api.lookup, subresource="scale", body_kind=SCALE)
    attributes.at(metadata.get("namespace", ""), metadata["name"])
    attributes.of_write(options.user, options.dry_run, options.told("UpdateOptions"), [])
    api.admit_action(attributes)


def _paths(kind: Kind) -> dict[str, str]:
    if kind.custom is None:
        return _BUILT_IN_PATHS
    return (kind.custom.get("subresources") or {}).get("scale") or _BUILT_IN_PATHS


def _with(obj: dict, path: list[str], value: object) -> dict:
    """A copy of `obj` with one field set; only what is on the way is copied."""
    if not path:
        return value  # type: ignore[return-value]
    return obj | {path[0]: _with(obj.get(path[0]) or {}, path[1:], value)}


def _at(obj: dict, path: str) -> object:
    value: object = obj
    for part in path.strip(".").split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _scale_of(kind: Kind, obj: dict) -> dict:
    paths = _paths(kind)
    own = obj["metadata"]
    replicas, status = _at(obj, paths["specReplicasPath"]), {"replicas": _at(obj, paths["statusReplicasPath"]) or 0}
    selector = _selector(kind, obj)
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {field: own[field] for field in _COPIED if field in own},
        "spec": {"replicas": replicas} if replicas else {},
        "status": status | ({"selector": selector} if selector else {}),
    }


def _selector(kind: Kind, obj: dict) -> str:
    if kind.custom is not None:
        return str(_at(obj, _paths(kind).get("labelSelectorPath", "")) or "")
    selector = _at(obj, ".spec.selector")
    return selector_text({"matchLabels": selector} if spec_of(kind).plain_selector else selector)


_OPERATORS = {"In": "{} in ({})", "NotIn": "{} notin ({})", "Exists": "{}", "DoesNotExist": "!{}"}


def selector_text(selector: object) -> str:
    """A metav1.LabelSelector as `a=b,c in (d,e)`, sorted by key."""
    if not isinstance(selector, dict):
        return ""
    terms = [(key, f"{key}={value}") for key, value in (selector.get("matchLabels") or {}).items()]
    for requirement in selector.get("matchExpressions") or ():
        values = ",".join(sorted(requirement.get("values") or ()))
        key = requirement["key"]
        terms.append((key, _OPERATORS[requirement["operator"]].format(key, values)))
    return ",".join(text for _, text in sorted(terms))
