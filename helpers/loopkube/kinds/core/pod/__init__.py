"""Pod: containers that run together on one node. Read `defaults`, `strategy`, `validation` (with `updates`).

What a Pod has in common with the templates of workloads is in `loopkube.kinds.shared.pod_template`.
"""

from loopkube.kinds.core import GROUP
from loopkube.kinds.core.pod import deletion, ephemeral, resize, strategy
from loopkube.kinds.core.pod.columns import COLUMNS
from loopkube.kinds.core.pod.defaults import defaults
from loopkube.kinds.core.pod.validation import check
from loopkube.kinds.shared.fields import fields
from loopkube.kinds.shared.pod_template import warnings
from loopkube.kinds.spec import Deletion, Rules, Spec, Strategy


def _addresses(obj: dict) -> str:
    return ",".join(ip["ip"] for ip in (obj.get("status") or {}).get("podIPs") or ())


_SELECTABLE = fields(
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "status.phase",
    "status.podIP",
    "status.nominatedNodeName",
)

SPEC = Spec(
    GROUP.kind(
        "Pod",
        "pods",
        short_names=("po",),
        categories=("all",),
        subresources=(
            "attach",
            "binding",
            "ephemeralcontainers",
            "eviction",
            "exec",
            "log",
            "portforward",
            "proxy",
            "resize",
            "status",
        ),
    ),
    defaults=defaults,
    strategy=Strategy(
        generation=True,
        status=True,
        create=strategy.create,
        update=strategy.update,
        update_status=strategy.update_status,
        parts={"ephemeralcontainers": ephemeral.prepare, "resize": resize.prepare},
    ),
    rules=Rules(check, warn=warnings.pod, parts={"ephemeralcontainers": ephemeral.check, "resize": resize.check}),
    deletion=Deletion(answers_with_object=True, leave=deletion.leave),
    columns=COLUMNS,
    selectable=_SELECTABLE | fields("spec.hostNetwork", absent="false") | {"status.podIPs": _addresses},
)
