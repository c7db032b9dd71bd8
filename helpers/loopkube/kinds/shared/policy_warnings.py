"""What is told of a policy's expressions that compile and yet cannot be right: types (validating/typechecking.go)."""

from loopkube.kinds.kind import Kind
from loopkube.kinds.registry import Kinds
from loopkube.kinds.shared.object_types import object_type
from loopkube.kinds.shared.policy_expressions import ANY, Declared, add_request_types
from loopkube.shared.cel.compiler import CompileError
from loopkube.shared.cel.messages import Types

MOST_KINDS = 10


def warnings(policy: dict, kinds: Kinds) -> list[dict]:
    """`status.typeChecking.expressionWarnings`; takes a tenth of a second for a large kind."""
    spec, expression_warnings = policy.get("spec") or {}, []
    checked = [(kind, *_typed(kind)) for kind in _kinds(spec, kinds)]
    for index, validation in enumerate(spec.get("validations") or ()):
        for field in ("expression", "messageExpression"):
            told = "".join(_issues(spec, validation.get(field) or "", *one) for one in checked)
            if told:
                expression_warnings.append(
                    {"fieldRef": f"spec.validations[{index}].{field}", "warning": told.rstrip("\n")}
                )
    return expression_warnings


def _typed(kind: Kind) -> tuple[str, Types]:
    types = Types(numbered=False)
    add_request_types(types)
    types.number()
    return object_type(kind, types), types.complete()


def _issues(spec: dict, text: str, kind: Kind, type: str, types: Types) -> str:
    if not text:
        return ""
    declared = Declared(spec.get("paramKind") is not None, object_type=type, types=types)
    for variable in spec.get("variables") or ():
        try:
            known = declared.compile(variable.get("expression", ""), (ANY,)).type
        except CompileError:
            known = "dyn"
        declared.add(variable.get("name", ""), known)
    try:
        declared.compile(text, (ANY,))
    except CompileError as error:
        return f"{kind.api_version}, Kind={kind.kind}: {error}\n"
    return ""


def _kinds(spec: dict, kinds: Kinds) -> list[Kind]:
    """The kinds that the rules name, without wildcards, in order of group, version and kind."""
    matching: dict[tuple[str, str, str], Kind] = {}
    for rule in (spec.get("matchConstraints") or {}).get("resourceRules") or ():
        lists = [rule.get(field) or [] for field in ("apiGroups", "apiVersions", "resources")]
        if any("*" in values for values in lists):
            continue
        for group in lists[0]:
            for version in lists[1]:
                for resource in lists[2]:
                    kind = kinds.at(group, version, resource) if "/" not in resource else None
                    if kind:
                        matching[kind.group, kind.version, kind.kind] = kind
    return [matching[key] for key in sorted(matching)][:MOST_KINDS]
