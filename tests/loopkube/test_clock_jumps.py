"""A clock that jumps: nothing that the cluster has promised depends on it running evenly."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from loopkube.api.credentials import Credentials
from loopkube.controllers.nodes import NodeController
from loopkube.shared.clock import Clock
from world import deployment, world

JUMPS = [timedelta(days=-30), timedelta(hours=-1), timedelta(hours=1), timedelta(days=30)]


class JumpingClock(Clock):
    """The machine's clock, off by `off`; what never runs backwards goes on as it was."""

    off = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.off


@pytest.mark.parametrize("jump", JUMPS, ids=str)
async def test_work_goes_on(jump: timedelta) -> None:
    clock = JumpingClock()
    async with world(clock=clock, nodes=("one", "two")) as here:
        await here.client.create("deployments.apps", deployment(replicas=2), "default")
        await here.until(lambda: _ready(here) == 2)
        clock.off = jump
        await here.client.patch("deployments.apps", "web", {"spec": {"replicas": 4}}, "default")
        await here.until(lambda: _ready(here) == 4)
        await here.quiet()
        nodes = here.list("nodes", "")
        assert [c["status"] for node in nodes for c in node["status"]["conditions"] if c["type"] == "Ready"] == [
            "True"
        ] * 2
        assert NodeController.__name__ in {type(part).__name__ for part in here.started}
        assert not any(taint for node in nodes for taint in node["spec"].get("taints") or [])


def _ready(here) -> int:
    return (here.get("deployments.apps", "web") or {}).get("status", {}).get("readyReplicas", 0)


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_tokens_and_certificates_stay_good(tmp_path: Path, jump: timedelta) -> None:
    clock = JumpingClock()
    credentials = Credentials.load_or_make(tmp_path, clock)
    account = {"metadata": {"name": "default", "namespace": "shop", "uid": "1"}}
    token, _ = credentials.tokens.issue(account, seconds=365 * 24 * 3600)
    clock.off = jump
    assert credentials.authenticate(token, lambda *place: account)
    for name in ("ca.crt", "server.crt"):
        found = x509.load_pem_x509_certificate((tmp_path / name).read_bytes())
        assert found.not_valid_before_utc < clock.now() < found.not_valid_after_utc
