"""`pods/NAME/ephemeralcontainers`: containers for debugging, which may be added to a Pod and never changed.

Sources: podEphemeralContainersStrategy, ValidatePodEphemeralContainersUpdate.
"""

from loopkube.kinds.shared.pod_template import pod_diff
from loopkube.kinds.shared.pod_template.pod_spec import pod_spec
from loopkube.kinds.shared.report import Report
from loopkube.shared.clock import Clock

FIELD = "ephemeralContainers"


def prepare(obj: dict, old: dict, clock: Clock) -> None:
    """Nothing but the ephemeral containers may be changed this way."""
    added = obj["spec"].get(FIELD)
    obj["spec"] = {name: value for name, value in old["spec"].items() if name != FIELD}
    if added:
        obj["spec"][FIELD] = added
    obj["status"] = old.get("status", {})


def check(report: Report, obj: dict, old: dict | None) -> None:
    """Ephemeral containers may be added, never changed or removed (ValidatePodEphemeralContainersUpdate)."""
    pod_spec(report, "spec", obj["spec"], is_pod=True)
    now = {container.get("name"): container for container in obj["spec"].get(FIELD) or ()}
    for container in ((old or {}).get("spec") or {}).get(FIELD) or ():
        name = container["name"]
        if name not in now:
            report.forbidden(f"spec.{FIELD}", f'existing ephemeral containers "{name}" may not be removed\n')
        elif now[name] != container:
            changes = pod_diff.between(container, now[name])
            report.forbidden(f"spec.{FIELD}", f'existing ephemeral containers "{name}" may not be changed\n{changes}')


def check_create(report: Report, spec: dict) -> None:
    """They come by the subresource only."""
    if spec.get(FIELD):
        report.forbidden(f"spec.{FIELD}", "cannot be set on create")
