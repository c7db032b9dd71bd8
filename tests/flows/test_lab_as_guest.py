"""The local cluster as somebody else's: `context:NAME`, as an administrator and as one who may only use namespaces."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from ingress_lab.kube import namespaces
from ingress_lab.kube.apply import apply
from ingress_lab.kube.tenancy import Tenancy
from ingress_lab.lab import Lab
from ingress_lab.manifests import load
from labcore import clusters
from labcore.clusters.environment import environment
from labcore.errors import LabError, Refused
from labcore.kube.api import Api
from labcore.machine import paths
from labtools import cli
from labtools.clinic import registry
from labtools.clusters.context import entry, forward, participant
from labtools.clusters.shared import answering
from labtools.report.execute import execute, read
from loopkube.cluster import ClusterInfo

NOTEBOOKS = sorted((paths.project() / "notebooks" / "en").glob("*.ipynb"))
PLAYED = [
    *(pytest.param(number, marks=pytest.mark.long) for number in ("00", "12")),
    *(pytest.param(number, marks=[pytest.mark.long, pytest.mark.thorough]) for number in ("02", "04", "07")),
]
"""Some of those that need namespaces of their own; 12 starts a controller there."""
UNSTEADY = {"Event", "Lease", "NodeMetrics", "PodMetrics"}

WEB = """
apiVersion: v1
kind: Service
metadata: {name: nobody}
spec: {selector: {app: nobody}, ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: guest}
spec:
  ingressClassName: traefik
  rules:
    - host: guest.example.com
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: nobody, port: {number: 80}}}}]}
"""


@pytest.fixture(scope="module")
def admin(cluster: ClusterInfo) -> Api:
    return Api.connect(cluster.kubeconfig)


@pytest.fixture(scope="module")
def kubeconfig(admin: Api, cluster: ClusterInfo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A kubeconfig with the contexts `shared` (administrator) and `ann` (a participant of the shared cluster)."""
    names = participant.series_namespaces(NOTEBOOKS[0].parent)
    names += [name for name in registry.namespaces() if name not in names]
    made = participant.objects("ann", names)
    apply(admin, load(made), "default")
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 3600}}
    path = f"/api/v1/namespaces/ann-{names[0]}/serviceaccounts/ann/token"
    token = admin.request("post", path, review)["status"]["token"]
    config = yaml.safe_load(cluster.kubeconfig.read_text())
    shared = config["contexts"][0]["context"]
    config["users"].append({"name": "ann", "user": {"token": token}})
    config["contexts"] = [
        {"name": "shared", "context": shared},
        {"name": "ann", "context": {"cluster": shared["cluster"], "user": "ann"}},
    ]
    file = tmp_path_factory.mktemp("guest") / "kubeconfig"
    file.write_text(yaml.safe_dump(config))
    yield file
    for obj in reversed(made):
        resource = admin.find(obj["apiVersion"], obj["kind"])
        admin.request("delete", resource.path(obj["metadata"].get("namespace", ""), obj["metadata"]["name"]))


@pytest.fixture(autouse=True)
def guest(kubeconfig: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lab with a state folder of its own, which knows nothing of the cluster but its kubeconfig."""
    monkeypatch.setenv("KUBECONFIG", str(kubeconfig))
    monkeypatch.setenv("INGRESS_LAB_HOME", str(tmp_path))
    for name in ("CLUSTER", "HTTP", "HTTPS", "PREFIX", "HTTP_PORT", "HTTPS_PORT"):
        monkeypatch.delenv(f"INGRESS_LAB_{name}", raising=False)


@pytest.fixture
def up(cluster: ClusterInfo, capsys):
    def run(context: str, *options: str) -> str:
        given = ["--http", f"127.0.0.1:{cluster.http_port}", "--https", f"127.0.0.1:{cluster.https_port}"]
        assert cli.main(["up", "--cluster", f"context:{context}", *given, *options]) == 0
        return capsys.readouterr().out

    return run


def place_of(kind: str, obj: dict) -> str:
    """The namespace that an object is, is in, or stands for: the address of a Service comes and goes with it."""
    if kind == "IPAddress":
        return obj["spec"]["parentRef"].get("namespace", "")
    return obj["metadata"]["name"] if kind == "Namespace" else obj["metadata"].get("namespace", "")


def everything_outside(admin: Api, prefix: str) -> dict[str, object]:
    """The version of each object that is not in a namespace with this prefix, but for what controllers write on and on:
    Events, Leases, and the status of nodes."""
    found: dict[str, object] = {}
    for resource in (r for r in admin.resources().listed() if r.kind not in UNSTEADY):
        for obj in admin.list(resource)["items"]:
            meta = obj["metadata"]
            if not place_of(resource.kind, obj).startswith(prefix):
                seen = (obj["spec"], meta["labels"]) if resource.kind == "Node" else meta["resourceVersion"]
                found[resource.path(meta.get("namespace", ""), meta["name"])] = seen
    return found


@pytest.mark.parametrize("number", PLAYED)
def test_the_series_runs_for_a_participant_and_changes_nothing_elsewhere(up, admin: Api, number: str) -> None:
    assert "namespaces begin with ann-" in up("ann", "--prefix", "ann")
    before = everything_outside(admin, "ann-")
    assert any("clusterroles/ann-reverse-proxy-edge" in path for path in before) and any(
        "/nodes/" in path for path in before
    )
    run = read(next(path for path in NOTEBOOKS if path.name.startswith(number)))
    execute(run, {"INGRESS_LAB_CLUSTER": "context:ann", "INGRESS_LAB_PROGRESS": "0"}, lambda record: None)
    assert {c.number: c.error for c in run.cells if c.state != "passed"} == {}
    assert everything_outside(admin, "ann-") == before
    assert cli.main(["reset", "--cluster", "context:ann"]) == 0
    for kind in ("pods", "services", "ingresses", "deployments"):
        left = admin.list(admin.resources().named(kind))["items"]
        assert [o["metadata"]["name"] for o in left if o["metadata"]["namespace"].startswith("ann-")] == []


@pytest.mark.long
def test_a_case_of_the_clinic_plays_for_a_participant(up, admin: Api, capsys) -> None:
    """Its Secret is in another namespace, which is the participant's, too; one that changes a node is not offered."""
    up("ann", "--prefix", "ann")
    before = everything_outside(admin, "ann-")
    assert cli.main(["clinic", "start", "museum", "--seed", "1", "--cluster", "context:ann"]) == 0
    told = capsys.readouterr().out
    assert "A customer writes:" in told and "lab shell -n ann-clinic --cluster context:ann\n" in told
    assert cli.main(["clinic", "check", "--wait", "0"]) == 1 and capsys.readouterr().out == "Still broken.\n"
    there = admin.list(admin.resources().named("secrets"), "ann-clinic-desk")["items"]
    secret = next(obj for obj in there if obj["metadata"]["name"] in ("museum-tls", "collection-tls"))
    copied = {key: secret[key] for key in ("data", "type")} | {"metadata": {"name": secret["metadata"]["name"]}}
    admin.request("post", "/api/v1/namespaces/ann-clinic/secrets", copied)
    assert cli.main(["clinic", "check"]) == 0 and capsys.readouterr().out.startswith("Repaired.\n")
    assert cli.main(["clinic", "clean-up"]) == 0
    assert everything_outside(admin, "ann-") == before


def test_notebooks_that_need_the_whole_cluster_say_so_first(up, tmp_path: Path, capsys) -> None:
    said = up("ann", "--prefix", "ann")
    installs = "Notebook 05 installs an ingress controller and a class for it. It is left out on context:ann:"
    assert installs in said and "clusterroles, clusterrolebindings, ingressclasses; impersonate service" in said
    assert "Notebook 11 " in said and "Notebook 10 " not in said and "Notebook 12 " not in said
    defines = "Notebook 13 installs the definitions of the Gateway API and a controller for them. It is left out"
    assert defines in said
    with pytest.raises(LabError, match=defines):
        Lab.connect("gateway-api-team", cluster="context:ann")
    with pytest.raises(LabError, match=installs):
        Lab.connect("controllers", cluster="context:ann")
    with pytest.raises(LabError, match="the lab cannot stop a machine there"):
        Lab.connect("many-nodes", cluster="context:ann")
    reports = str(tmp_path / "reports")
    assert cli.main(["report", "--cluster", "context:ann", "--notebook", "05", "--output", reports]) == 1
    (place,) = (tmp_path / "reports").iterdir()  # no `latest`: that leads to reports of the whole series
    (notebook,) = json.loads((place / "report.json").read_text())["notebooks"]
    assert (notebook["state"], notebook["problem"].partition(":")[0]) == ("left out", installs.rpartition(":ann")[0])
    assert "Left out: 1." in capsys.readouterr().out


def test_an_administrators_controllers_may_read_what_they_serve(up, admin: Api) -> None:
    """The accounts in ClusterRoleBindings are those of the namespaces with the prefix."""
    up("shared", "--prefix", "boss")
    lab = Lab.connect("reverse-proxy", cluster="context:shared")
    lab.apply(paths.project() / "manifests" / "reverse-proxy" / "edge")
    binding = admin.request("get", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/boss-reverse-proxy-edge")
    assert (binding["roleRef"]["name"], binding["subjects"][0]["namespace"]) == (
        "boss-reverse-proxy-edge",
        "boss-reverse-proxy",
    )
    gone = lab.delete(paths.project() / "manifests" / "reverse-proxy" / "edge")["object"].tolist()
    assert "clusterrole.rbac.authorization.k8s.io/boss-reverse-proxy-edge" in gone
    lab.clean_up()


def test_the_users_file_with_the_context_is_known(up, kubeconfig: Path, tmp_path: Path, monkeypatch) -> None:
    up("ann", "--prefix", "ann")
    monkeypatch.setenv("KUBECONFIG", os.pathsep.join([str(tmp_path / "none"), str(kubeconfig)]))
    found = clusters.access("context:ann")
    assert found.kubeconfig == kubeconfig and found.own_kubeconfig is None
    assert found.lines[1] == "kubectl   --context ann"


def test_typed_commands_have_the_participants_rights(up, monkeypatch: pytest.MonkeyPatch) -> None:
    up("ann", "--prefix", "ann")
    lab = Lab.connect("start-here", cluster="context:ann")
    for name, value in environment(clusters.access("context:ann"), lab.namespace).items():
        monkeypatch.setenv(name, value)
    typed = "kubectl auth whoami -o jsonpath={.status.userInfo.username}; kubectl get pods; kubectl get secrets -A"
    done = subprocess.run(["sh", "-c", typed], capture_output=True, text=True)
    assert (
        done.stdout == "system:serviceaccount:ann-capstone:ann"
        and "No resources found in ann-start-here namespace." in done.stderr
    )
    assert 'secrets is forbidden: User "system:serviceaccount:ann-capstone:ann" cannot list' in done.stderr
    assert clusters.access("context:shared").context == "shared"  # the person's own file is still read
    lab.clean_up()


def test_what_a_participant_may_not_is_said_first(up, capsys) -> None:
    assert cli.main(["up", "--cluster", "context:ann", "--prefix", "bob"]) == 1
    said = capsys.readouterr().err
    assert 'ann may not, in namespace "bob-start-here": create, patch, delete, list, watch configmaps;' in said
    assert "kubectl create rolebinding ingress-lab --namespace bob-start-here --clusterrole edit" in said


def test_an_administrators_namespaces_come_and_go(up, admin: Api) -> None:
    up("shared", "--prefix", "boss")
    lab = Lab.connect("guest-admin", cluster="context:shared")
    assert lab.namespace == "boss-guest-admin" and "namespace: guest-admin (here boss-guest-admin)" in repr(lab)
    lab.apply(WEB)
    lab.wait_routed("http://guest.example.com/", status=503)
    lab.clean_up()
    with pytest.raises(Refused, match="not found"):
        admin.request("get", "/api/v1/namespaces/boss-guest-admin")


def test_namespaces_in_manifests_get_the_prefix(up, admin: Api) -> None:
    up("shared", "--prefix", "boss")
    lab = Lab.connect("guest-other", cluster="context:shared")
    lab.apply("{apiVersion: v1, kind: Namespace, metadata: {name: second}}")
    lab.apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: x, namespace: second}}")
    assert admin.request("get", "/api/v1/namespaces/boss-second/configmaps/x")["metadata"]["name"] == "x"
    assert cli.main(["reset", "--cluster", "context:shared"]) == 0
    left = [n["metadata"]["name"] for n in admin.list(admin.resources().named("namespace"))["items"]]
    assert [name for name in left if name.startswith("boss-")] == []
    assert "traefik" in left and any(name.startswith("ann-") for name in left)


def test_an_administrators_reset_passes_over_what_is_a_participants(kubeconfig: Path, admin: Api) -> None:
    """On the lab's own cluster `lab reset` asks for what is nobody's in particular."""
    assert [name for name in namespaces.own_names(admin) if name.startswith("ann-")] == []
    assert "ann-url-mapping" in namespaces.own_names(admin, "ann-")
    for plural in ("clusterrole", "clusterrolebinding"):
        found = admin.list(admin.resources().named(plural), labels=Tenancy().selector)["items"]
        assert [obj["metadata"]["name"] for obj in found if "ann" in obj["metadata"]["name"]] == []


def test_what_is_not_the_labs_is_left_alone(up, admin: Api) -> None:
    up("shared", "--prefix", "boss")
    lab = Lab.connect("guest-alone", cluster="context:shared")
    theirs = (
        "{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: nginx}, spec: {controller: a.b/c}}"
    )
    with pytest.raises(LabError, match=r"ingressclass.networking.k8s.io/nginx is not the lab's"):
        lab.apply(theirs)
    with pytest.raises(LabError, match="is not the lab's"):
        lab.delete("ingressclass/nginx")
    lab.apply(theirs.replace("name: nginx", "name: mine"))
    assert lab.delete("ingressclass/mine")["result"].tolist() == ["deleted"]
    lab.clean_up()
    admin.request("post", "/api/v1/namespaces", {"metadata": {"name": "boss-theirs"}})
    try:
        with pytest.raises(LabError, match="it is not the lab's"):
            Lab.connect("theirs", cluster="context:shared")
    finally:
        admin.request("delete", "/api/v1/namespaces/boss-theirs")


def test_the_entry_is_found_or_reached_by_a_port_forward(admin: Api, cluster: ClusterInfo) -> None:
    seen = []

    def nobody(address: str, port: int, timeout: float) -> str:
        seen.append((address, port))
        return answering.CLOSED

    found = entry.find(admin, nobody)
    assert found.entry is None and all(port == 80 for _, port in seen) and seen
    assert found.forwardable and (found.forwardable.http_port, found.forwardable.https_port) == (8000, 8443)
    way = forward.entry(admin, found.forwardable)
    assert "entry: port-forward to Pod traefik/traefik-" in repr(Lab(admin, "default", way))
    assert forward.entry(admin, found.forwardable) is way
    for _ in range(5):
        assert answering.look(way.address, way.http_port) == answering.ANSWERS


def test_requests_go_through_the_port_forward_as_through_any_entry(admin: Api, up, monkeypatch) -> None:
    up("shared", "--prefix", "boss")
    found = entry.find(admin, lambda *_: answering.CLOSED)
    way = forward.entry(admin, found.forwardable)
    monkeypatch.setenv("INGRESS_LAB_HTTP", f"127.0.0.1:{way.http_port}")
    monkeypatch.setenv("INGRESS_LAB_HTTPS", f"127.0.0.1:{way.https_port}")
    lab = Lab.connect("guest-forward", cluster="context:shared")
    lab.apply(WEB)
    lab.wait_routed("http://guest.example.com/", status=503)
    assert lab.probe("https://guest.example.com/").statuses == [503]
    with lab.client(keep_connection=True) as client:
        assert client.probe("http://guest.example.com/", times=20).statuses == [503] * 20
    lab.clean_up()


def test_an_entry_that_nobody_answers_at_is_refused(capsys) -> None:
    assert cli.main(["up", "--cluster", "context:shared", "--http", "127.0.0.1:1"]) == 1
    assert "nobody answers HTTP at 127.0.0.1:1" in capsys.readouterr().err


def test_status_and_down_of_a_cluster_that_is_not_ours(up, capsys, tmp_path: Path) -> None:
    up("shared")
    assert cli.main(["status", "--cluster", "context:shared"]) == 0
    assert "The cluster of context shared answers (Kubernetes v1.36" in capsys.readouterr().out
    assert cli.main(["down", "--cluster", "context:shared"]) == 0
    assert "goes on running" in capsys.readouterr().out and list((tmp_path / "context").iterdir()) == []
    assert cli.main(["node", "stop", "lab-worker", "--cluster", "context:shared"]) == 1


def test_a_wrong_context_names_the_nearest(capsys) -> None:
    assert cli.main(["up", "--cluster", "context:sharde"]) == 1
    assert 'the nearest is "shared"' in capsys.readouterr().err
    assert os.environ["KUBECONFIG"]


def test_the_participants_objects_are_printed_for_an_administrator(capsys) -> None:
    assert cli.main(["participant", "ann"]) == 0
    printed = capsys.readouterr().out
    of_notebooks = participant.series_namespaces(NOTEBOOKS[0].parent)
    of_the_clinic = [name for name in registry.namespaces() if name not in of_notebooks]
    assert list(yaml.safe_load_all(printed)) == participant.objects("ann", [*of_notebooks, *of_the_clinic])
    assert json.dumps(printed).count("create token ann") == 1
