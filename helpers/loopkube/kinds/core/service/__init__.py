"""Service: one address for several Pods. Read `defaults`, `strategy`, `validation` (with `traffic`), `allocation`."""

from loopkube.kinds.core import GROUP
from loopkube.kinds.core.service import allocation, strategy, validation
from loopkube.kinds.core.service.columns import COLUMNS
from loopkube.kinds.core.service.defaults import defaults
from loopkube.kinds.shared import text
from loopkube.kinds.shared.fields import fields
from loopkube.kinds.spec import Deletion, Rules, Spec, Strategy

SPEC = Spec(
    GROUP.kind("Service", "services", short_names=("svc",), categories=("all",), subresources=("proxy", "status")),
    defaults=defaults,
    strategy=Strategy(status=True, create=strategy.create, update=strategy.update, allocate=allocation.allocate),
    rules=Rules(
        validation.service, status=validation.service_status, name=text.dns_label, warn=validation.service_warnings
    ),
    deletion=Deletion(answers_with_object=True),
    columns=COLUMNS,
    selectable=fields("spec.clusterIP", "spec.type"),
    plain_selector=True,
)
