"""What a Pod needs before its first container starts: volumes, API access, host ports. And keeping them right."""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path

from loopkube.node import plain_file
from loopkube.node.commands import Commands, token_mounted
from loopkube.node.image_names import InvalidImageName
from loopkube.node.images import PullError
from loopkube.node.network.pods import NetworkError
from loopkube.node.ports import PortConflict
from loopkube.node.runtime import Runtime
from loopkube.node.tokens import POD_TOKEN
from loopkube.node.volumes import MountError, Volumes
from loopkube.node.waiting import Waker
from loopkube.shared.status import ApiError

RETRY_SECONDS = 2.0
RENEW_SECONDS = 60.0


class Preparation:
    """`prepare` until everything is there, `keep` while the Pod runs; `wake` when an object has changed."""

    def __init__(
        self,
        runtime: Runtime,
        pod: Callable[[], dict],
        volumes: Volumes,
        commands: Commands,
        kubeconfig: Path,
        address: str,
    ) -> None:
        self._runtime, self._pod, self._volumes, self._commands = runtime, pod, volumes, commands
        self._kubeconfig, self._address = kubeconfig, address
        self._waker = Waker(runtime.clock, keep=True)
        self._stopped = False

    def wake(self) -> None:
        """An object that it waits for, or has made something of, has changed."""
        self._waker.wake()

    def stop(self) -> None:
        """Try no more."""
        self._stopped = True
        self._waker.wake()

    async def prepare(self) -> bool:
        """Make everything, again and again until it can be had; False when stopped before."""
        while not self._stopped:
            try:
                joining = asyncio.create_task(self._join_network(), name="joining of a pod")  # by another process
                try:
                    await self._volumes.prepare()
                    await self._write_kubeconfig()
                finally:
                    await joining
                await self._runtime.ports.claim(self._pod(), self._address, self._takes_sockets())
                return True
            except MountError as error:
                message = f'MountVolume.SetUp failed for volume "{error.volume}" : {error}'
                self._commands.note("Warning", "FailedMount", message)
            except NetworkError as error:
                message = f"Failed to create pod sandbox: failed to set up the network of the pod: {error}"
                self._commands.note("Warning", "FailedCreatePodSandBox", message)
            except PortConflict as error:
                message = f"Failed to create pod sandbox: failed to set up the host ports of the pod: {error}"
                self._commands.note("Warning", "FailedCreatePodSandBox", message)
            except ApiError as error:
                self._commands.note("Warning", "FailedMount", f"MountVolume.SetUp failed: {error.message}")
            except (OSError, ValueError) as error:  # too many open files, a full disk, a name that no system takes
                self._commands.note("Warning", "FailedMount", f"MountVolume.SetUp failed: {error}")
            await self._waker.pause(RETRY_SECONDS)
        return False

    async def keep(self) -> None:
        """Follow the objects that volumes are made from, and renew tokens."""
        while True:
            await self._waker.pause(RENEW_SECONDS)
            # a running Pod keeps what it has; the next look tries again
            with contextlib.suppress(MountError, ApiError, OSError):
                await self._volumes.prepare()
                await self._write_kubeconfig()

    async def _join_network(self) -> None:
        if self._runtime.networks and not self._pod()["spec"].get("hostNetwork"):
            await self._runtime.networks.add(self._address, self._runtime.gateway)

    def _takes_sockets(self) -> bool:
        if self._runtime.networks:
            return False
        for container in self._pod()["spec"]["containers"]:
            try:
                if self._runtime.catalogue.find(container["image"]).takes_sockets:
                    return True
            except (PullError, InvalidImageName):
                continue
        return False

    async def _write_kubeconfig(self) -> None:
        pod = self._pod()
        containers = [*(pod["spec"].get("initContainers") or []), *pod["spec"]["containers"]]
        if not any(token_mounted(pod, container) for container in containers):
            return
        token = await self._runtime.tokens.get(pod, POD_TOKEN)
        text = self._runtime.kubeconfig_for(token, pod["metadata"]["namespace"])
        content, present = text.encode(), b""
        with contextlib.suppress(OSError):
            present = plain_file.read(self._kubeconfig, len(content) + 1)
        if present != content:
            plain_file.replace(self._kubeconfig, content, 0o600)
