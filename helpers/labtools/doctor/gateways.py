"""The Gateway API, where it is defined: the definitions, the controller's Pods, and what statuses complain of."""

from collections.abc import Iterator

from labcore.language.messages import joined, phrase

from labtools.doctor.cluster import pod_trouble
from labtools.doctor.facts import Machine
from labtools.doctor.finding import Finding, note, ok, wrong
from labtools.doctor.reader import Reader, Unreadable

GROUP = "gateway.networking.k8s.io"
NEEDED = (
    *("gatewayclasses", "gateways", "httproutes", "grpcroutes", "tlsroutes", "backendtlspolicies"),
    "referencegrants",
)
"""What Traefik 3.7 lists before it serves the first route."""
NAMESPACE = "gateway"
_MOST = 3


def gateways(machine: Machine) -> list[Finding]:
    """Nothing where no kind of the group is defined, or where the cluster is not the lab's own."""
    api = machine.api
    if api is None or machine.chosen.shared or machine.paused:
        return []
    try:
        served = {r["name"] for version in ("v1", "v1beta1") for r in _resources(api, version)}
        return _of(machine, api, served) if served & set(NEEDED) else []
    except Unreadable:
        return []  # the controller's line says so


def _resources(api: Reader, version: str) -> list[dict]:
    answer = api.get(f"/apis/{GROUP}/{version}")
    return (answer or {}).get("resources") or []


def _of(machine: Machine, api: Reader, served: set[str]) -> list[Finding]:
    pods = api.items(f"/api/v1/namespaces/{NAMESPACE}/pods")
    if pods and (missing := [name for name in NEEDED if name not in served]):
        return [
            wrong(
                phrase("Gateway API"),
                phrase("not defined: {names}", names=", ".join(missing)),
                phrase("Traefik waits until it has listed all its kinds, and serves no HTTPRoute before"),
                f"{machine.kubectl} apply -f manifests/gateway/definitions",
            )
        ]
    if bad := {pod["metadata"]["name"]: state for pod in pods if (state := pod_trouble(pod))}:
        name, state = next(iter(bad.items()))
        found = f"{name}: {state}"
        fix = f"{machine.kubectl} describe pods --namespace {NAMESPACE}"
        return [wrong(phrase("Gateway API"), found, phrase("no Gateway is served until it runs"), fix)]
    complaints = [*_complaints(api, served)]
    if complaints:
        more = [phrase("{number} more", number=len(complaints) - _MOST)] if len(complaints) > _MOST else []
        found = joined("; ", [*complaints[:_MOST], *more])
        why = phrase("requests for them are answered with 404 or 500, as their status says")
        return [note(phrase("Gateway API"), found, why, "lab explain URL")]
    number = len(api.items(f"/apis/{GROUP}/v1/httproutes"))
    return [ok(phrase("Gateway API"), phrase("HTTPRoutes: {number}, all of them accepted", number=number))]


def _complaints(api: Reader, served: set[str]) -> Iterator[str]:
    """`HTTPRoute shop/web: NotAllowedByListeners`, each object once."""
    for plural, kind in (("gateways", "Gateway"), ("httproutes", "HTTPRoute")):
        for obj in api.items(f"/apis/{GROUP}/v1/{plural}") if plural in served else []:
            if reason := _reason(obj):
                yield f"{kind} {obj['metadata'].get('namespace', '')}/{obj['metadata']['name']}: {reason}"


def _reason(obj: dict) -> str:
    """The first reason of a condition that is not true; "" where all is well."""
    status = obj.get("status") or {}
    if obj["spec"].get("parentRefs") and not status.get("parents"):
        return phrase("no controller has written its status")
    holders = [*(status.get("listeners") or []), status, *(status.get("parents") or [])]
    wrong_ones = (c for holder in holders for c in holder.get("conditions") or [] if c["status"] != "True")
    return next((c["reason"] for c in wrong_ones if c["type"] not in ("Conflicted", "OverlappingTLSConfig")), "")
