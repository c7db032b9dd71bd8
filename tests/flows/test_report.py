"""A report of notebooks that ask the real Traefik; Traefik stopped in the middle; a manifest changed in between."""

import copy
import json
import shutil
from pathlib import Path

import nbformat
import pytest
from ingress_lab.lab import Lab
from labcore import clusters
from labcore.machine import paths
from labtools.report.against import Change, changes
from labtools.report.data import as_data
from labtools.report.run import run_series, write
from loopkube.cluster import ClusterInfo

SETUP = """
from ingress_lab import Lab
lab = Lab.connect("flow-report")
lab.apply("manifests/start-here")
lab.wait("deployments")
"""
ASK = 'lab.wait_routed("http://first.example.com/hello", timeout=3)'
STOP = """
from ingress_lab import Lab

path = "/apis/apps/v1/namespaces/traefik/daemonsets/traefik"
nowhere = {"spec": {"template": {"spec": {"nodeSelector": {"no-such-label": "true"}}}}}
lab.api.request("patch", path, nowhere, content_type="application/merge-patch+json")
traefik = Lab(lab.api, "traefik", lab.entry)
traefik.wait("pods", "deleted")
"""


def notebook(path: Path, *sources: str) -> Path:
    """A notebook that carries answers of an earlier run."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(f"# {path.stem}")])
    for source in sources:
        cell = nbformat.v4.new_code_cell(source)
        cell.outputs = [nbformat.v4.new_output("stream", text="hello-svc (an old answer)")]
        made.cells.append(cell)
    nbformat.write(made, path)
    return path


@pytest.fixture
def traefik_again(cluster: ClusterInfo):
    """Puts Traefik back on its node after a test that took it away."""
    yield
    lab = Lab.connect("flow-traefik-again")
    path = "/apis/apps/v1/namespaces/traefik/daemonsets/traefik"
    selector = {"spec": {"template": {"spec": {"nodeSelector": {"no-such-label": None}}}}}
    lab.api.request("patch", path, selector, content_type="application/merge-patch+json")
    Lab(lab.api, "traefik", lab.entry).wait("daemonset/traefik")
    lab.clean_up()


@pytest.mark.long
def test_tables_hold_answers_of_this_run(cluster: ClusterInfo, tmp_path: Path) -> None:
    passing = notebook(tmp_path / "01_passes.ipynb", SETUP, ASK, "lab.clean_up()")
    report = run_series([passing], clusters.access())
    assert report.passed
    place = write(report, tmp_path / "reports")
    data = json.loads((place / "report.json").read_text())
    assert data["notebooks"][0]["cells"][1]["tables"][0]["rows"] == [
        ["http://first.example.com/hello", 200, "hello-svc"]
    ]
    assert data["cluster"]["controller"] == "traefik:v3.7"
    page = (tmp_path / "reports" / "latest" / "index.html").read_text()
    assert "hello-svc" in page and "an old answer" not in page


@pytest.mark.long
def test_traefik_stopped_in_the_middle_is_a_failure_and_the_rest_runs(
    cluster: ClusterInfo, tmp_path: Path, traefik_again: None
) -> None:
    stopped = notebook(tmp_path / "02_stopped.ipynb", SETUP, ASK, STOP, ASK, "lab.get('ingress')")
    report = run_series([stopped], clusters.access())
    assert [c.state for c in report.notebooks[0].cells] == ["passed", "passed", "passed", "failed", "passed"]
    assert "an old answer" not in json.dumps(as_data(report))
    assert not report.passed
    assert "flow-report" not in Lab.connect("flow-look").get("namespaces")["name"].tolist()


def beginning_of_07(folder: Path, stop_after: str = "") -> Path:
    """Notebook 07 up to its first round, with Traefik taken off its node after a cell."""
    whole = nbformat.read(paths.project() / "notebooks" / "en" / "07_url_mapping.ipynb", as_version=4)
    last = next(number for number, cell in enumerate(whole.cells) if cell.id == "r2-text")
    whole.cells = [*whole.cells[:last], nbformat.v4.new_code_cell("lab.clean_up()\nrival.clean_up()", id="end")]
    if stop_after:
        at = next(number for number, cell in enumerate(whole.cells) if cell.id == stop_after)
        whole.cells.insert(at + 1, nbformat.v4.new_code_cell(STOP, id="stop"))
    (folder / "notebooks" / "en").mkdir(parents=True)
    (folder / "manifests").symlink_to(paths.project() / "manifests")
    nbformat.write(whole, folder / "notebooks" / "en" / "07_url_mapping.ipynb")
    return folder / "notebooks" / "en" / "07_url_mapping.ipynb"


@pytest.mark.long
def test_the_marks_of_the_lab_log_change_when_traefik_stops_in_the_middle(
    cluster: ClusterInfo, tmp_path: Path, traefik_again: None
) -> None:
    well = run_series([beginning_of_07(tmp_path / "well")], clusters.access())
    stopped = run_series([beginning_of_07(tmp_path / "stopped", stop_after="map")], clusters.access())
    of_well, of_stopped = ({line["number"]: line for line in as_data(report)["log"]} for report in (well, stopped))
    assert (of_well[18]["mark"], of_stopped[18]["mark"]) == ("confirmed", "not shown in this run")
    urls = ("example.com/order", "example.com/a", "example.com/", "example.com/about")
    assert of_well[4]["seen"][0]["observed"] == [*map(list, zip(urls, ("order", "a", "test", "test"), strict=True))]
    assert of_stopped[4]["seen"][0]["observed"] == [] and len(of_stopped[4]["why"]) > len(of_well[4]["why"])
    assert of_stopped[1]["why"] == of_well[1]["why"]


APPLY = """
from ingress_lab import Lab
lab = Lab.connect("flow-report")
lab.apply("manifests/start-here")
lab.apply("manifests/rules/rules.yaml")
lab.wait("deployments")
lab.settle()
"""
SEEN = 'lab.probe(["http://rules.example.com/hello", "http://rules.example.com/bye"])'
UNTOUCHED = 'lab.probe(["http://rules.example.com/none"])'
RULES = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: rules}
spec:
  ingressClassName: traefik
  rules:
    - host: rules.example.com
      http:
        paths:
          - {path: /hello, pathType: Prefix, backend: {service: {name: hello-svc, port: {number: 80}}}}
          - {path: /bye, pathType: Prefix, backend: {service: {name: bye-svc, port: {number: 80}}}}
"""


@pytest.mark.long
def test_one_changed_manifest_names_the_field_and_the_tables_that_changed_with_it(
    cluster: ClusterInfo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(paths.project() / "manifests" / "start-here", tmp_path / "manifests" / "start-here")
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "manifests" / "rules").mkdir()
    monkeypatch.chdir(tmp_path)
    book = notebook(tmp_path / "03_rules.ipynb", APPLY, SEEN, UNTOUCHED, "lab.clean_up()")
    reports = []
    for rules in (RULES, RULES.replace("name: bye-svc", "name: hello-svc")):
        (tmp_path / "manifests" / "rules" / "rules.yaml").write_text(rules)
        made = run_series([book], clusters.access())
        assert made.passed
        reports.append(as_data(made))
    field = "Ingress/rules spec.rules[0].http.paths[1].backend.service.name"
    name = reports[0]["notebooks"][0]["cells"][1]["id"]
    url = "http://rules.example.com/bye"
    assert changes(*reports) == [
        Change("manifests/rules/rules.yaml", field, "bye-svc", "hello-svc"),
        Change(f"03_rules, cell 2 ({name})", "table", f"{url}: service bye-svc", f"{url}: service hello-svc"),
    ]
    assert changes(reports[0], copy.deepcopy(reports[0])) == []
