"""The Pods that a Job makes, and how they are let go once they are counted."""

from loopkube.client.client import Client
from loopkube.controllers.pods import from_template
from loopkube.shared import job_indexes
from loopkube.shared.status import ApiError

FINALIZER = "batch.kubernetes.io/job-tracking"
FAILURES = "batch.kubernetes.io/job-index-failure-count"
_VARIABLE = "JOB_COMPLETION_INDEX"


def is_tracked(pod: dict) -> bool:
    """Whether its Job has yet to count it: it has the Job's finalizer."""
    return FINALIZER in (pod["metadata"].get("finalizers") or ())


async def let_go(client: Client, pod: dict) -> None:
    """Takes the finalizer away; a Pod that is being deleted goes with it."""
    metadata = pod["metadata"]
    patch = {"metadata": {"uid": metadata["uid"], "$deleteFromPrimitiveList/finalizers": [FINALIZER]}}
    try:
        await client.patch("pods", metadata["name"], patch, metadata["namespace"], type="strategic")
    except ApiError as error:
        if error.code not in (404, 409, 422):
            raise


def new_pod(job: dict, index: int | None = None, failures: int | None = None) -> dict:
    """`index`: which one, of an Indexed Job; `failures`: how often it has failed, where that is limited."""
    pod = from_template(job, job["spec"]["template"])
    metadata, name = pod["metadata"], job["metadata"]["name"]
    metadata["finalizers"] = [*metadata.get("finalizers", ()), FINALIZER]
    if index is None:
        return pod
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
