"""Controllers that notebooks start beside the one at the entry: they take nothing from it."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

MANIFESTS = Path(__file__).parent.parent / "manifests"
FIRST = MANIFESTS / "controllers" / "traefik"
COPIES = [MANIFESTS / "session-affinity" / "replica", MANIFESTS / "reverse-proxy" / "edge"]

every_copy = pytest.mark.parametrize("folder", COPIES, ids=lambda path: str(path.relative_to(MANIFESTS)))


def documents(folder: Path) -> list[dict]:
    return [doc for path in sorted(folder.glob("*.yaml")) for doc in yaml.safe_load_all(path.read_text())]


def container(folder: Path) -> dict:
    (workload,) = (doc for doc in documents(folder) if doc["kind"] in ("Deployment", "DaemonSet"))
    return workload["spec"]["template"]["spec"]["containers"][0]


def rights(folder: Path) -> set[tuple[str, str, str]]:
    roles = [doc for doc in documents(folder) if doc["kind"] in ("Role", "ClusterRole")]
    return {
        (group, resource, verb)
        for role in roles
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


@every_copy
def test_no_port_of_a_node_and_no_more_rights(folder: Path) -> None:
    assert not any("hostPort" in port for port in container(folder)["ports"])
    assert rights(folder) <= rights(FIRST)
    assert container(folder)["image"] == container(FIRST)["image"]


@every_copy
def test_no_status_is_written_over_the_first_ones(folder: Path) -> None:
    assert ("networking.k8s.io", "ingresses/status", "update") not in rights(folder)
    assert not any("publishstatus" in arg or "ingressendpoint" in arg for arg in container(folder)["args"])


@every_copy
def test_only_its_own_namespace_is_watched(folder: Path) -> None:
    """So its rights outside are a look at classes and nodes, which a participant of a shared cluster may have."""
    watched = [arg for arg in container(folder)["args"] if arg.endswith("=$(NAMESPACE)")]
    providers = [
        arg for arg in container(folder)["args"] if arg.startswith("--providers.kubernetes") and "=true" in arg
    ]
    assert len(watched) == len(providers) > 0


@every_copy
def test_flags_are_known_to_traefik(folder: Path) -> None:
    """Traefik stops at the first flag it does not know; this one only shows its help."""
    binary = Path(sys.executable).parent / "traefik"
    shown = subprocess.run([binary, "--help"], capture_output=True, text=True, check=True).stdout.lower()
    known = {line.split()[0] for line in shown.splitlines() if line.startswith("    --")}
    for arg in container(folder)["args"]:
        words = arg.partition("=")[0].split(".")
        if words[0] == "--entrypoints":
            words[1] = "<name>"
        if words[:3] == ["--accesslog", "fields", "names"]:
            words[3] = "<name>"
        assert ".".join(words) in known, arg
