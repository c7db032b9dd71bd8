"""Expressions of policies and match conditions: what they may name, and whether they compile (plugin/cel)."""

from functools import cache

from loopkube.kinds.shared.expressions import compiled
from loopkube.kinds.shared.report import Report
from loopkube.shared.cel.compiler import CompileError, Program, spelled
from loopkube.shared.cel.messages import Types

ANY = "any"
OBJECT, PATCHES = "Object", "list<JSONPatch>"
_LISTED, _VARIABLES = "list<string>", "Variables"
_VARIABLE_TYPES = frozenset(("null_type", "type"))


class Declared:
    """What the expressions of one policy may name; each variable knows those before it."""

    def __init__(self, params: bool = False, *, object_type: str = "dyn", types: "Types | None" = None) -> None:
        names = {"object": object_type, "oldObject": object_type, "namespaceObject": "k8s.Namespace"}
        names |= {"request": "k8s.AdmissionRequest", "variables": f"k8s.{_VARIABLES}"}
        names |= {"authorizer": "Authorizer", "authorizer.requestResource": "ResourceCheck"}
        self._names = names | ({"params": "dyn"} if params else {})
        self._types = types or request_types()

    def add(self, name: str, type: str) -> None:
        """A variable; the checker knows it by its whole name."""
        opaque = type.partition("<")[0] in _VARIABLE_TYPES
        self._names = self._names | {f"variables.{name}": "dyn" if opaque else type}

    def compile(
        self, text: str, returns: tuple[str, ...], *, patches: bool = False, authorizer: bool = True
    ) -> Program:
        """The expression. Raises CompileError in upstream's words, also where it gives another type."""
        names = self._names
        if not authorizer:
            names = {name: type for name, type in names.items() if not name.startswith("authorizer")}
        try:
            program = compiled(text, names, self._types, patches=patches)
        except CompileError as error:
            raise CompileError(f"compilation failed: {error}") from None
        if program.type not in returns and ANY not in returns:
            raise CompileError(_must_be(returns, program.type))
        return program


def _must_be(returns: tuple[str, ...], got: str) -> str:
    allowed = [spelled(type) for type in returns]
    listed = allowed[0] if len(allowed) == 1 else f"one of [{' '.join(allowed)}]"
    return f"must evaluate to {listed} but got {spelled(got)}"


def check(
    report: Report,
    path: str,
    text: str,
    declared: Declared,
    returns: tuple[str, ...],
    *,
    patches: bool = False,
    authorizer: bool = True,
) -> Program | None:
    """The expression; what is wrong with it goes into the report."""
    try:
        return declared.compile(text, returns, patches=patches, authorizer=authorizer)
    except CompileError as error:
        report.invalid(path, text, str(error))
        return None


@cache
def request_types() -> Types:
    """AdmissionRequest and Namespace as expressions see them."""
    types = Types(numbered=False)
    add_request_types(types)
    return types.complete()


def add_request_types(types: Types) -> None:
    """Declares the type of `request`, as upstream's BuildRequestType does."""
    kind = types.message("GroupVersionKind", dict.fromkeys(("group", "version", "kind"), "string"))
    resource = types.message("GroupVersionResource", dict.fromkeys(("group", "version", "resource"), "string"))
    user = types.message(
        "UserInfo", {"username": "string", "uid": "string", "groups": _LISTED, "extra": f"map<string,{_LISTED}>"}
    )
    request = {"kind": kind, "resource": resource, "subResource": "string", "requestKind": kind}
    request |= {"requestResource": resource, "requestSubResource": "string", "name": "string", "namespace": "string"}
    request |= {"operation": "string", "userInfo": user, "dryRun": "bool", "options": "dyn"}
    types.message("AdmissionRequest", request)
    spec = types.message("NamespaceSpec", {"finalizers": _LISTED})
    condition = dict.fromkeys(("status", "type", "message", "reason"), "string") | {"lastTransitionTime": "timestamp"}
    conditions = f"list<{types.message('NamespaceCondition', condition)}>"
    status = types.message("NamespaceStatus", {"conditions": conditions, "phase": "string"})
    metadata = dict.fromkeys(("name", "generateName", "namespace", "UID", "resourceVersion"), "string")
    metadata |= {"labels": "map<string,string>", "annotations": "map<string,string>", "finalizers": _LISTED}
    metadata |= {"creationTimestamp": "timestamp", "deletionTimestamp": "timestamp"}
    metadata |= {"deletionGracePeriodSeconds": "int", "generation": "int"}
    owner = types.message("NamespaceMetadata", metadata)
    types.message("Namespace", {"metadata": owner, "spec": spec, "status": status})
    types.message(_VARIABLES, {})
