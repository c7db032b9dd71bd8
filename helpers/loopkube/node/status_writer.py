"""Writes a Pod's status to the API whenever it differs, one write at a time.

The status is the node's own: `look`, called every few seconds, finds what somebody else has written there, such as
the node controller after a pause, and has it put right.
"""

import asyncio
import logging
from collections.abc import Callable

from loopkube.node.records import PodFacts
from loopkube.node.runtime import Runtime
from loopkube.node.status import OWN_CONDITIONS, pod_status
from loopkube.node.tasks import watched
from loopkube.shared.status import ApiError

log = logging.getLogger(__name__)
RETRY_SECONDS = 0.2
WHY = ("reason", "message")
SOON = 0.05
"""How long a change that nobody waits for may be held back."""


class StatusWriter:
    """`changed` may be called as often as one likes; what happens meanwhile goes into the next write."""

    def __init__(self, runtime: Runtime, facts: Callable[[], PodFacts]) -> None:
        self._runtime, self._facts = runtime, facts
        self._dirty = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._sent: dict = {}
        self._stored: dict = {}
        self._overwritten = False
        self._task: asyncio.Task | None = None
        self._later: asyncio.Task | None = None
        self._stopped = False

    def start(self) -> None:
        """Begins to write; what was `changed` before is written then."""
        if self._task is None and not self._stopped:
            self._task = watched(self._write_all(), "status of a pod")

    def changed(self) -> None:
        """Asks for a write; several changes before it begins become one."""
        self._idle.clear()
        self._dirty.set()
        if self._later:
            self._later.cancel()
            self._later = None

    def changed_a_little(self) -> None:
        """A program runs and is not ready yet: a kubelet, which looks around once a second, hears of it later."""
        if not self._later and not self._dirty.is_set():
            self._later = watched(self._change_soon(), "status of a pod, soon")

    async def _change_soon(self) -> None:
        await self._runtime.clock.sleep(SOON)
        self._later = None
        self.changed()

    def look(self) -> None:
        """Write again when the API shows another status than the one that was written."""
        pod, stored = self._facts().pod, self._stored
        newer = stored and _version(pod) > _version(stored)
        if newer and _own(pod, self._sent) != _own(stored, self._sent):
            self._overwritten = True
            self.changed()

    def stop(self) -> None:
        """Report nothing any more."""
        self._stopped = True
        for task in (self._task, self._later):
            if task:
                task.cancel()

    async def finish(self) -> None:
        """Write what is left, then stop."""
        self.start()
        if self._task and not self._task.done():
            idle = asyncio.ensure_future(self._idle.wait())
            # the task ends without being idle when the Pod is gone (404)
            await asyncio.wait([idle, self._task], return_when=asyncio.FIRST_COMPLETED)
            idle.cancel()
        self.stop()

    async def _write_all(self) -> None:
        while True:
            await self._dirty.wait()
            await self._runtime.turns.mine()
            # before the write, not after it: a change meanwhile asks for another one
            self._dirty.clear()
            try:
                await self._write()
            except ApiError as error:
                if error.code == 404 or error.reason == "Invalid":
                    self._idle.set()
                    if error.code == 404:
                        return
                    log.error("status of %s: %s", self._facts().pod["metadata"]["name"], error.message)
                else:
                    self._dirty.set()
                    await self._runtime.clock.sleep(RETRY_SECONDS)
            except (OSError, TimeoutError):
                self._dirty.set()
                await self._runtime.clock.sleep(RETRY_SECONDS)
            if not self._dirty.is_set():
                self._idle.set()

    async def _write(self) -> None:
        facts = self._facts()
        metadata, old = facts.pod["metadata"], self._sent or facts.pod.get("status") or {}
        status = pod_status(facts, self._runtime.clock.stamp())
        if self._sent:
            _keep_times(status, self._sent)
        if status == self._sent and not self._overwritten:
            return
        body: dict = {
            "metadata": {"uid": metadata["uid"]},
            # a patch removes by null what the status no longer has
            "status": status | dict.fromkeys({*old, *WHY} - status.keys()),
        }
        if facts.pod["spec"].get(
            "readinessGates"
        ):  # others write conditions too: refuse to overwrite what we have not seen
            body["metadata"]["resourceVersion"] = metadata["resourceVersion"]
        self._stored = await self._runtime.client.patch(
            "pods", metadata["name"], body, metadata["namespace"], subresource="status"
        )
        self._sent, self._overwritten = status, False


def _version(obj: dict) -> int:
    return int(obj["metadata"]["resourceVersion"])


def _own(pod: dict, sent: dict) -> dict:
    """Of a Pod's status what the node answers for."""
    status = pod.get("status") or {}
    conditions = [c for c in status.get("conditions") or [] if c["type"] in OWN_CONDITIONS]
    return {word: status.get(word) for word in (*sent, *WHY)} | {"conditions": conditions}


def _keep_times(status: dict, sent: dict) -> None:
    """A condition that has not changed since our last write keeps its time, seen or not by our watch."""
    before = {c["type"]: c for c in sent["conditions"]}
    for condition in status["conditions"]:
        was = before.get(condition["type"])
        if was and was["status"] == condition["status"]:
            condition["lastTransitionTime"] = was["lastTransitionTime"]
