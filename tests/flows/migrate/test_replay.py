"""Both sides for real: what `lab migrate --replay` puts up, asks, and takes away again."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from case import SIDES, cases
from evidence import play
from labcore.kube.api import Api
from labtools import cli
from labtools.migrate.replay.comparing import differences
from labtools.migrate.replay.replaying import replay
from loopkube.cluster import ClusterInfo

SHOP = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  annotations:
    nginx.ingress.kubernetes.io/rewrite-target: /
spec:
  ingressClassName: nginx
  rules:
    - host: replayed.example.com
      http:
        paths:
          - {path: /old, pathType: Prefix, backend: {service: {name: shop, port: {number: 80}}}}
"""
TITLE = "GET http://replayed.example.com/old/deeper"


def left(cluster: ClusterInfo) -> list[str]:
    """What still has a name of the replay's."""
    api = Api.connect(Path(cluster.kubeconfig))
    found = []
    for kind in ("namespaces", "clusterroles", "clusterrolebindings", "ingressclasses"):
        names = [obj["metadata"]["name"] for obj in api.list(api.resources().named(kind))["items"]]
        found += [f"{kind}/{name}" for name in names if name.startswith("migrate-")]
    return found


@pytest.mark.long
def test_answers_of_nginx_and_of_traefiks_provider_are_compared(cluster: ClusterInfo) -> None:
    found = replay(SHOP, ["provider"], most=12)
    rows = {row[0]: row[1:3] for row in found.table("provider").to_numpy().tolist()}
    assert rows[TITLE] == ["shop /", "400 by the proxy itself"]
    assert str(found.summary).endswith(" of 12 the same")
    assert found.left_out > 0
    assert left(cluster) == []


@pytest.mark.long
def test_the_command_says_what_differs_and_ends_with_1(
    cluster: ClusterInfo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "shop.yaml").write_text(SHOP)
    page = tmp_path / "page.html"
    command = ["migrate", str(tmp_path / "shop.yaml"), "--replay", "--json", "--report", str(page)]
    assert cli.main(command) == 1
    data = json.loads(capsys.readouterr().out)
    assert data["candidates"] == ["provider", "ingress", "gateway"]
    assert data["summary"]["gateway"]["all"] == len(data["requests"])
    assert TITLE in page.read_text()
    assert left(cluster) == []


@pytest.mark.long
def test_ctrl_c_leaves_nothing_behind(cluster: ClusterInfo, tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(SHOP)
    command = [sys.executable, "-m", "labtools.cli", "migrate", str(tmp_path), "--replay", "--to", "provider"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while "namespaces/migrate-provider" not in left(cluster):
        assert running.poll() is None, running.communicate()
    running.send_signal(signal.SIGINT)
    assert "Interrupted" in running.communicate(timeout=60)[1]
    assert running.returncode == 130
    assert left(cluster) == []


@pytest.mark.long
def test_each_case_is_answered_as_it_was(cluster: ClusterInfo, request: pytest.FixtureRequest) -> None:
    """Of all cases one in fourteen or so; `--replay-cases 999` plays all, for many minutes."""
    every = cases()
    known = every[:: max(1, len(every) // request.config.getoption("--replay-cases"))]
    played = play(known)
    changed = []
    for case in known:
        for side in SIDES:
            for asked, before, now in zip(case.requests, case.seen[side], played[case.name].with_it[side], strict=True):
                changed += [(case.name, side, asked.url, d) for d in differences(before, now, asked.times)]
        seen = {candidate: played[case.name].verdict(case, candidate) for candidate in case.verdicts}
        changed += [] if seen == case.verdicts else [(case.name, seen)]
    assert changed == []
