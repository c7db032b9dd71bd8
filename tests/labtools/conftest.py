"""Stand-ins for kind, docker and kubectl, for the tests that ask for them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab_settings import *  # noqa: F403 - fixtures
from labcore.machine.programs import Runner
from scene import Inside, Scene, goes_well
from stand_in import running


@pytest.fixture
def port(state: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The entry: somebody answers already on the port that kind is told to map."""
    monkeypatch.setattr("loopkube.cluster.claim_ports", lambda *ports: None)
    with running() as entry:
        monkeypatch.setenv("INGRESS_LAB_HTTP_PORT", str(entry.port))
        yield entry.port


@pytest.fixture
def scene(state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Stand-ins that answer nothing yet."""
    monkeypatch.setattr("labtools.clusters.kind.tools.Runner", Inside)
    return Scene(tmp_path / "scene", monkeypatch)


@pytest.fixture
def real_programs(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-ins run as programs of their own."""
    monkeypatch.setattr("labtools.clusters.kind.tools.Runner", Runner)


@pytest.fixture
def well(scene: Scene, port: int) -> Scene:
    """A machine without a cluster, on which everything works."""
    goes_well(scene)
    return scene


@pytest.fixture
def there(well: Scene, state: Path, port: int) -> Scene:
    """The same with a cluster that an earlier `lab up` made."""
    well.rules = [rule for rule in well.rules if rule["times"] != 1]
    (state / "kind").mkdir(parents=True)
    record = {"name": "lab", "state": "whole", "http_port": port, "https_port": 8443}
    (state / "kind" / "cluster.json").write_text(json.dumps(record))
    return well
