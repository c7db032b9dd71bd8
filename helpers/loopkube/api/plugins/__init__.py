"""Admission plugins: what kube-apiserver's built-in admission controllers change or refuse on the way in.

Each module has `admit(review)` and changes `review.obj` in place or raises ApiError; `order` gives them in the order in
which kube-apiserver runs them. `last` are those that judge what is about to be stored, when nobody changes it any more.
A plugin looks other objects up through `review.lookup` and knows nothing of the store.
"""

from collections.abc import Callable
from functools import lru_cache

from loopkube.api.plugins import (
    certificate_subject,
    ingress_class,
    limit_ranges,
    namespace_lifecycle,
    priority,
    resource_quotas,
    runtime_class,
    service_account,
    tolerations,
)
from loopkube.api.plugins.review import Review

Plugin = Callable[[Review], None]
_ALL, _PODS = "", "pods"
_ORDER: tuple[tuple[str, Plugin], ...] = (
    (_ALL, namespace_lifecycle.admit),
    (_PODS, limit_ranges.admit),
    (_PODS, service_account.admit),
    (_PODS, priority.admit),
    (priority.CLASSES, priority.admit),
    (_PODS, tolerations.admit),
    (_PODS, runtime_class.admit),
    (certificate_subject.REQUESTS, certificate_subject.admit),
    (ingress_class.INGRESSES, ingress_class.admit),
)
"""With the resource that each looks at: most have nothing to say of most writes."""
_LAST: tuple[tuple[str, Plugin], ...] = (
    (_PODS, limit_ranges.check),
    (limit_ranges.CLAIMS, limit_ranges.check),
    (_ALL, resource_quotas.admit),
)
_KEPT = 256


@lru_cache(_KEPT)
def order(resource: str) -> tuple[Plugin, ...]:
    """Those that complete an object of this resource."""
    return _of(_ORDER, resource)


@lru_cache(_KEPT)
def last(resource: str) -> tuple[Plugin, ...]:
    """Those that judge it at the end."""
    return _of(_LAST, resource)


def _of(plugins: tuple[tuple[str, Plugin], ...], resource: str) -> tuple[Plugin, ...]:
    return tuple(plugin for looked_at, plugin in plugins if looked_at in (_ALL, resource))
