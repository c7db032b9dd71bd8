"""Run a program in a Pod, as `kubectl exec POD -- COMMAND` does, through the official client."""

from collections.abc import Sequence
from dataclasses import dataclass

from labcore.errors import Refused
from labcore.kube.api import Api
from labcore.language.messages import phrase

TIMEOUT = 30.0


@dataclass(frozen=True)
class Executed:
    """What a program printed, and how it ended."""

    out: str
    err: str
    code: int


def execute(
    api: Api, namespace: str, pod: str, command: Sequence[str], *, container: str = "", timeout: float = TIMEOUT
) -> Executed:
    """Run `command` in a Pod to its end; raises Refused when the Pod cannot run it."""
    from kubernetes.client import ApiClient, CoreV1Api
    from kubernetes.client.exceptions import ApiException
    from kubernetes.stream import stream

    # `stream` changes the client that it is given while it runs, so it gets one of its own.
    core = CoreV1Api(ApiClient(api.official.configuration))
    chosen = {"container": container} if container else {}
    try:
        running = stream(
            core.connect_get_namespaced_pod_exec, pod, namespace, command=list(command),
            stdin=False, stdout=True, stderr=True, tty=False, _preload_content=False, **chosen,
        )  # fmt: skip
        running.run_forever(timeout=timeout)
        out, err = running.read_stdout(timeout=0), running.read_stderr(timeout=0)
        code = running.returncode
        running.close()
    except ApiException as error:
        message = phrase(
            "pod {pod} cannot run {command}: {reason}",
            pod=pod,
            command=command[0],
            reason=(error.reason or "").partition(" -+-+-")[0],
        )
        raise Refused(message, code=error.status or 0, kubernetes=message) from error
    if code is None:
        raise Refused(
            phrase(
                "{command} in pod {pod} had not ended after {timeout:g} s", command=command[0], pod=pod, timeout=timeout
            ),
            reason="Timeout",
        )
    return Executed(out, err, code)
