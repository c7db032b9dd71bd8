"""Cluster files: read and refused as kind reads and refuses them."""

import json
from pathlib import Path

import pytest
from loopkube.shared import cluster_file
from loopkube.shared.cluster_file import ConfigError, PortMapping

HEAD = "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n"
RECORDINGS = Path(__file__).parent.parent / "recordings" / "kind"
LIST = "nodeRegistration:\n  kubeletExtraArgs:\n  - name: node-labels\n    value: ingress-ready=true,tier=edge"
MAP = "nodeRegistration:\n  kubeletExtraArgs:\n    node-labels: ingress-ready=true"


def refused(name: str) -> str:
    """What kind said to the file of a recording."""
    recording = json.loads((RECORDINGS / f"create-{name}.json").read_text())
    return recording["stderr"].rpartition("ERROR: failed to create cluster: ")[2].rstrip("\n")


def nodes(*entries: str) -> str:
    return HEAD + "nodes:\n" + "".join(f"- {entry}\n" for entry in entries)


def patched(patch: str, kind: str = "InitConfiguration", more: str = "") -> str:
    text = json.dumps(f"kind: {kind}\n{patch}\n")
    return nodes(f"{{role: control-plane{more}, kubeadmConfigPatches: [{text}]}}")


def test_an_empty_file_is_one_node() -> None:
    found = cluster_file.parse("")
    assert (found.name, [(n.name, n.role, n.taints) for n in found.nodes]) == (
        "kind",
        [("kind-control-plane", "control-plane", [])],
    )


def test_names_and_taints_follow_the_roles() -> None:
    found = cluster_file.parse(nodes("role: control-plane", "role: worker", "role: worker"), "lab")
    assert [n.name for n in found.nodes] == ["lab-control-plane", "lab-worker", "lab-worker2"]
    assert [[t["key"] for t in n.taints] for n in found.nodes] == [["node-role.kubernetes.io/control-plane"], [], []]


def test_port_mappings_listen_on_this_machine_only() -> None:
    found = cluster_file.parse(
        nodes("{role: control-plane, extraPortMappings: [{containerPort: 80, hostPort: 8080, listenAddress: 0.0.0.0}]}")
    )
    assert found.nodes[0].ports == [PortMapping(80, 8080, "127.0.0.1", "TCP")]
    assert "listenAddress 0.0.0.0" in found.notices[0]


@pytest.mark.parametrize("patch", [LIST, MAP])
def test_labels_from_a_kubeadm_patch_replace_the_labels_of_the_node(patch: str) -> None:
    found = cluster_file.parse(patched(patch, more=", labels: {tier: front}"))
    assert found.nodes[0].labels["ingress-ready"] == "true"
    assert found.nodes[0].labels.get("tier") != "front"


def test_a_patch_for_another_version_or_role_changes_nothing() -> None:
    old = cluster_file.parse(patched(f"apiVersion: kubeadm.k8s.io/v1beta3\n{LIST}"))
    assert old.nodes[0].labels == {} and "v1beta3" in old.notices[0]
    assert cluster_file.parse(patched(LIST, "JoinConfiguration")).nodes[0].labels == {}


def test_a_wrongly_indented_patch_sets_no_label_and_is_noticed() -> None:
    found = cluster_file.parse(patched("nodeRegistration:\n  kubeletExtraArgs:\n  - name: node-labels\nvalue: a=b"))
    assert found.nodes[0].labels == {}
    assert "indentation" in found.notices[0]


def test_unknown_fields_are_named_and_ignored() -> None:
    found = cluster_file.parse(nodes("{role: control-plane, extraPortMapping: []}") + "networking: {}\n")
    assert any("extraPortMapping not found in type v1alpha4.Node" in n for n in found.notices)
    assert any(n.startswith("networking ") for n in found.notices)


@pytest.mark.parametrize(
    ("recording", "text"),
    [
        ("config-bad-role", nodes("role: master")),
        ("config-no-cp", nodes("role: worker")),
        ("config-bad-port", nodes("{role: control-plane, extraPortMappings: [{containerPort: 80, hostPort: 80800}]}")),
        (
            "config-dup-port",
            nodes(
                "{role: control-plane, extraPortMappings: "
                "[{containerPort: 80, hostPort: 8081}, {containerPort: 443, hostPort: 8081}]}"
            ),
        ),
        ("config-bad-version", "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha9\n"),
        ("config-bad-yaml", HEAD + "nodes:\n- role: control-plane\n   labels: {}\n"),
        ("bad-name", HEAD + "name: Bad_Name\n"),
        ("patch-notyaml", patched("").replace('"kind: InitConfiguration\\n\\n"', json.dumps(
            "kind: InitConfiguration\nnodeRegistration: [\n  kubeletExtraArgs\n"))),
    ],
)  # fmt: skip
def test_bad_files_are_refused_in_kinds_words(recording: str, text: str) -> None:
    with pytest.raises(ConfigError) as error:
        cluster_file.parse(text)
    assert str(error.value) == refused(recording)


def test_a_missing_file_is_refused_in_kinds_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError) as error:
        cluster_file.load(Path("nosuch.yaml"))
    assert str(error.value) == refused("config-missing-file")


@pytest.mark.parametrize(
    "patches",
    [
        ["{kind: ClusterConfiguration, controllerManager: {extraArgs: {node-monitor-grace-period: 1m30s}}}"],
        [
            "{kind: ClusterConfiguration, apiVersion: kubeadm.k8s.io/v1beta4, controllerManager: "
            "{extraArgs: [{name: node-monitor-grace-period, value: 1m30s}]}}"
        ],
    ],
    ids=["map", "list"],
)
def test_when_a_silent_node_is_lost(patches: list[str]) -> None:
    found = cluster_file.parse(HEAD + f"kubeadmConfigPatches: {json.dumps(patches)}\n")
    assert (found.settings.node_grace, found.settings.lease_seconds, found.notices) == (90.0, 40, [])


def test_settings_of_components_and_what_has_no_meaning_here() -> None:
    server = {"default-unreachable-toleration-seconds": "10", "v": "4"}
    patches = [
        json.dumps({"kind": "ClusterConfiguration", "apiServer": {"extraArgs": server}}),
        json.dumps({"kind": "KubeletConfiguration", "nodeLeaseDurationSeconds": 8, "maxPods": 9}),
    ]
    found = cluster_file.parse(HEAD + f"kubeadmConfigPatches: {json.dumps(patches)}\n")
    assert found.settings == cluster_file.Settings(50.0, 8, (300, 10))
    assert found.notices == [
        "kubeadmConfigPatches: apiServer v has no meaning here",
        "kubeadmConfigPatches: kubelet maxPods has no meaning here",
    ]


def test_a_setting_that_is_no_duration_is_named_and_ignored() -> None:
    patch = "{kind: ClusterConfiguration, controllerManager: {extraArgs: {node-monitor-grace-period: 8}}}"
    found = cluster_file.parse(HEAD + f"kubeadmConfigPatches: {json.dumps([patch])}\n")
    assert found.settings == cluster_file.Settings() and "8 is not a duration" in found.notices[0]
