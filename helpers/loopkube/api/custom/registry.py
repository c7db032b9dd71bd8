"""Pure functions of definitions: the kinds that they make, and the status that they deserve."""

from loopkube.api.conditions import with_condition
from loopkube.api.discovery import custom_verbs
from loopkube.kinds import Kind
from loopkube.kinds.registry import BUILT_IN
from loopkube.kinds.shared.api_approval import approval, is_protected

RESOURCE = "customresourcedefinitions.apiextensions.k8s.io"
ESTABLISHED, NAMES_ACCEPTED, TERMINATING = "Established", "NamesAccepted", "Terminating"
APPROVAL_CONFORMANT = "KubernetesAPIApprovalPolicyConformant"
CLEANUP = "customresourcecleanup.apiextensions.k8s.io"
_SINGLE_NAMES = (("plural", "Plural"), ("singular", "Singular"), ("kind", "Kind"), ("listKind", "ListKind"))


def condition(definition: dict, type: str) -> dict | None:
    """The condition of this type in a definition's status (Established, NamesAccepted, Terminating); None before it is
    set."""
    conditions = (definition.get("status") or {}).get("conditions") or ()
    return next((c for c in conditions if c["type"] == type), None)


def is_established(definition: dict) -> bool:
    """Its kind is served: true once the names were accepted, and from then on for good."""
    established = condition(definition, ESTABLISHED)
    return established is not None and established["status"] == "True"


def is_terminating(definition: dict) -> bool:
    return "deletionTimestamp" in definition["metadata"]


def storage_version(definition: dict) -> dict:
    """The entry of the version that objects are stored in."""
    return next((version for version in definition["spec"]["versions"] if version.get("storage")), {})


def kinds_of(definition: dict) -> list[Kind]:
    """The kinds that are served, one a version; the stored version last, so that the registry names it."""
    if not is_established(definition):
        return []
    versions = [v for v in definition["spec"]["versions"] if v.get("served")]
    return [_kind(definition, version) for version in sorted(versions, key=lambda v: bool(v.get("storage")))]


def _kind(definition: dict, version: dict) -> Kind:
    spec, names = definition["spec"], definition["status"]["acceptedNames"]
    return Kind(
        spec["group"],
        version["name"],
        names["kind"],
        names["plural"],
        names.get("singular") or names["kind"].lower(),
        spec["scope"] == "Namespaced",
        short_names=tuple(names.get("shortNames") or ()),
        categories=tuple(names.get("categories") or ()),
        subresources=tuple(sorted(version.get("subresources") or {})),
        verbs=custom_verbs(is_terminating(definition)),
        custom=version,
        lists_as=names.get("listKind", ""),
    )


def status_of(definition: dict, others: list[dict], now: str) -> dict:
    """The status that a definition should have, given the others; conditions keep their time while they hold."""
    accepted, names_accepted = _accept_names(definition, others)
    conditions = list((definition.get("status") or {}).get("conditions") or ())
    if is_protected(definition["spec"]["group"]):
        conditions = with_condition(conditions, _approval_condition(definition), now)
    conditions = with_condition(conditions, names_accepted, now)
    conditions = with_condition(conditions, _established(definition, names_accepted), now)
    return (definition.get("status") or {}) | {
        "conditions": conditions,
        "acceptedNames": accepted,
        "storedVersions": stored_versions(definition),
    }


def stored_versions(definition: dict) -> list[str]:
    """Every version that objects may have been stored in: once there, a version stays."""
    stored = list((definition.get("status") or {}).get("storedVersions") or ())
    now = next((v["name"] for v in definition["spec"]["versions"] if v.get("storage")), None)
    return [*stored, now] if now and now not in stored else stored


def _condition(type: str, status: str, reason: str, message: str) -> dict:
    return {"type": type, "status": status, "reason": reason, "message": message}


def _approval_condition(definition: dict) -> dict:
    state, why = approval(definition["metadata"].get("annotations") or {})
    reason = {"Approved": "ApprovedAnnotation", "Bypassed": "UnapprovedAnnotation", "Missing": "MissingAnnotation"}
    status = "True" if state == "Approved" else "False"
    return _condition(APPROVAL_CONFORMANT, status, reason.get(state, "InvalidAnnotation"), why)


def _established(definition: dict, names_accepted: dict) -> dict:
    if is_established(definition) or names_accepted["status"] == "True":
        return _condition(ESTABLISHED, "True", "InitialNamesAccepted", "the initial names have been accepted")
    return _condition(ESTABLISHED, "False", "NotAccepted", "not all names are accepted")


def _accept_names(definition: dict, others: list[dict]) -> tuple[dict, dict]:
    """(names that are free or already its own, condition): names in use in the group are left out."""
    asked, spec = definition["spec"]["names"], definition["spec"]
    before = (definition.get("status") or {}).get("acceptedNames") or {}
    resources, kinds = _taken(definition, others)
    accepted, conflicts = {}, []
    for field, title in _SINGLE_NAMES:
        name = asked.get(field, "")
        if name in (kinds if field in ("kind", "listKind") else resources):
            conflicts.append((f"{title}Conflict", f'"{name}" is already in use'))
            name = before.get(field, "")
        if name:
            accepted[field] = name
    clash = [name for name in asked.get("shortNames") or () if name in resources]
    if clash:
        conflicts.append(("ShortNamesConflict", f'"{clash[0]}" is already in use'))
    elif asked.get("shortNames"):
        accepted["shortNames"] = asked["shortNames"]
    if asked.get("categories"):
        accepted["categories"] = asked["categories"]
    names = {"plural": "", "kind": ""} | accepted
    ordered = {
        field: names[field]
        for field in ("plural", "singular", "shortNames", "kind", "listKind", "categories")
        if field in names
    }
    return ordered, _names_accepted(conflicts, spec)


def _names_accepted(conflicts: list[tuple[str, str]], spec: dict) -> dict:
    if not conflicts:
        return _condition(NAMES_ACCEPTED, "True", "NoConflicts", "no conflicts found")
    reason = conflicts[0][0] if len(conflicts) == 1 else "MultipleConflicts"
    messages = ", ".join(message for _, message in conflicts)
    return _condition(NAMES_ACCEPTED, "False", reason, messages if len(conflicts) == 1 else f"[{messages}]")


def _taken(definition: dict, others: list[dict]) -> tuple[set[str], set[str]]:
    """(resource names, kind names) of the group that somebody else has."""
    group = definition["spec"]["group"]
    resources, kinds = set(), set()
    for kind in BUILT_IN:
        if kind.group == group:
            resources |= {kind.plural, kind.singular, *kind.short_names}
            kinds |= {kind.kind, kind.list_kind}
    for other in others:
        if other["spec"]["group"] != group or other["metadata"]["name"] == definition["metadata"]["name"]:
            continue
        names = (other.get("status") or {}).get("acceptedNames") or {}
        resources |= {names.get("plural", ""), names.get("singular", ""), *(names.get("shortNames") or ())}
        kinds |= {names.get("kind", ""), names.get("listKind", "")}
    return resources - {""}, kinds - {""}
