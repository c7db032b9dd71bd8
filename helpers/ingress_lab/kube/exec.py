"""Run a program in a Pod, as `kubectl exec POD -- COMMAND` does, through the official client."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

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
    from kubernetes.client.exceptions import ApiException
    from kubernetes.stream.ws_client import websocket_call

    # What `stream(CoreV1Api().connect_get_namespaced_pod_exec, ...)` calls; CoreV1Api alone loads for half a second.
    settings = api.official.configuration
    chosen = [("container", container)] if container else []
    asked = [("command", list(command)), ("stdout", "true"), ("stderr", "true"), *chosen]
    try:
        running = websocket_call(
            settings,
            "GET",
            f"{settings.host}/api/v1/namespaces/{quote(namespace, safe='')}/pods/{quote(pod, safe='')}/exec",
            query_params=asked,
            headers=api.authorization(),
            _preload_content=False,
        )
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
