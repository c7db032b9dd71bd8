"""RoleBinding: who has a role, in one namespace."""

from loopkube.kinds.rbac import GROUP
from loopkube.kinds.shared import rbac, text
from loopkube.kinds.shared.report import Report
from loopkube.kinds.spec import Rules, Spec, Strategy


def _check(report: Report, obj: dict, old: dict | None) -> None:
    rbac.binding(report, obj, old, ("Role", "ClusterRole"), namespaced=True)


SPEC = Spec(
    GROUP.kind("RoleBinding", "rolebindings"),
    defaults=rbac.binding_defaults,
    strategy=Strategy(create_on_update=True),
    rules=Rules(_check, name=text.path_segment),
    columns=rbac.BINDING,
)
