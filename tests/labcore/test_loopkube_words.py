"""loopkube's own sentences, which it says in English, in the reader's words."""

import json
from datetime import UTC, datetime
from pathlib import Path

import korean
import pytest
from labcore.clusters import loopkube_words
from labcore.language import choice
from labcore.language.messages import phrase
from loopkube import cluster
from loopkube.api import credential_files
from loopkube.shared import kubeadm_patches

NODE = {"role": "control-plane", "image": "x", "extraMounts": [], "frob": 1}
PORT = {"containerPort": 80, "hostPort": 8080, "listenAddress": "0.0.0.0", "frob": 2}
PATCHES = [
    "kind: ClusterConfiguration\napiServer: {extraArgs: {frob: a}}\n",
    "kind: ClusterConfiguration\ncontrollerManager: {extraArgs: {node-monitor-grace-period: x}}\n",
    f"kind: InitConfiguration\napiVersion: {kubeadm_patches.API_VERSION}\nkubeletExtraArgs: {{node-labels: a}}\n",
    "kind: InitConfiguration\napiVersion: kubeadm.k8s.io/v1beta1\n",
]


@pytest.fixture(autouse=True)
def reads_korean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(choice.VARIABLE, "ko")


@pytest.mark.parametrize("patches", [PATCHES[:1], PATCHES[1:]])
def test_notices_of_a_cluster_file(patches: list[str]) -> None:
    node = {**NODE, "extraPortMappings": [PORT], "kubeadmConfigPatches": patches}
    file = {"apiVersion": "kind.x-k8s.io/v1alpha4", "kind": "Cluster", "networking": {}, "nodes": [node]}
    notices = cluster.read_config(json.dumps(file)).notices
    said = [str(loopkube_words.words(notice)) for notice in notices]
    assert len(notices) >= 5 and [text for text in said if korean.english(text)] == []


def test_notices_of_damaged_credentials(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    assert credential_files.complete(tmp_path, ["127.18.0.1"], now) == []
    (tmp_path / "sa.key").write_text("x")
    (tmp_path / "admin.token").unlink()
    said = [str(loopkube_words.words(one)) for one in credential_files.complete(tmp_path, ["127.18.0.2"], now)]
    assert len(said) == 3 and [text for text in said if korean.english(text)] == []


def test_what_is_known_already_and_what_is_not_stay() -> None:
    known = phrase("The cluster was not running.")
    assert loopkube_words.words(known) is known and loopkube_words.words("unknown kind Pod") == "unknown kind Pod"
