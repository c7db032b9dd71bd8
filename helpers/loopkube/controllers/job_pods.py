"""The Pods that a Job makes: pure functions."""

from loopkube.controllers.pods import from_template
from loopkube.shared import job_indexes

FAILURES = "batch.kubernetes.io/job-index-failure-count"
_VARIABLE = "JOB_COMPLETION_INDEX"


def new_pod(job: dict, index: int | None = None, failures: int | None = None) -> dict:
    """`index`: which one, of an Indexed Job; `failures`: how often it has failed, where that is limited."""
    pod = from_template(job, job["spec"]["template"])
    if index is None:
        return pod
    metadata, name = pod["metadata"], job["metadata"]["name"]
    metadata["generateName"] = f"{name}-{index}-"
    metadata["labels"] = {**metadata.get("labels", {}), job_indexes.LABEL: str(index)}
    metadata["annotations"] = {**metadata.get("annotations", {}), job_indexes.LABEL: str(index)}
    if failures is not None:
        metadata["annotations"][FAILURES] = str(failures)
    pod["spec"]["hostname"] = f"{name}-{index}"
    for container in [*pod["spec"].get("containers", ()), *(pod["spec"].get("initContainers") or ())]:
        variables = container.setdefault("env", [])
        if all(variable["name"] != _VARIABLE for variable in variables):
            path = {"apiVersion": "v1", "fieldPath": f"metadata.labels['{job_indexes.LABEL}']"}
            variables.append({"name": _VARIABLE, "valueFrom": {"fieldRef": path}})
    return pod
