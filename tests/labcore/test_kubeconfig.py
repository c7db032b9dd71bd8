"""One context for one namespace, in a private file; the person's own KUBECONFIG stays known."""

import os
import runpy
import subprocess
from pathlib import Path

import pytest
import yaml
from labcore.clusters import environment
from labcore.clusters.records import Access, Entry
from labcore.errors import NoCluster
from labcore.kube import kubeconfig
from labcore.machine import jupyter

TWO = """
apiVersion: v1
kind: Config
current-context: away
clusters:
- {name: a, cluster: {server: "https://a.example.com", certificate-authority: ca.pem}}
- {name: b, cluster: {server: "https://b.example.com", certificate-authority-data: QQ==}}
contexts:
- {name: home, context: {cluster: a, user: me, namespace: default}}
- {name: away, context: {cluster: b, user: you}}
users:
- {name: me, user: {client-certificate: keys/me.pem, client-key: /keys/me.key}}
- {name: you, user: {exec: {command: bin/login, apiVersion: v1}}}
"""


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INGRESS_LAB_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.delenv(kubeconfig.USERS, raising=False)
    file = tmp_path / "two"
    file.write_text(TWO)
    return file


def written(two: Path, namespace: str = "web", context: str = "") -> dict:
    file = kubeconfig.write(two.parent / "state", "context:x/y", namespace, source=f"/none:{two}", context=context)
    return yaml.safe_load(file.read_text())


def test_it_holds_one_context_and_its_namespace(two: Path) -> None:
    made = written(two, context="home")
    context = {"cluster": "a", "user": "me", "namespace": "web"}
    assert (made["current-context"], made["contexts"]) == ("home", [{"name": "home", "context": context}])
    assert [entry["name"] for entry in made["clusters"] + made["users"]] == ["a", "me"]


def test_files_that_it_names_are_found_from_anywhere(two: Path) -> None:
    made, here = written(two, context="home"), two.resolve().parent
    assert made["clusters"][0]["cluster"]["certificate-authority"] == str(here / "ca.pem")
    user = made["users"][0]["user"]
    assert (user["client-certificate"], user["client-key"]) == (str(here / "keys" / "me.pem"), "/keys/me.key")
    assert written(two)["users"][0]["user"]["exec"]["command"] == str(here / "bin" / "login")


def test_it_is_the_readers_alone_and_each_namespace_has_its_own(two: Path) -> None:
    before = os.umask(0)
    try:
        files = [kubeconfig.write(two.parent / "state", "x", name, source=str(two)) for name in ("one", "two", "one")]
    finally:
        os.umask(before)
    assert files[0] == files[2] != files[1]
    assert {(file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) for file in files} == {(0o600, 0o700)}


@pytest.mark.parametrize("broken", ["", "{}", "clusters: []", "current-context: x\ncontexts: []", "a: ["])
def test_a_file_that_says_nothing_is_named(broken: str, two: Path) -> None:
    two.write_text(broken)
    with pytest.raises(NoCluster, match="two"):
        kubeconfig.write(two.parent, "x", "web", source=str(two))


def test_the_persons_own_stays_known_below_a_notebook(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", f"{two}:/other")
    access = Access("context:home", two, "home", Entry(http_port=1234, https_port=1235), shared=True)
    for _ in range(2):
        made = environment.environment(access, "me-web")
        for name, value in made.items():
            monkeypatch.setenv(name, value)
    assert kubeconfig.users_own() == f"{two}:/other"
    assert os.environ["KUBECONFIG"] != kubeconfig.users_own()
    assert (made["INGRESS_HTTP"], made["INGRESS_HTTPS_AT"]) == ("http://127.0.0.1:1234", "127.0.0.1:1235")
    monkeypatch.setenv("KUBECONFIG", "/mine")
    assert kubeconfig.users_own() == "/mine"


def test_the_projects_programs_come_first_and_no_proxy_is_asked(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin")
    monkeypatch.setenv("no_proxy", "corp.example.com")
    made = environment.environment(Access("local", two, None, Entry()), "web")
    monkeypatch.setenv("PATH", made["PATH"])
    assert made["PATH"].endswith(":/usr/bin")
    assert environment.environment(Access("local", two, None, Entry()), "web")["PATH"] == made["PATH"]
    assert made["no_proxy"] == "corp.example.com,127.0.0.1"
    assert (Path(made["PATH"].split(":")[0]) / "kubectl").exists()


@pytest.mark.parametrize(("language", "words"), [("en", "run the setup cell"), ("ko", "준비 셀을 먼저 실행")])
def test_a_kernel_that_is_not_connected_reaches_no_cluster(
    two: Path, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    """Neither the person's own nor whoever listens on localhost:8080; what kubectl says names the way on."""
    monkeypatch.setenv("KUBECONFIG", str(two))
    monkeypatch.setenv("INGRESS_LAB_LANG", language)
    for name in ("PATH", "KUBERC", kubeconfig.USERS, "PYTHONSAFEPATH"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    monkeypatch.delenv(kubeconfig.USERS)
    jupyter.use_own_folders(two.parent / "state")
    startup = two.parent / "state" / "jupyter" / "ipython" / "profile_default" / "startup" / "00-lab.py"
    assert set(runpy.run_path(str(startup))) <= set(runpy.run_path(os.devnull))  # it leaves no names in the notebook
    assert kubeconfig.users_own() == str(two)
    said = subprocess.run(["kubectl", "get", "pods"], capture_output=True, text=True)
    assert said.returncode == 1 and words in said.stderr
