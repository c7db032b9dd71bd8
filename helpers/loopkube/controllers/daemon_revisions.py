"""A DaemonSet's former templates, as ControllerRevisions (pkg/controller/daemon/update.go)."""

import copy

from loopkube.client.client import Client
from loopkube.client.informer import Informer, Key
from loopkube.controllers.daemon_pods import HASH_LABEL
from loopkube.controllers.owners import controller_ref, controller_uid
from loopkube.controllers.writes import Writes
from loopkube.shared.clock import Clock
from loopkube.shared.labels import labels_of

RESOURCE = "controllerrevisions.apps"


class Revisions:
    """Kept for `kubectl rollout history` and `undo`. A change of one is no reason to look at its DaemonSet again."""

    def __init__(self, client: Client, revisions: Informer, clock: Clock) -> None:
        self._client = client
        self._by_owner = revisions.index("controller", controller_uid)
        self._writes = Writes(revisions, clock)

    async def keep(self, key: Key, daemon_set: dict, hash: str, pods: list[dict]) -> None:
        """Makes the present template's revision the newest; of those that no Pod has, the oldest go."""
        if not self._writes.visible(key):
            return
        known = sorted(self._by_owner.of(daemon_set["metadata"]["uid"]), key=lambda revision: revision["revision"])
        data, newest = data_of(daemon_set), known[-1]["revision"] if known else 0
        same = [revision for revision in known if revision.get("data") == data]
        if not same:
            made = await self._client.create(RESOURCE, make(daemon_set, hash, newest + 1), key[0])
            self._writes.wrote(key, made)
        elif same[-1]["revision"] != newest:
            patch = {"revision": newest + 1}
            answer = await self._client.patch(RESOURCE, same[-1]["metadata"]["name"], patch, key[0])
            self._writes.wrote(key, answer)
        in_use = {labels_of(pod).get(HASH_LABEL) for pod in pods}
        idle = [
            revision for revision in known if revision not in same and labels_of(revision).get(HASH_LABEL) not in in_use
        ]
        for old in idle[: max(0, len(idle) - daemon_set["spec"].get("revisionHistoryLimit", 10))]:
            self._writes.deleted(key, old)
            await self._client.delete(RESOURCE, old["metadata"]["name"], key[0], uid=old["metadata"]["uid"])

    def forget(self, key: Key) -> None:
        self._writes.forget(key)


def data_of(daemon_set: dict) -> dict:
    """The patch that brings the template back."""
    return {"spec": {"template": copy.deepcopy(daemon_set["spec"]["template"]) | {"$patch": "replace"}}}


def make(daemon_set: dict, hash: str, number: int) -> dict:
    """A ControllerRevision with the Pod template as a patch, numbered `number`."""
    metadata = daemon_set["metadata"]
    labels = (daemon_set["spec"]["template"].get("metadata") or {}).get("labels") or {}
    return {
        "apiVersion": "apps/v1",
        "kind": "ControllerRevision",
        "metadata": {
            "name": f"{metadata['name']}-{hash}",
            "namespace": metadata["namespace"],
            "labels": labels | {HASH_LABEL: hash},
            "annotations": dict(metadata.get("annotations") or {}),
            "ownerReferences": [controller_ref(daemon_set)],
        },
        "data": data_of(daemon_set),
        "revision": number,
    }
