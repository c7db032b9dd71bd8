"""Old manifests brought to today's versions: what changes, why, and that all else stays byte for byte."""

import re
from pathlib import Path

import pytest
import yaml
from ingress_lab import manifests
from labcore.errors import BadManifest
from labcore.yaml.comparing import CHANGED, NEW
from labcore.yaml.roundtrip import Editable, parts_of
from labtools import cli

ROOT = Path(__file__).parents[2]
BOOK = Path(__file__).parent / "old_manifests" / "book.yaml"
OLD = re.compile(r"^apiVersion: \S+/v1beta1$|kubernetes\.io/ingress\.class:", re.MULTILINE)  # old on purpose
OWN = [p for p in sorted((ROOT / "manifests").rglob("*.yaml")) if not OLD.search(p.read_text())]
COMMENTS = (
    "# The book's manifest.", "# two hosts", "# the first host", "# the first application", "# which controller",
    "# the second path", "# below it", "# a port", "# three", "# the template", "# label",
)  # fmt: skip

INGRESS = """\
apiVersion: {version}
kind: Ingress
metadata:
  name: i
spec:
  rules:
    - host: a.com
      http:
        paths:
          - path: /x
            backend:
              serviceName: web
              servicePort: {port}
"""


def only(found: manifests.Upgrade) -> dict:
    (obj,) = found
    return obj


@pytest.mark.parametrize("path", OWN, ids=lambda p: str(p.relative_to(ROOT)))
def test_what_is_current_stays_as_it_is(path: Path) -> None:
    found = manifests.upgrade(path)
    assert not found and found.text == path.read_text() and found.write() == []


WRITTEN = [path for path in OWN if path.parent.name != "definitions"]
"""All but those with strings that a backslash continues on the next line: they are written on one."""


@pytest.mark.parametrize("path", [*WRITTEN, BOOK], ids=lambda p: p.stem)
def test_a_document_that_is_not_changed_is_written_byte_for_byte(path: Path) -> None:
    text = path.read_text()
    parts = parts_of(text)
    assert "".join(part.text for part in parts) == text
    for part in parts:
        if not part.is_separator and yaml.safe_load(part.text):
            assert Editable(part.text).written() == part.text


@pytest.mark.parametrize("version", ["extensions/v1beta1", "networking.k8s.io/v1beta1"])
@pytest.mark.parametrize(
    ("port", "now"), [("80", {"number": 80}), ("http", {"name": "http"}), ('"80"', {"number": 80})]
)
def test_ingress(version: str, port: str, now: dict) -> None:
    found = manifests.upgrade(INGRESS.format(version=version, port=port))
    path = only(found)["spec"]["rules"][0]["http"]["paths"][0]
    assert only(found)["apiVersion"] == "networking.k8s.io/v1"
    assert path == {"path": "/x", "pathType": "Prefix", "backend": {"service": {"name": "web", "port": now}}}
    assert not manifests.upgrade(found.text)
    assert found.changes["old line"].tolist()[0] == f"apiVersion: {version}"


def test_regular_expressions_and_missing_paths() -> None:
    text = INGRESS.format(version="extensions/v1beta1", port=80)
    made = only(manifests.upgrade(text.replace("/x", "/x(/|$)(.*)")))
    assert made["spec"]["rules"][0]["http"]["paths"][0]["pathType"] == "ImplementationSpecific"
    made = only(manifests.upgrade(text.replace("- path: /x\n            backend", "- backend")))
    assert made["spec"]["rules"][0]["http"]["paths"][0]["path"] == "/"


def test_default_backend_and_class() -> None:
    text = (
        "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata:\n  name: i\n  annotations:\n"
        "    kubernetes.io/ingress.class: nginx\nspec:\n  backend: {serviceName: web, servicePort: 80}\n"
    )
    found = manifests.upgrade(text)
    assert only(found)["spec"] == {
        "ingressClassName": "nginx",
        "defaultBackend": {"service": {"name": "web", "port": {"number": 80}}},
    }
    assert "annotations" not in only(found)["metadata"]
    assert found.notes == ['Ingress i: there has to be an IngressClass "nginx" in the cluster']
    named = manifests.upgrade(text.replace("spec:", "spec:\n  ingressClassName: other"))
    assert only(named)["spec"]["ingressClassName"] == "other" and named.notes == []


def test_the_book_keeps_its_comments() -> None:
    found = manifests.upgrade(BOOK)
    for comment in COMMENTS:
        assert found.text.count(comment) == 1, comment
    lines = found.text.splitlines()
    assert lines[lines.index("  # two hosts") + 1] == "  rules:"
    assert lines[lines.index("  # the template") + 1] == "  template:"
    assert "  ingressClassName: 'nginx' # which controller" in [" ".join(["", "", *line.split()]) for line in lines]


def test_every_changed_line_is_explained() -> None:
    found = manifests.upgrade(BOOK)
    said = " ".join(f"{c.old} {c.new}" for file in found.files for c in file.changes)
    for row in found.difference.changed:
        for line in (row.left, row.right):
            key = (line or "").strip().lstrip("- ").partition(":")[0]
            assert key.startswith("#") or key in said or key in ("backend", "annotations"), line
    assert all(change.why for file in found.files for change in file.changes)
    assert {row.sign for row in found.difference.changed} >= {CHANGED, NEW}


def test_old_lines_as_comments() -> None:
    lines = [" ".join(line.split()) for line in manifests.upgrade(BOOK, old_lines=True).text.splitlines()]
    assert "apiVersion: networking.k8s.io/v1 # apiVersion: extensions/v1beta1" in lines
    assert "number: 8080 # servicePort: 8080" in lines
    assert "name: helloworld-svc # serviceName: helloworld-svc; the first application" in lines
    assert "ingressClassName: 'nginx' # kubernetes.io/ingress.class: nginx; which controller" in lines


DEPLOYMENT = """\
apiVersion: {version}
kind: {kind}
metadata: {{name: w}}
spec:
  replicas: 2
  rollbackTo: {{revision: 1}}
  template:
    metadata: {{labels: {{app: w, tier: web}}}}
    spec:
      serviceAccount: robot
      containers: [{{name: w, image: w}}]
"""


@pytest.mark.parametrize("version", ["extensions/v1beta1", "apps/v1beta1", "apps/v1beta2"])
@pytest.mark.parametrize("kind", ["Deployment", "DaemonSet", "ReplicaSet", "StatefulSet"])
def test_workloads(version: str, kind: str) -> None:
    found = manifests.upgrade(DEPLOYMENT.format(version=version, kind=kind))
    made = only(found)
    assert made["apiVersion"] == "apps/v1" and "rollbackTo" not in made["spec"]
    assert made["spec"]["selector"] == {"matchLabels": {"app": "w", "tier": "web"}}
    assert made["spec"]["template"]["spec"]["serviceAccountName"] == "robot"
    assert list(made["spec"]) == ["replicas", "selector", "template"]
    assert not manifests.upgrade(found.text)


def test_defaults_that_mean_something_else_now_are_named() -> None:
    notes = "\n".join(manifests.upgrade(DEPLOYMENT.format(version="extensions/v1beta1", kind="Deployment")).notes)
    assert "revisionHistoryLimit is not written; it meant all, and is 10" in notes and "600" in notes
    assert "OnDelete" in manifests.upgrade(DEPLOYMENT.format(version="extensions/v1beta1", kind="DaemonSet")).notes[0]
    assert manifests.upgrade(DEPLOYMENT.format(version="apps/v1beta2", kind="Deployment")).notes == []


def test_services() -> None:
    text = (
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: s\n  annotations:\n"
        '    service.alpha.kubernetes.io/tolerate-unready-endpoints: "true"\n'
        "    service.beta.kubernetes.io/external-traffic: OnlyLocal\nspec:\n  ports: [{port: 80}]\n"
        '  topologyKeys: ["*"]\n  loadBalancerIP: 10.0.0.1\n'
    )
    found = manifests.upgrade(text)
    assert only(found)["spec"] == {
        "ports": [{"port": 80}],
        "loadBalancerIP": "10.0.0.1",
        "publishNotReadyAddresses": True,
        "externalTrafficPolicy": "Local",
    }
    assert "annotations" not in only(found)["metadata"] and "loadBalancerIP is deprecated" in found.notes[0]
    oldest = (
        "apiVersion: v1beta3\nkind: Service\nmetadata: {name: s}\n"
        "spec:\n  portalIP: None\n  createExternalLoadBalancer: true\n"
    )
    assert only(manifests.upgrade(oldest))["spec"] == {"clusterIP": "None", "type": "LoadBalancer"}


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("IngressClass", "networking.k8s.io/v1beta1", "networking.k8s.io/v1"),
        ("ClusterRole", "rbac.authorization.k8s.io/v1beta1", "rbac.authorization.k8s.io/v1"),
        ("CronJob", "batch/v1beta1", "batch/v1"),
    ],
)
def test_kinds_of_which_only_the_version_changed(kind: str, old: str, new: str) -> None:
    assert only(manifests.upgrade(f"apiVersion: {old}\nkind: {kind}\nmetadata: {{name: x}}\n"))["apiVersion"] == new


def test_what_needs_a_decision_is_named_and_left() -> None:
    text = "apiVersion: policy/v1beta1\nkind: PodSecurityPolicy\nmetadata: {name: x}\n"
    found = manifests.upgrade(text)
    assert found.text == text and "removed in Kubernetes 1.25" in found.notes[0]


def test_lists_and_odd_documents() -> None:
    item = {"apiVersion": "extensions/v1beta1", "kind": "Ingress", "metadata": {"name": "i"}, "spec": {}}
    found = manifests.upgrade(yaml.safe_dump({"apiVersion": "v1", "kind": "List", "items": [item]}))
    assert [obj["apiVersion"] for obj in found] == ["networking.k8s.io/v1"]
    assert not manifests.upgrade("# only a comment\n---\n---\n- a list\n")
    with pytest.raises(BadManifest):
        manifests.upgrade("a: b: c\n")


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = tmp_path / "old.yaml"
    old.write_text(INGRESS.format(version="extensions/v1beta1", port=80))
    (tmp_path / "new.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n")
    assert cli.main(["upgrade", str(tmp_path)]) == 1
    shown = capsys.readouterr()
    assert "line 1: apiVersion: extensions/v1beta1  ->  apiVersion: networking.k8s.io/v1" in shown.out
    assert "extensions" in old.read_text() and "--write" in shown.err
    assert cli.main(["upgrade", str(tmp_path), "--write"]) == 0
    assert "Written: old.yaml" in capsys.readouterr().out and "extensions" not in old.read_text()
    assert cli.main(["upgrade", str(tmp_path)]) == 0
    assert "nothing to upgrade" in capsys.readouterr().out
    assert cli.main(["upgrade", "no-such-folder"]) == 1


MIXED = """\
apiVersion: extensions/v1beta1
kind: Ingress
metadata:
  name: i
spec:
  rules:
  - host: a.com
    http:
      paths:
      -   path: /x  # the first path
          backend:
            serviceName: web
            servicePort: 80
  -   host: b.com
      http:
        paths:
          - path: /y
            # below it
            backend:
              serviceName: web
              servicePort: 81
"""


def test_lists_may_be_indented_in_several_ways() -> None:
    """Changed lines have one indentation; where they do not fit between the others, the document is laid out afresh."""
    found = manifests.upgrade(MIXED)
    first, second = only(found)["spec"]["rules"]
    assert first["http"]["paths"][0]["backend"] == {"service": {"name": "web", "port": {"number": 80}}}
    assert (second["host"], second["http"]["paths"][0]["backend"]["service"]["port"]) == ("b.com", {"number": 81})
    assert "# the first path" in found.text and "# below it" in found.text
