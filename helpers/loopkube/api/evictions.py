"""The subresource `eviction`: a Pod goes where its PodDisruptionBudget has room for that.

After pkg/registry/core/pod/rest/eviction.go.
"""

import orjson

from loopkube.api.delete_options import DeleteOptions
from loopkube.api.options import WriteOptions
from loopkube.api.store.table import Stored
from loopkube.api.verbs import Api
from loopkube.kinds import Kind
from loopkube.shared import labels
from loopkube.shared.disruptions import BUDGETS, sync_failure, with_condition
from loopkube.shared.status import ApiError

_REFUSED = "Cannot evict pod as it would violate the pod's disruption budget."
_SEVERAL = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
_PROCESSING_SECONDS = 10


def evict(api: Api, kind: Kind, namespace: str, name: str, how: DeleteOptions, options: WriteOptions) -> None:
    """Deletes the Pod. Raises ApiError 429 where it has to wait, 500 where several budgets are about it."""
    pod = api.get(kind, namespace, name).obj
    if not _is_let_go(pod):
        budgets = [stored for stored in api.store.list(BUDGETS, namespace) if _is_about(stored.obj, pod)]
        if len(budgets) > 1:
            raise ApiError(500, "InternalError", _SEVERAL)
        if budgets and not _is_no_loss(pod, budgets[0].obj):
            _take(api, budgets[0], name, options._replace(dry_run=how.dry_run))
    api.delete(kind, namespace, name, how)


def _is_let_go(pod: dict) -> bool:
    """Whether the Pod goes anyway, or has not begun."""
    return "deletionTimestamp" in pod["metadata"] or pod.get("status", {}).get("phase") in (
        "Succeeded",
        "Failed",
        "Pending",
    )


def _is_about(budget: dict, pod: dict) -> bool:
    return labels.matches(budget["spec"].get("selector"), labels.labels_of(pod))


def _is_no_loss(pod: dict, budget: dict) -> bool:
    """Whether the Pod is not ready, and so counts for nothing that the budget is to keep."""
    conditions = pod.get("status", {}).get("conditions") or ()
    if any(c["type"] == "Ready" and c["status"] == "True" for c in conditions):
        return False
    if budget["spec"].get("unhealthyPodEvictionPolicy") == "AlwaysAllow":
        return True
    status = budget.get("status") or {}
    desired = status.get("desiredHealthy", 0)
    return desired > 0 and status.get("currentHealthy", 0) >= desired


def _take(api: Api, stored: Stored, pod: str, options: WriteOptions) -> None:
    """Uses up one of the disruptions that the budget allows."""
    budget = orjson.loads(stored.raw)
    status, name, generation = budget.get("status") or {}, budget["metadata"]["name"], budget["metadata"]["generation"]
    if status.get("observedGeneration", 0) < generation:
        raise _too_many(f"The disruption budget {name} is still being processed by the server.", _PROCESSING_SECONDS)
    failure = sync_failure(status)
    if failure:
        why = f"does not allow evicting pods currently because it failed sync: {failure}"
        raise _too_many(f"The disruption budget {name} {why}")
    allowed = status.get("disruptionsAllowed", 0)
    if not allowed:
        counts = f"needs {status.get('desiredHealthy', 0)} healthy pods and has {status.get('currentHealthy', 0)}"
        raise _too_many(f"The disruption budget {name} {counts} currently")
    status |= {"disruptionsAllowed": allowed - 1}
    status["disruptedPods"] = {**(status.get("disruptedPods") or {}), pod: api.clock.stamp()}
    budget["status"] = with_condition(status, generation, api.clock.stamp()) if allowed == 1 else status
    kind = api.kinds.named(BUDGETS)
    if kind:
        api.put(kind, stored, budget, options, "status")


def _too_many(cause: str, seconds: int = 0) -> ApiError:
    details = {"causes": [{"reason": "DisruptionBudget", "message": cause}]}
    waits = {"retryAfterSeconds": seconds} if seconds else {}
    return ApiError(429, "TooManyRequests", _REFUSED, details | waits)
