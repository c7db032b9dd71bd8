"""A new kind of cluster is one file: `new_cluster/k3d.py` is put beside the others, and nothing else knows of it."""

import ast
import json
from pathlib import Path

import pytest
from fake_api import FakeApi
from healthy import Healthy
from ingress_lab.http import clients as named_clients
from ingress_lab.lab import Lab
from ingress_lab.lessons import balancing
from labcore import clusters
from labcore.clusters.base import RECORD, Entry, UpOptions
from labcore.errors import BadArgument, LabError
from labcore.kube.api import Api
from labcore.machine import kernels, paths
from labtools import cli
from labtools import clusters as package
from labtools.clusters import local
from labtools.clusters.shared import answering
from labtools.doctor import examine
from labtools.doctor.finding import NOTE, OK, WRONG
from labtools.report.run import running

ENTRY = "http://127.0.0.1:8081"


@pytest.fixture(autouse=True)
def k3d(state: Path, monkeypatch: pytest.MonkeyPatch) -> clusters.Cluster:
    """The stub, found where the registry looks; it is not up."""
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(Path(__file__).with_name("new_cluster"))])
    monkeypatch.setattr(answering, "look", lambda *_: answering.ANSWERS)
    return clusters.of("k3d")


@pytest.fixture
def up(k3d: clusters.Cluster) -> clusters.Cluster:
    k3d.up(UpOptions(http_port=8081), lambda step: None)
    return k3d


def lab_said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = cli.main(words)
    return code, capsys.readouterr().out


def test_it_may_be_chosen(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("INGRESS_LAB_CLUSTER", "k3d")
    assert clusters.chosen() == "k3d" and clusters.names() == ["local", "context", "k3d", "kind"]
    with pytest.raises(BadArgument, match="choose local, k3d, kind or context:NAME"):
        clusters.chosen("k4d")
    with pytest.raises(SystemExit):
        cli.main(["up", "--help"])
    assert "local (default), k3d, kind or context:NAME" in capsys.readouterr().out


def test_its_options_are_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["up", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert "--controller {traefik,none,servicelb,ingress-nginx}" in said
    assert "traefik (only local or kind); none (only local); servicelb (only k3d: as k3s brings it); ingress" in said
    assert "ingress-nginx (only kind: retired in March 2026, for old material)" in said
    assert "only with --cluster k3d: --agents NUMBER how many nodes" in said
    assert "only with --cluster k3d or kind: --retain" in said
    assert "only with --cluster context:NAME: --http HOST:PORT" in said


def test_its_options_reach_it_and_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = lab_said(capsys, "up", "--cluster", "k3d", "--agents", "2", "--controller", "servicelb")
    assert code == 0 and "k3d cluster create --agents 2" in said
    for typed, refusal in {
        ("--cluster", "kind", "--agents", "2"): "--agents is only for --cluster k3d, and the cluster chosen is kind.",
        ("--retain",): "--retain is only for --cluster k3d or kind, and the cluster chosen is local.",
        ("--controller", "servicelb"): "local does not take --controller servicelb; choose traefik or none",
        ("--cluster", "context:team", "--controller", "traefik"): "the lab installs no controller on context:team;",
    }.items():
        assert cli.main(["up", *typed]) == 1
        assert refusal in capsys.readouterr().err


@pytest.mark.parametrize("name", ["k3d:lab", "local:", "context", "shared", "kind.cluster", "base", ""])
def test_only_whole_names_may_be(name: str) -> None:
    if name:
        with pytest.raises(BadArgument):
            clusters.chosen(name)
    else:
        assert clusters.chosen(name) == "local"


def test_the_command_starts_looks_at_and_stops_it(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = lab_said(capsys, "up", "--cluster", "k3d", "--http-port", "8081")
    assert code == 0 and "k3d cluster create" in said and "The cluster is ready after" in said and ENTRY in said
    assert "For notebooks: export INGRESS_LAB_CLUSTER=k3d  (or: lab study --cluster k3d)" in said
    code, said = lab_said(capsys, "status", "--cluster", "k3d")
    assert code == 0 and said.startswith("k3d runs.") and str(state / "k3d" / "kubeconfig") in said
    assert lab_said(capsys, "node", "list", "--cluster", "k3d") == (0, f"  {'k3d-lab-server-0':<28} running\n")
    code, said = lab_said(capsys, "status")
    assert code == 1 and "k3d runs. Its status: lab status --cluster k3d" in said
    code, said = lab_said(capsys, "down", "--all", "--delete")
    assert code == 0 and said.splitlines() == ["local: There was no cluster.", "k3d: k3d is removed."]
    assert lab_said(capsys, "down", "--all")[1] == "local: The cluster was not running.\n"
    assert lab_said(capsys, "status", "--cluster", "k3d") == (1, "k3d does not run.\n")


def test_what_it_does_not_say_it_cannot_do(up: clusters.Cluster) -> None:
    with pytest.raises(LabError, match="the lab cannot stop a machine of k3d"):
        up.stop_node("k3d-lab-server-0")


def test_a_lab_works_on_it(up: clusters.Cluster, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    api, asked = FakeApi(), []
    monkeypatch.setattr(Api, "connect", lambda *where: asked.append(where) or api)
    lab = Lab.connect("new-cluster", cluster="k3d")
    assert asked == [(state / "k3d" / "kubeconfig", "k3d-lab")]
    assert (lab.cluster, lab.entry.http_port) == ("k3d", 8081)
    assert api.objects["/api/v1/namespaces/new-cluster"]
    made: list[str] = []
    monkeypatch.setattr(named_clients, "_pod_client", lambda lab, name, settings: made.append(name))
    lab.client("red")
    assert made == ["red"]  # it has no loopback addresses to give


def test_its_rules_of_balancing_are_read_on_a_node(up: clusters.Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(balancing, "_rules", lambda lab: '--comment "shop/web-svc -> 10.42.0.2" -m statistic')
    api = FakeApi()
    api.put("/api/v1/namespaces/shop/services/web-svc", {"metadata": {"name": "web-svc"}})
    assert "10.42.0.2" in balancing.choice(Lab(api, "shop", Entry("127.0.0.1", 1, 1), "k3d"), "web-svc").markdown
    assert up.on_node("k3d-lab-server-0", "iptables-save") == ["docker", "exec", "k3d-lab-server-0", "iptables-save"]


def test_the_doctor_knows_what_it_needs() -> None:
    machine = Healthy("k3d")
    found = {finding.name: finding for finding in examine.examine(machine)}
    assert (found["k3d"].state, found["k3d"].fix) == (WRONG, "curl -s https://k3d.io/install.sh | bash")
    assert "lab up --cluster k3d" in found["k3d"].why
    assert [f.name for f in found.values() if f.state == WRONG] == ["k3d"]
    machine.programs -= {"docker", "kind", "kubectl"}
    machine.memory, machine.free = 900_000_000, 2_000_000_000
    found = {finding.name: finding for finding in examine.examine(machine)}
    states = {name: found[name].state for name in ("Docker", "kind", "kubectl", "memory", "disk")}
    assert states == {"Docker": WRONG, "kind": NOTE, "kubectl": WRONG, "memory": WRONG, "disk": WRONG}
    assert found["Docker"].why.startswith("k3d runs its nodes") and "docker system prune" in found["disk"].fix
    assert "`lab up --cluster k3d` installs the controller" in found["kubectl"].why


def test_the_doctor_finds_it_up_and_half_made() -> None:
    machine = Healthy("k3d")
    machine.programs.add("k3d")
    machine.files[Path("/state/k3d") / RECORD] = json.dumps({"state": "whole"})
    assert {finding.state for finding in examine.examine(machine)} == {OK}
    assert machine.kubectl == "kubectl --kubeconfig /state/k3d/kubeconfig" and machine.option == " --cluster k3d"
    machine.files[Path("/state/k3d") / RECORD] = json.dumps({"state": "creating"})
    found = {finding.name: finding for finding in examine.examine(machine)}
    assert found["leftovers"].found == "the creation of the k3d cluster was interrupted"
    assert found["leftovers"].fix == "lab down --cluster k3d --delete"


def test_a_report_is_made_on_it_while_no_notebook_works_there(
    up: clusters.Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running("k3d", None, None) as access:
        assert access.name == "k3d" and not access.temporary
    monkeypatch.setattr(kernels, "at_work", lambda cluster: iter(["07_url_mapping.ipynb"] * (cluster == "k3d")))
    with pytest.raises(LabError, match="notebooks are at work on k3d"), running("k3d", None, None):
        pass


def test_a_context_of_any_name_is_no_cluster_of_this_folder(state: Path) -> None:
    """What the lab remembers of `context:cluster` is a file of the same name."""
    (state / "context").mkdir(parents=True)
    (state / "context" / RECORD).write_text("{}")
    assert clusters.made_here(state) == ["local"]


def test_nobody_asks_for_its_name() -> None:
    """Outside the modules of the kinds, questions go to a cluster's attributes and methods."""
    helpers = paths.project() / "helpers"
    modules = [
        path
        for name in ("labcore", "ingress_lab", "labexercises", "labtools")
        for path in (helpers / name).rglob("*.py")
    ]
    asking = [
        f"{path.relative_to(helpers)}:{node.lineno}: {ast.unparse(node)}"
        for path in modules
        if helpers / "labtools" / "clusters" not in path.parents
        for node in ast.walk(ast.parse(path.read_text()))
        if _asks_for_a_name(node)
    ]
    assert asking == []


def _asks_for_a_name(node: ast.AST) -> bool:
    """`cluster.name == "kind"`, `machine.cluster in (...)`, `access.name.startswith("context:")`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in ("startswith", "removeprefix") and "context:" in ast.unparse(node)
    constants = {inner.value for inner in ast.walk(node) if isinstance(inner, ast.Constant)}
    return isinstance(node, ast.Compare) and "cluster" in ast.unparse(node) and bool({"local", "kind"} & constants)


@pytest.mark.parametrize(
    ("source", "asks"),
    [
        ('machine.cluster == "kind"', True),
        ('cluster.name in ("local", "kind")', True),
        ('name.startswith("context:")', True),
        ('obj["kind"] == "Service"', False),
    ],
)
def test_asking_for_a_name_is_seen(source: str, asks: bool) -> None:
    assert any(_asks_for_a_name(node) for node in ast.walk(ast.parse(source))) is asks


def test_each_kind_declares_its_class_under_its_name() -> None:
    for kind in clusters.names():
        loaded = clusters.of(f"{kind}:team" if kind == "context" else kind)
        assert loaded.name.partition(":")[0] == kind
    assert isinstance(clusters.of(), local.LocalCluster)
