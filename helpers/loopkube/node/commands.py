"""The command lines of one Pod: environment, working directory and paths of its containers; exec inside them."""

import asyncio
import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from loopkube.node import environment, orphans, plain_file, resolver_files, service_links, strays
from loopkube.node.environment import ConfigError, Facts
from loopkube.node.expansion import PathMap, expand
from loopkube.node.images import Image
from loopkube.node.isolation.plan import Mount, Sandbox, programs
from loopkube.node.l4 import low_ports
from loopkube.node.launch import Launch, Standard, StartError
from loopkube.node.process import Process
from loopkube.node.runtime import Runtime
from loopkube.node.volumes import Volumes

TERMINATION_LOG = "termination-log"
LONGEST_MESSAGE = 4096
LONGEST_OUTPUT = 10 * 1024
"""Bytes that are kept of what a command says, as a kubelet keeps them; the rest is read and dropped."""
API_NAME = "https://kubernetes.default.svc"


@dataclass(frozen=True)
class Run:
    """How the current run of a container was started: what exec uses again."""

    env: dict[str, str]
    cwd: str
    paths: PathMap
    tag: int
    sandbox: Sandbox | None


class Commands:
    """Makes the `Launch` of a container, and runs commands beside its program."""

    def __init__(
        self, runtime: Runtime, pod: Callable[[], dict], volumes: Volumes, facts: Facts, kubeconfig: Path
    ) -> None:
        self._runtime, self._pod, self._volumes, self._facts, self._kubeconfig = (
            runtime,
            pod,
            volumes,
            facts,
            kubeconfig,
        )
        self._runs: dict[str, Run] = {}
        self._beside: dict[str, set[Process]] = {}

    def note(self, type: str, reason: str, message: str, field_path: str = "") -> None:
        self._runtime.note(self._pod(), type, reason, message, field_path)

    def launch(self, spec: dict, image: Image, folder: Path) -> Launch:
        """Everything needed to start the container. Raises ConfigError."""
        pod, root, isolated = self._pod(), folder / "root", self._runtime.isolated
        root.mkdir(parents=True, exist_ok=True)
        base = {**image.env, "HOSTNAME": host_name(pod), "HOME": "/" if isolated else str(root)}
        if pod["spec"].get("enableServiceLinks", True):
            base |= service_links.variables(self._runtime.services(), pod["metadata"]["namespace"])
        env = environment.make(pod, spec, self._runtime.lookup, self._facts, base)
        mounts = self._volumes.mounts(spec, env)
        mounts[spec.get("terminationMessagePath") or "/dev/termination-log"] = str(folder / TERMINATION_LOG)
        mounts = self._resolver_files() | mounts
        paths = PathMap(image.paths | ({} if isolated else mounts) | self._names(image))
        command = [expand(word, env) for word in spec.get("command") or []]
        args = [expand(word, env) for word in spec.get("args") or []]
        argv = [paths.translate(word) for word in image.argv(command, args)]
        env = {name: value if base.get(name) == value else paths.translate(value) for name, value in env.items()}
        self._add_own(env, pod, spec, image, {} if isolated else mounts)
        sandbox = self._sandbox(spec, root, mounts, image) if isolated else None
        cwd = self._working_dir(spec, root, None if isolated else paths)
        run = Run(env, cwd, paths, orphans.new_tag(self._runtime.folder), sandbox)
        self._runs[spec["name"]] = run
        lent = image.takes_sockets and not self._runtime.networks  # it has the Pod's ports to itself there
        listeners = self._runtime.ports.lend(pod, spec, self._facts.pod_ip) if lent else ()
        shared = pod["spec"].get("shareProcessNamespace") or pod["spec"].get("hostPID")
        return Launch(argv, env, run.cwd, listeners, run.tag, sandbox, not shared, self._facts.pod_ip)

    def _sandbox(self, spec: dict, root: Path, mounts: dict[str, str], image: Image) -> Sandbox:
        """The cluster's own files are hidden but for the Pod's; what a kubelet mounts read-only is so."""
        pod, home, read_only = self._pod(), self._runtime.folder, self._volumes.read_only(spec)
        return Sandbox(
            root,
            host_name(pod),
            [Mount(path, source, path in read_only) for path, source in mounts.items()],
            hidden=[home, home.parent / "kubeconfig"],
            shown=[home / "images", self._kubeconfig.parent, *programs(image.paths.values())],
            # containers that share processes share this machine's: nobody is there to hold a namespace for them
            own_processes=not (pod["spec"].get("hostPID") or pod["spec"].get("shareProcessNamespace")),
        )

    async def run_ended(self, spec: dict) -> None:
        """The container's program has ended, and with it whatever was run beside it."""
        self._runs.pop(spec["name"], None)
        for process in list(self._beside.pop(spec["name"], ())):
            process.kill()
            await process.wait()
        await self._runtime.ports.take_back(self._pod(), spec)

    def _add_own(self, env: dict[str, str], pod: dict, spec: dict, image: Image, mounts: dict[str, str]) -> None:
        """What stands in for a container's own host name, address, files and API access."""
        if not (self._runtime.networks and self._runtime.isolated):  # there all of it is real
            env["LOOPKUBE_POD"] = f"{self._facts.pod_ip} {host_name(pod)}"
            env["LOOPKUBE_PATHS"] = "\n".join(f"{path}\t{target}" for path, target in mounts.items())
            env[low_ports.VARIABLE] = str(low_ports.lowest())
        if not token_mounted(pod, spec):
            return
        env.setdefault("KUBECONFIG", str(self._kubeconfig))
        if image.maps_paths and self._runtime.api:
            host, port = self._runtime.api
            env.setdefault("KUBERNETES_SERVICE_HOST", host)
            env.setdefault("KUBERNETES_SERVICE_PORT", str(port))

    def _resolver_files(self) -> dict[str, str]:
        """{path: where it is} of the files by which a program finds names."""
        pod, folder = self._pod(), self._kubeconfig.parent / "etc"
        folder.mkdir(parents=True, exist_ok=True)
        texts = {
            "resolv.conf": resolver_files.resolv_conf(
                pod, self._runtime.dns, self._runtime.isolated and not self._runtime.networks
            )
        }
        if not pod["spec"].get("hostNetwork"):
            texts["hosts"] = resolver_files.hosts(pod, self._facts.pod_ip, host_name(pod))
        for name, text in texts.items():
            plain_file.replace(folder / name, text.encode())
        return {f"/etc/{name}": str(folder / name) for name in texts}

    def _names(self, image: Image) -> dict[str, str]:
        """The API's name in the cluster, as programs that have no DNS here must be told it."""
        if image.maps_paths or not self._runtime.api:
            return {}
        host, port = self._runtime.api
        return {API_NAME: f"https://{host}:{port}"}

    def _working_dir(self, spec: dict, root: Path, paths: PathMap | None) -> str:
        """The folder to start in: a volume's, one of this machine, or one made below the container's own root.

        Without `paths` it is as the container sees it, and is made inside where it is missing.
        """
        folder = spec.get("workingDir") or "/"
        if paths and folder != "/" and Path(paths.translate(folder)).is_dir():
            return str(Path(paths.translate(folder)))
        own = root / folder.lstrip("/")
        if ".." in own.parts:
            raise ConfigError(f"workingDir {folder} leaves the container")
        own.mkdir(parents=True, exist_ok=True)
        return str(own) if paths else folder

    # --- beside the program ---

    async def settled(self, spec: dict) -> None:
        """Returns once a container that has been started can be joined."""
        run = self._runs.get(spec["name"])
        if run and run.sandbox and run.sandbox.first:
            await asyncio.shield(run.sandbox.first.settled)

    def start_beside(self, spec: dict, command: list[str], standard: Standard) -> Process:
        """Start `command` in the environment of the running container. Raises StartError."""
        name, run = spec["name"], self._runs.get(spec["name"])
        if run is None:
            raise StartError("container not running")
        env = run.env | ({"TERM": "xterm"} if standard.tty else {})
        argv = [run.paths.translate(word) for word in command]
        process = Process.start(
            Launch(argv, env, run.cwd, tag=run.tag, sandbox=run.sandbox, network=self._facts.pod_ip), standard
        )
        cluster = self._runtime.folder
        # at once: if this process is killed now, the next cluster has to find the program
        recorded = strays.record(cluster, process.pid)
        process.exited.add_done_callback(lambda _: strays.forget(cluster, recorded))
        together = self._beside.setdefault(name, set())
        together.add(process)
        process.exited.add_done_callback(lambda _: together.discard(process))
        return process

    async def execute(self, spec: dict, command: list[str], seconds: float) -> tuple[int, str]:
        """(exit code, output) of a command; a program that cannot start has 126. Raises TimeoutError."""
        await self.settled(spec)
        read, write = os.pipe()
        try:
            process = self.start_beside(spec, command, Standard(stdout=write, stderr=write))
        except StartError as error:
            os.close(read)
            return 126, f"OCI runtime exec failed: exec failed: unable to start container process: {error}"
        finally:
            # the program has copies of its own; with ours open, its output would never end
            os.close(write)
        output = asyncio.create_task(_read_all(read), name=f"output of {command[0]}")
        try:
            async with asyncio.timeout(seconds):
                code = await process.wait()
            return code, (await output).decode("utf-8", "replace")
        finally:
            output.cancel()
            process.kill()

    # --- the termination message ---

    def clear_termination_message(self, folder: Path) -> None:
        plain_file.replace(folder / TERMINATION_LOG, b"")

    def termination_message(self, folder: Path) -> str:
        """What the container wrote into /dev/termination-log, at most 4,096 bytes of it; "" when nothing."""
        try:
            return plain_file.read(folder / TERMINATION_LOG, LONGEST_MESSAGE).decode("utf-8", "replace")
        except OSError:
            return ""


def host_name(pod: dict) -> str:
    """The Pod's host name: `spec.hostname`, or its name cut to 63 characters."""
    return pod["spec"].get("hostname") or pod["metadata"]["name"][:63].rstrip("-.")


def token_mounted(pod: dict, container: dict) -> bool:
    """Whether a container mounts a volume with a service account's token."""
    with_token = {
        volume["name"]
        for volume in pod["spec"].get("volumes") or []
        if any("serviceAccountToken" in source for source in (volume.get("projected") or {}).get("sources") or [])
    }
    return any(mount["name"] in with_token for mount in container.get("volumeMounts") or [])


async def _read_all(descriptor: int) -> bytes:
    """What a pipe gives until it ends."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb")
    )
    try:
        kept = b""
        while piece := await reader.read(65536):
            kept += piece[: LONGEST_OUTPUT - len(kept)]
        return kept
    finally:
        with contextlib.suppress(OSError):
            transport.close()
