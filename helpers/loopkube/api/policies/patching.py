"""What a mutation makes of an object: an apply configuration merged into it, or a JSON patch (mutating/patch)."""

import base64
import copy
from typing import Any

from loopkube.api.fieldsets import shapes
from loopkube.api.fieldsets.merge import merge
from loopkube.api.fieldsets.of import problems
from loopkube.api.fieldsets.shapes import How, Shape
from loopkube.api.policies.budget import Failed
from loopkube.kinds import Kind
from loopkube.shared.cel.times import in_seconds, stamp
from loopkube.shared.cel.values import Duration, Struct, Timestamp


def applied(obj: dict, made: Any, kind: Kind) -> dict:
    """`obj` with the configuration that an expression has made; a new object. Raises Failed."""
    if not isinstance(made, Struct):
        raise Failed("unsupported return type from ApplyConfiguration expression")
    _check_names(made, ["Object"])
    config = plain(made) | {"apiVersion": obj["apiVersion"], "kind": obj["kind"]}
    shape = shapes.root(kind)
    if wrong := problems(config, shape):
        listed = wrong[0] if len(wrong) == 1 else "errors:\n  " + "\n  ".join(wrong)
        raise Failed(f"error applying patch: failed to convert patch object to typed object: {listed}")
    if atomic := list(_atomics(config, shape, "")):
        told = f"may not mutate atomic arrays, maps or structs: {', '.join(atomic)}"
        raise Failed(f"error applying patch: invalid ApplyConfiguration: {told}")
    return copy.deepcopy(merge(obj, config, shape))


def _check_names(value: Any, path: list[str]) -> None:
    """`Object.spec{...}` stands at `spec` only."""
    if isinstance(value, Struct) and value.type_name:
        expected = ".".join(path)
        if value.type_name != expected:
            why = f'unexpected type name "{value.type_name}", expected "{expected}"'
            raise Failed(f"type mismatch: {why}, which matches field name path from root Object type")
        for name, inner in value.items():
            _check_names(inner, [*path, name])
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            _check_names(inner, path)


def _atomics(value: Any, shape: Shape, path: str):
    """The places that would be replaced as a whole."""
    if isinstance(value, dict):
        if shape.how is How.LEAF and shape.type == "object":
            yield path
        for name, inner in value.items():
            yield from _atomics(inner, shape.child(name), f"{path}.{name}")
    elif isinstance(value, list):
        if shape.how is How.LEAF:
            yield path
        for index, inner in enumerate(value):
            yield from _atomics(inner, shape.items, f"{path}[{index}]")


def operations(made: Any) -> list[dict]:
    """The JSON patch that an expression has made. Raises Failed."""
    if not isinstance(made, list):
        raise Failed("type mismatch: JSONPatchType.expression should evaluate to array")
    patch = []
    for one in made:
        if not isinstance(one, Struct):
            raise Failed("type mismatch: JSONPatchType.expression should evaluate to array of JSONPatch")
        operation = {"op": one.get("op", ""), "path": one.get("path", "")}
        if one.get("from"):
            operation["from"] = one["from"]
        if "value" in one:
            value = one["value"]
            _check_names(value, value.type_name.split(".") if isinstance(value, Struct) else ["Object"])
            operation["value"] = plain(value)
        patch.append(operation)
    return patch


def patched(obj: dict, patch: list[dict]) -> dict | None:
    """`obj` after the operations, a new object; None where a test has failed. Raises Failed."""
    import jsonpatch  # imported here: few clusters have a mutating policy

    changed: Any = copy.deepcopy(obj)
    for operation in patch:
        try:
            changed = jsonpatch.JsonPatch([operation]).apply(changed, in_place=True)
        except jsonpatch.JsonPatchTestFailed:
            return None
        except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, TypeError, LookupError, ValueError):
            path = operation.get("path", "")
            why = f'{operation.get("op")} operation does not apply: doc is missing path: "{path}": missing value'
            raise Failed(f"JSON Patch: {why}") from None
    return changed


def plain(value: Any) -> Any:
    """A value of an expression as JSON has it."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, Timestamp):
        return stamp(value)
    if isinstance(value, Duration):
        return in_seconds(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, bool) or value is None or isinstance(value, str | float):
        return value
    if isinstance(value, int):
        return int(value)
    raise Failed("JSONPath valueExpression evaluated to a type that could not marshal to JSON")
