"""Whether an object may be stored: its metadata, and the rules of its kind, in Kubernetes' own texts."""

from loopkube.kinds import Kind
from loopkube.kinds.registry import spec_of
from loopkube.kinds.shared import metadata
from loopkube.kinds.shared.report import Report
from loopkube.shared.status import invalid


def judge(kind: Kind, obj: dict, old: dict | None, subresource: str) -> list[str]:
    """Warnings for the caller; raises `errors.invalid` with everything that is wrong."""
    rules = spec_of(kind).rules
    report = Report()
    if old is not None:
        metadata.metadata_update(report, obj["metadata"], old["metadata"])
    if subresource in rules.parts:
        rules.parts[subresource](report, obj, old)
    elif subresource == "status":
        if rules.status:
            rules.status(report, obj, old)
    else:
        any_finalizer = rules.any_finalizer
        metadata.metadata(report, obj["metadata"], rules.name, namespaced=kind.namespaced, any_finalizer=any_finalizer)
        if rules.body:
            rules.body(report, obj, old)
    if report.errors:
        raise invalid(kind, obj["metadata"].get("name", ""), report.errors)
    return rules.warn(obj, old) if rules.warn and not subresource else []
