"""Admission plugins: what kube-apiserver's built-in admission controllers change or refuse on the way in.

Each module has `admit(review)` and changes `review.obj` in place or raises ApiError; `ORDER` is the order in which
kube-apiserver runs them. `LAST` are those that judge what is about to be stored, when nobody changes it any more. A
plugin looks other objects up through `review.lookup` and knows nothing of the store.
"""

from collections.abc import Callable

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

ORDER: tuple[Callable[[Review], None], ...] = (
    namespace_lifecycle.admit,
    limit_ranges.admit,
    service_account.admit,
    priority.admit,
    tolerations.admit,
    runtime_class.admit,
    certificate_subject.admit,
    ingress_class.admit,
)
LAST: tuple[Callable[[Review], None], ...] = (limit_ranges.check, resource_quotas.admit)
