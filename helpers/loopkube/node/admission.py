"""What a kubelet refuses to run: Pods with sysctls that would reach beyond the Pod (pkg/kubelet/sysctl).

A controller replaces such a Pod at once, by one that is refused again, without end. So the later Pods of a controller
stay Pending as long as a crashed container would wait.
"""

import asyncio
import contextlib
import json

from loopkube.node.backoff import Backoff
from loopkube.node.runtime import Runtime
from loopkube.node.tasks import watched
from loopkube.shared import sysctls
from loopkube.shared.status import ApiError

REASON = "SysctlForbidden"
_SAFE = {
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
}


class Admission:
    """Tells the API of Pods that will never run here, each once."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._telling: dict[str, asyncio.Task] = {}
        self._backoffs: dict[str, Backoff] = {}

    def stop(self) -> None:
        for task in self._telling.values():
            task.cancel()

    def refuses(self, pod: dict) -> bool:
        why, metadata = refusal(pod), pod["metadata"]
        if not why or metadata.get("deletionTimestamp"):
            return False
        uid = metadata["uid"]
        if uid not in self._telling:
            self._telling[uid] = task = watched(self._tell(pod, why), f"refusal of pod {metadata['name']}")
            task.add_done_callback(lambda _: self._telling.pop(uid, None))
        return True

    async def _tell(self, pod: dict, why: str) -> None:
        metadata = pod["metadata"]
        for owner in metadata.get("ownerReferences") or ():
            if owner.get("controller"):
                await self._pause(owner["uid"])
        self._runtime.note(pod, "Warning", REASON, why)
        status = {"phase": "Failed", "reason": REASON, "message": f"Pod was rejected: {why}"}
        body = {"metadata": {"uid": metadata["uid"]}, "status": status}
        with contextlib.suppress(ApiError):  # gone meanwhile
            await self._runtime.client.patch(
                "pods", metadata["name"], body, metadata["namespace"], subresource="status"
            )

    async def _pause(self, owner: str) -> None:
        clock = self._runtime.clock
        backoff = self._backoffs.setdefault(owner, Backoff(clock))
        await clock.sleep(backoff.delay())
        backoff.ended()
        backoff.next()


def refusal(pod: dict) -> str:
    """The event's message; nothing where the Pod may run."""
    spec = pod["spec"]
    host = {sysctls.NET: spec.get("hostNetwork"), sysctls.IPC: spec.get("hostIPC")}
    for sysctl in (spec.get("securityContext") or {}).get("sysctls") or ():
        name = sysctls.with_dots(sysctl["name"])
        namespace = sysctls.namespace(name)
        if name not in _SAFE:
            return f"forbidden sysctl: {json.dumps(name)} not allowlisted"
        if host.get(namespace):
            return f"forbidden sysctl: {json.dumps(name)} not allowed with host {namespace} enabled"
    return ""
