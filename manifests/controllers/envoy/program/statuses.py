"""What the controller writes into the statuses: pure functions from what was rendered to what is to stand there."""

from attaching import fault
from objects import CONTROLLER, GROUP, Objects, name
from render import Rendered, unsupported


def of_class(obj: dict) -> dict:
    return {"conditions": [_condition(obj, "Accepted", "True", "Accepted", "served by Envoy")]}


def of_gateway(obj: dict, rendered: Rendered, address: str) -> dict:
    faults = {listener["name"]: fault(listener) for listener in obj["spec"]["listeners"]}
    bad = any(faults.values())
    reason = "ListenersNotValid" if bad else "Accepted"
    return {
        "addresses": [{"type": "Hostname", "value": address}],
        "conditions": [
            _condition(obj, "Accepted", "True", reason, "see the listeners" if bad else "served by Envoy"),
            _condition(obj, "Programmed", "True", "Programmed", "Envoy has it"),
        ],
        "listeners": [
            {
                "name": each["name"],
                "attachedRoutes": sum(each["name"] in a.hosts for a in rendered.attached if a.gateway is obj),
                "supportedKinds": [{"group": GROUP, "kind": "HTTPRoute"}],
                "conditions": _of_listener(obj, faults[each["name"]]),
            }
            for each in obj["spec"]["listeners"]
        ],
    }


def _of_listener(gateway: dict, wrong: tuple[str, str] | None) -> list[dict]:
    reason, message = wrong or ("Accepted", "")
    return [
        _condition(gateway, "Accepted", str(not wrong), reason, message),
        _condition(gateway, "Programmed", str(not wrong), "Invalid" if wrong else "Programmed", message),
        _condition(gateway, "ResolvedRefs", "True", "ResolvedRefs", ""),
    ]


def of_route(obj: dict, rendered: Rendered) -> dict:
    """Our parents beside those that other controllers wrote."""
    others = [p for p in (obj.get("status") or {}).get("parents") or [] if p["controllerName"] != CONTROLLER]
    wrong, lacking = rendered.faults.get(name(obj), []), unsupported(obj)
    mine = []
    for each in rendered.attached:
        if each.route is not obj:
            continue
        accepted = each.reason if not lacking or each.reason != "Accepted" else "UnsupportedValue"
        said = f"not supported: {', '.join(lacking)}" if accepted == "UnsupportedValue" else ""
        reason, message = wrong[0] if wrong else ("ResolvedRefs", "")
        conditions = [
            _condition(obj, "Accepted", str(accepted == "Accepted"), accepted, said),
            _condition(obj, "ResolvedRefs", str(not wrong), reason, message),
        ]
        mine.append({"parentRef": each.parent, "controllerName": CONTROLLER, "conditions": conditions})
    return {"parents": others + mine}


def _condition(obj: dict, kind: str, status: str, reason: str, message: str) -> dict:
    """The time is filled in when it is written; a condition that stays as it was keeps its own."""
    generation = obj["metadata"].get("generation", 0)
    return {"type": kind, "status": status, "reason": reason, "message": message, "observedGeneration": generation}


def timed(wanted: object, there: object, now: str) -> object:
    """`wanted` with a lastTransitionTime in each condition: the one that is there where the status is the same."""
    if isinstance(wanted, list):
        before = {_key(item): item for item in there or []} if isinstance(there, list) else {}
        return [timed(item, before.get(_key(item)), now) for item in wanted]
    if not isinstance(wanted, dict):
        return wanted
    old = there if isinstance(there, dict) else {}
    made = {key: timed(value, old.get(key), now) for key, value in wanted.items()}
    if {"status", "reason"} <= wanted.keys() and "lastTransitionTime" not in wanted:
        same = old.get("status") == wanted["status"] and "lastTransitionTime" in old
        made["lastTransitionTime"] = old["lastTransitionTime"] if same else now
    return made


def _key(item: object) -> str:
    """What makes an item of a list the same one as before."""
    if not isinstance(item, dict):
        return str(item)
    parent = item.get("parentRef")
    return str(
        item.get("type") or item.get("name") or (parent and (item["controllerName"], sorted(parent.items())))
    )


def served(objects: Objects) -> list[dict]:
    """The classes that name this controller."""
    return [c for c in objects.classes if c["spec"]["controllerName"] == CONTROLLER]
