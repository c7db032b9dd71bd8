"""What a person with a Korean locale is told by the command `lab`: each sentence of ours in Korean, none half of it.

What stays English: Kubernetes' and kubectl's own messages, names, options, code (`korean.english` leaves them out).
"""

from dataclasses import replace
from pathlib import Path

import korean
import pytest
from labcore.language import choice
from labtools import cli
from labtools.clusters import local
from loopkube import cluster

COMMANDS = (
    "up", "status", "reset", "down", "node", "shell", "doctor", "study", "progress", "report", "explain", "load",
    "upgrade", "migrate", "images", "participant", "hosts", "clinic", "capstone",
)  # fmt: skip
LOCAL = ("stopped", "running", "starting", "dead", "paused")


@pytest.fixture(autouse=True)
def person(state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder of their own, with nothing but a locale; no program of a cluster is on PATH."""
    for name in choice.LOCALE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    monkeypatch.setattr("labtools.clusters.shared.beside.end_left_behind", lambda: None)
    monkeypatch.chdir(tmp_path)
    _files(tmp_path)


def _files(folder: Path) -> None:
    (folder / "empty").mkdir()
    (folder / "broken.yaml").write_text("a: [")
    (folder / "template.yaml").write_text("kind: {{ .Values.kind }}\n")
    (folder / "hosts").write_text("127.0.0.1 localhost\n")
    (folder / "today.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
    (folder / "old.yaml").write_text(
        "apiVersion: extensions/v1beta1\nkind: Ingress\n"
        "metadata: {name: a, annotations: {kubernetes.io/ingress.class: nginx, "
        "nginx.ingress.kubernetes.io/rewrite-target: /}}\n"
        "spec:\n  backend: {serviceName: a, servicePort: '80'}\n  rules:\n  - http:\n      paths:\n      - backend:\n"
        "          serviceName: a\n          servicePort: 80\n---\n"
        "apiVersion: apps/v1beta1\nkind: Deployment\nmetadata: {name: a}\n"
        "spec:\n  rollbackTo: {revision: 1}\n  template:\n    metadata: {labels: {app: a}}\n"
        "    spec: {serviceAccount: b, containers: []}\n"
    )
    (folder / "reports").mkdir()
    (folder / "reports" / "report.json").write_text("[]")
    (folder / "class" / "one").mkdir(parents=True)
    (folder / "class" / "one" / "report.json").write_text('{"schema": "x"}')


def said(line: str, capsys: pytest.CaptureFixture[str]) -> str:
    """All that the command prints; its errors too."""
    try:
        cli.main(line.split())
    except SystemExit:
        pass
    printed = capsys.readouterr()
    return printed.out + printed.err


ERRORS = (
    "frob", "", "up --http-port x", "explain", "hosts frob", "report --lang fr", "up --cluster", "status more",
    "images", "images save", "participant", "node frob", "up --controller frob",
    "status --cluster frob", "status --cluster context:", "up --http-port 99999",
    "up --http-port 8080 --https-port 8080",
    "up --controller none --load-balancer", "up --config none.yaml", "reset", "explain http://a.example.com/",
    "down", "down --delete", "down --all", "node", "node stop", "node stop frob", "status", "progress",
    "hosts show --file none", "hosts add a.example.com --file hosts", "hosts add a.example.com --file hosts --yes",
    "hosts add *.example.com --file hosts", "hosts add a_b --file hosts", "hosts add localhost --file hosts",
    "hosts add a.example.com --address x --file hosts", "hosts remove b.example.com --file hosts",
    "hosts remove --file hosts", "upgrade none", "upgrade empty", "upgrade broken.yaml", "upgrade template.yaml",
    "upgrade today.yaml", "upgrade old.yaml", "upgrade old.yaml --write", "upgrade . --old-lines",
    "migrate none", "migrate empty", "migrate broken.yaml", "migrate template.yaml", "migrate today.yaml",
    "migrate --annotations", "migrate old.yaml", "migrate old.yaml --audit", "migrate old.yaml --to gateway",
    "migrate . --to no",
    "report --notebook frob", "report --against none", "report --against reports", "report --merge empty",
    "report --merge reports", "report --merge class", "report --mine --notebook 00", "study --fresh frob",
    "clinic list", "clinic start nobody", "clinic start --seed x", "clinic check", "clinic symptom",
    "clinic diagnose A", "clinic give-up", "clinic score", "clinic clean-up", "clinic start",
    "capstone", "capstone frob", "capstone check", "capstone check frob", "capstone ask http://a.example.com/",
    "capstone status", "capstone stop",
    "participant ann", "participant Ann_", "up --cluster kind", "status --cluster kind", "down --cluster kind",
    "load http://a.example.com/", "load http://a.example.com/ --rate 9999", "load http://a.example.com/ --rate x",
    "load http://a.example.com/ --rate 1 --rate 2", "load http://a.example.com/ --rate 1 --out none/a.json",
    "node list --cluster kind", "images save folder", "images load empty", "up --cluster kind --config a.yaml",
    "up --cluster context:frob", "status --cluster context:frob", "node stop x --cluster context:frob",
    "up --cluster context:frob --prefix Ann_", "up --cluster context:frob --http a --https b",
)  # fmt: skip


@pytest.mark.parametrize("line", [f"{name} --help" for name in COMMANDS] + ["--help"])
def test_help(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    printed = said(line, capsys)
    assert printed.startswith("사용법: lab") and korean.english(printed) == []


@pytest.mark.parametrize("line", ERRORS)
def test_commands_and_errors(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    printed = said(line, capsys)
    assert printed and korean.english(printed) == []


@pytest.mark.parametrize("state_of", LOCAL)
@pytest.mark.parametrize("line", ["status", "up", "up --http-port 9081", "node", "node stop b", "down"])
def test_states_of_the_local_cluster(
    state_of: str, line: str, state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _play(state_of, state, monkeypatch)
    assert korean.english(said(line, capsys)) == []


def _play(name: str, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = cluster.ClusterInfo("lab", state, state / "kubeconfig", 8080, 8443, 4711, ["a", "b"])
    known = cluster.ClusterStatus("running", replace(info))
    if name != "running":
        known = cluster.ClusterStatus("dead" if name == "dead" else "stopped", None)
    if name == "starting":
        known = cluster.ClusterStatus("running", None)
    if name == "paused":
        known = cluster.ClusterStatus("running", info, paused=True)
    monkeypatch.setattr(cluster, "status", lambda folder: known)
    monkeypatch.setattr(cluster, "start", lambda folder, **settings: _step(info, settings["on_step"]))
    monkeypatch.setattr(cluster, "stop", lambda folder: name != "stopped")
    monkeypatch.setattr(cluster, "nodes", lambda folder: {"a": "running", "b": "stopped"})
    monkeypatch.setattr(cluster, "stop_node", lambda folder, node: node != "b")
    monkeypatch.setattr(cluster, "start_node", lambda folder, node: node == "b")
    monkeypatch.setattr(local, "wait_for_controller", lambda port: None)


def _step(info: cluster.ClusterInfo, on_step) -> cluster.ClusterInfo:
    on_step("cluster file")
    return info


def test_doctor_aligns_its_columns(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from labcore.language.text_width import width
    from labtools.doctor import examine, finding

    found = [
        finding.ok("Python", "3.12"),
        finding.wrong("노드 레이블", "x", "y", "z"),
        finding.note("포트 80", "a", "b", "c"),
    ]
    monkeypatch.setattr(examine, "examine", lambda machine: found)
    lines = said("doctor", capsys).splitlines()
    assert [line.split()[0] for line in lines[:1]] == ["정상"] and "이유:" in lines[2] and "해결 방법:" in lines[3]
    starts = {width(line[: line.index(end)]) for line, end in zip(lines[:2], ("3.12", "x"), strict=False)}
    assert starts == {28} and width(lines[2][: lines[2].rindex("y")]) == width(lines[3][: lines[3].rindex("z")])


def test_doctor_here(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever is the matter with this machine."""
    assert korean.english(said("doctor", capsys)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('kind "x": this cluster에 그런 이름이 없습니다', ["this cluster"]),
        ("why: 실습에는", ["why"]), ("lab node list", []),
        ("kind runs its nodes as Docker containers. local 클러스터", ["runs its nodes as Docker containers"]),
        ('Error from server (NotFound): pods "x" not found', []), ("`lab up`으로 시작합니다", []),
    ],
)  # fmt: skip
def test_english_is_found(text: str, found: list[str]) -> None:
    assert korean.english(text) == found
