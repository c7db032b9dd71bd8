"""From client-side to server-side apply: what `kubectl apply` wrote before is not a conflict for kubectl.

After managedfields/internal/lastappliedmanager.go of k8s.io/apimachinery.
"""

import orjson

from loopkube.api.fieldsets.compare import compare
from loopkube.api.fieldsets.elements import BadList
from loopkube.api.fieldsets.of import fields_of
from loopkube.api.fieldsets.sets import Set, difference, union
from loopkube.api.fieldsets.shapes import Shape

ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration"
MANAGER = "kubectl"


def taken_over(live: dict, manager: str, shape: Shape) -> Set:
    """The fields of the last configuration that still are as it said; empty for everybody but kubectl."""
    text = (live.get("metadata", {}).get("annotations") or {}).get(ANNOTATION)
    if manager != MANAGER or not text:
        return {}
    try:
        last = orjson.loads(text)
        changed, removed = compare(last, live, shape)
        return difference(fields_of(last, shape), union(changed, removed))
    except (orjson.JSONDecodeError, BadList, AttributeError, TypeError):
        return {}
