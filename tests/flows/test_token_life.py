"""A controller keeps working when its token's nominal hour is over: with the real Traefik, and the clock moved."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
from loopkube.process.serve import start_beside
from loopkube.process.startup import STEPS, Parts
from loopkube.shared.clock import Clock

ROOT = Path(__file__).parents[2]
HOST = "late.example.com"


class MovedClock(Clock):
    """The wall clock can be moved on; what waits for seconds to pass goes on as before."""

    moved = timedelta()

    def now(self) -> datetime:
        return super().now() + self.moved


@contextlib.asynccontextmanager
async def whole_cluster(folder: Path, clock: Clock, port: int) -> AsyncIterator[Parts]:
    """All parts of a cluster, in this process."""
    settings = {
        "config": str(ROOT / "manifests" / "cluster-one-node.yaml"),
        "http_port": port,
        "https_port": 0,
        "manifests": [str(ROOT / "manifests" / "controllers" / "traefik")],
    }
    (folder / "cluster").mkdir()
    async with contextlib.AsyncExitStack() as stack:
        parts = Parts(folder, settings, stack)
        parts.clock, parts.beside = clock, await start_beside(folder, stack)
        for _, step in STEPS:
            await step(parts)
        yield parts


def ingress() -> dict:
    backend = {"service": {"name": "nobody", "port": {"number": 80}}}
    rule = {"host": HOST, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
    spec = {"ingressClassName": "traefik", "rules": [rule]}
    return {"metadata": {"name": "late"}, "spec": spec}


async def answers(port: int, status: int) -> None:
    """Returns when the entry answers with this status; until then it asks again."""
    async with asyncio.timeout(20), aiohttp.ClientSession(trust_env=False) as session:
        while True:
            with contextlib.suppress(aiohttp.ClientConnectionError):
                async with session.get(f"http://127.0.0.1:{port}/", headers={"Host": HOST}) as answer:
                    if answer.status == status:
                        return
            await asyncio.sleep(0.05)


async def test_traefik_follows_changes_after_its_tokens_hour(tmp_path: Path, free_tcp_port: int) -> None:
    clock = MovedClock()
    async with whole_cluster(tmp_path, clock, free_tcp_port) as parts:
        await answers(free_tcp_port, 404)
        clock.moved = timedelta(hours=2)
        await parts.control_plane.server.stop()  # ends its watches: it has to come back with the token that it has
        await parts.control_plane.server.start()
        service = {"metadata": {"name": "nobody"}, "spec": {"ports": [{"port": 80}]}}
        await parts.client.create("services", service, "default")
        await parts.client.create("ingresses.networking.k8s.io", ingress(), "default")
        await answers(free_tcp_port, 503)
