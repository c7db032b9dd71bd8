"""Every manifest is what Kubernetes and kind read, and the manifests fit each other."""

import importlib.util
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import jsonschema
import kubernetes_validate
import pytest
import yaml
from ingress_lab.manifests import upgrade
from loopkube.shared import cluster_file
from loopkube.upstream.version import MAJOR, MINOR

MANIFESTS = Path(__file__).parent.parent / "manifests"
CLUSTERS = sorted(MANIFESTS.glob("cluster*.yaml"))
_OLD_FOLDERS = [MANIFESTS / "old-manifests" / name for name in ("affinity", "book", "exact", "shop")]
_OLD_CAPSTONE = [MANIFESTS / "capstone" / "old" / f"{name}.yaml" for name in ("gift", "help")]
OLD = [path for folder in _OLD_FOLDERS for path in folder.glob("*.yaml")] + _OLD_CAPSTONE
"""In the form of their time, on purpose."""
HALF_OLD = [MANIFESTS / "old-manifests" / "lost" / "ingress.yaml"]
"""One field in its old form, on purpose."""
UNKNOWN = [MANIFESTS / "gateway-api" / "experimental" / "retry.yaml"]
"""A field that the definitions of the Standard channel lack, on purpose (notebook 13)."""
PLANS = sorted((MANIFESTS / "kind" / "files").glob("*.yaml"))
"""Cluster files of one node, to look at (notebook 04)."""
OTHERS = [*CLUSTERS, *OLD, *HALF_OLD, *UNKNOWN, *PLANS]
FILES = [path for path in sorted(MANIFESTS.rglob("*.yaml")) if path not in OTHERS]
EXPERIMENTS = ("start-here", "url-mapping", "service-and-ingress", "names")
TRAEFIK = MANIFESTS / "controllers" / "traefik"
LESSON = MANIFESTS / "controllers-lesson" / "controller"


def label(path: Path) -> str:
    return str(path.relative_to(MANIFESTS))


def documents(path: Path) -> list[dict]:
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


def in_folder(folder: Path) -> list[dict]:
    """What `kubectl apply -f FOLDER` sends, in its order."""
    return [doc for path in sorted(folder.glob("*.yaml")) for doc in documents(path)]


def of_kind(kind: str, docs: list[dict]) -> list[dict]:
    return [doc for doc in docs if doc["kind"] == kind]


OF_EVERY_KIND = ("apiVersion", "kind", "metadata")


def defined(kind: str) -> dict:
    """The schema of a kind of the Gateway API, as manifests/gateway define it, and no other field."""
    every = (doc for path in (MANIFESTS / "gateway" / "definitions").glob("*.yaml") for doc in documents(path))
    (definition,) = (doc for doc in every if doc["spec"]["names"]["kind"] == kind)
    return closed(definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"])


def closed(schema: dict) -> dict:
    """Without room for other fields."""
    fields = {name: closed(inner) for name, inner in schema.get("properties", {}).items()}
    more = {"properties": fields, "additionalProperties": False} if fields else {}
    return schema | more | ({"items": closed(schema["items"])} if "items" in schema else {})


@pytest.mark.parametrize("path", FILES, ids=label)
def test_schema(path: Path) -> None:
    """`strict` refuses fields that Kubernetes does not know."""
    assert documents(path)
    for doc in documents(path):
        if doc["apiVersion"].startswith("gateway.networking.k8s.io/"):
            jsonschema.validate({key: doc[key] for key in doc if key not in OF_EVERY_KIND}, defined(doc["kind"]))
        else:
            kubernetes_validate.validate(doc, f"{MAJOR}.{MINOR}", strict=True)
        assert set(doc) <= {
            "addressType",
            "endpoints",
            "ports",
            "apiVersion",
            "kind",
            "metadata",
            "spec",
            "data",
            "rules",
            "roleRef",
            "subjects",
            "webhooks",
        }


@pytest.mark.parametrize("path", OLD, ids=label)
def test_old_manifests_are_what_kubernetes_reads_once_they_are_upgraded(path: Path) -> None:
    upgraded = upgrade(path)
    assert bool(upgraded) == (path.name != "service.yaml")
    for doc in upgraded:
        kubernetes_validate.validate(doc, f"{MAJOR}.{MINOR}", strict=True)


def test_the_book_upgraded_by_hand_is_the_book_upgraded_by_program() -> None:
    folder = MANIFESTS / "old-manifests"
    assert documents(folder / "today" / "ingress.yaml") == list(upgrade(folder / "book"))


@pytest.mark.parametrize("path", [*FILES, *OLD, *CLUSTERS, *PLANS], ids=label)
def test_form(path: Path) -> None:
    """Lines fit a laptop, and each file says first what it is for."""
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert max(map(len, lines)) <= 120
    assert not any("\t" in line or line != line.rstrip() for line in lines)


# --- the program


def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make", MANIFESTS / "app" / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


COPIES = [(name, path) for name in maker().FOLDERS for path in maker().copies(name)]


@pytest.mark.parametrize(("name", "path"), COPIES, ids=[label(path) for _, path in COPIES])
def test_copies_of_the_programs_are_fresh(name: str, path: Path) -> None:
    (doc,) = documents(path)
    assert doc["metadata"]["name"] == name
    assert doc["data"][f"{name}.py"] == (MANIFESTS / "app" / f"{name}.py").read_text(encoding="utf-8")
    assert path.read_text(encoding="utf-8") == maker().config_map(name), "run: python manifests/app/make.py"


def mounted(doc: dict) -> set[str]:
    """The ConfigMaps that a Deployment's or Pod's volumes name."""
    spec = doc["spec"]["template"]["spec"] if doc["kind"] == "Deployment" else doc["spec"]
    volumes = spec.get("volumes", [])
    sources = [*volumes, *(source for volume in volumes for source in volume.get("projected", {}).get("sources", []))]
    return {source["configMap"]["name"] for source in sources if "configMap" in source}


def test_every_folder_with_applications_has_their_programs() -> None:
    """In the folder itself, or in the one above, which is applied before it."""
    needed: set[tuple[str, Path]] = set()
    for path in FILES:
        workloads = [doc for kind in ("Deployment", "Pod") for doc in of_kind(kind, documents(path))]
        for name in {name for doc in workloads for name in mounted(doc)} & maker().FOLDERS.keys():
            place = path.parent if (path.parent / f"{name}.yaml").exists() else path.parent.parent
            needed.add((name, place / f"{name}.yaml"))
    assert needed == set(COPIES)


@pytest.fixture
def app() -> Iterator[str]:
    """The program running as its manifest would run it; the value is its URL."""
    env = os.environ | {"SERVICE": "shop", "POD_NAME": "shop-1", "NODE_NAME": "n1", "PATHS": "/ /x", "PORT": "0"}
    command = [sys.executable, MANIFESTS / "app" / "app.py"]
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
    first_line = process.stdout.readline()
    assert first_line.startswith("shop listens on port ")
    yield f"http://127.0.0.1:{first_line.split()[-1]}"
    process.terminate()
    assert process.wait(timeout=5) == 0
    process.stdout.close()


def ask(url: str, **request: object) -> tuple[int, dict]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(url, **request), timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_the_program_answers_with_what_it_saw(app: str) -> None:
    assert ask(f"{app}/healthz") == (200, {"status": "ok"})
    status, seen = ask(f"{app}/x?q=1", data=b"body", headers={"Host": "abc.sample.com", "X-Colour": "red"})
    assert status == 200
    assert seen.pop("headers")["X-Colour"] == "red"
    assert seen == {
        "service": "shop", "pod": "shop-1", "node": "n1", "path": "/x?q=1", "host": "abc.sample.com",
        "method": "POST", "visits": 1, "client": "127.0.0.1",
    }  # fmt: skip
    status, seen = ask(f"{app}/y")
    assert (status, seen["path"], seen["visits"]) == (404, "/y", 2)


# --- the experiments


def backends(ingress: dict) -> list[dict]:
    """The Services that an Ingress names."""
    spec = ingress["spec"]
    found = [path["backend"] for rule in spec.get("rules", []) for path in rule["http"]["paths"]]
    return [b["service"] for b in [*found, *([spec["defaultBackend"]] if "defaultBackend" in spec else [])]]


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_names_meet(experiment: str) -> None:
    """Ingress to Service, Service to Deployment, Deployment to ConfigMap: every name has its counterpart.

    What is in a folder `broken` is so on purpose, for an exercise.
    """
    base, top = in_folder(MANIFESTS / experiment), MANIFESTS / experiment
    for folder in [top, *(p for p in top.iterdir() if p.is_dir() and p.name != "broken")]:
        docs = base + in_folder(folder)
        services = {doc["metadata"]["name"]: doc for doc in of_kind("Service", docs)}
        deployments = {doc["metadata"]["name"]: doc for doc in of_kind("Deployment", docs)}
        for ingress in of_kind("Ingress", docs):
            for backend in backends(ingress):
                ports = [port["port"] for port in services[backend["name"]]["spec"]["ports"]]
                assert backend["port"]["number"] in ports
        for service in services.values():
            template = deployments[service["spec"]["selector"]["app"]]["spec"]["template"]
            (container,) = template["spec"]["containers"]
            assert service["spec"]["selector"].items() <= template["metadata"]["labels"].items()
            if container.get("command") == ["python", "app.py"]:  # one of our own applications
                (named,) = [variable["value"] for variable in container["env"] if variable["name"] == "SERVICE"]
                assert services[named]["spec"]["selector"] == service["spec"]["selector"]
            names = {port["name"] for port in container["ports"]}
            assert {port["targetPort"] for port in service["spec"]["ports"]} <= names


def test_the_two_classes_hold_the_same_rules() -> None:
    (traefik,) = documents(MANIFESTS / "url-mapping" / "ingress.yaml")
    (nginx,) = documents(MANIFESTS / "url-mapping" / "nginx" / "ingress.yaml")
    assert (traefik["spec"].pop("ingressClassName"), nginx["spec"].pop("ingressClassName")) == ("traefik", "nginx")
    assert traefik == nginx


# --- cluster and controller


@pytest.mark.parametrize("path", CLUSTERS, ids=label)
def test_cluster_files_are_read_by_kind(path: Path) -> None:
    """The fields of kind.x-k8s.io/v1alpha4 that we use, and one node that requests come in by."""
    (doc,) = documents(path)
    assert (doc["kind"], doc["apiVersion"]) == ("Cluster", "kind.x-k8s.io/v1alpha4")
    assert set(doc) - {"kubeadmConfigPatches"} == {"kind", "apiVersion", "name", "nodes"}
    way_in, *others = doc["nodes"]
    assert way_in["role"] == "control-plane" and way_in["labels"] == {"ingress-ready": "true"}
    assert [(m["containerPort"], m["hostPort"]) for m in way_in["extraPortMappings"]] == [(80, 8080), (443, 8443)]
    assert {m["listenAddress"] for m in way_in["extraPortMappings"]} == {"127.0.0.1"}
    assert others == [{"role": "worker"}] * len(others)


def test_cluster_files_are_read_by_the_local_cluster() -> None:
    names = []
    for path in CLUSTERS:
        found = cluster_file.load(path)
        assert found.notices == []
        names.append([node.name for node in found.nodes])
    assert names == [["kind-control-plane"], ["lab-control-plane", "lab-worker", "lab-worker2"]]


def test_a_silent_node_is_noticed_soon_but_not_too_soon() -> None:
    """Maps without apiVersion: the one form that kind reads for every version of kubeadm (recordings/kind, fact 5)."""
    (doc,) = documents(MANIFESTS / "cluster.yaml")
    patches = [yaml.safe_load(text) for text in doc["kubeadmConfigPatches"]]
    assert [patch["kind"] for patch in patches] == ["KubeletConfiguration", "ClusterConfiguration"]
    assert all("apiVersion" not in patch for patch in patches)
    assert isinstance(patches[1]["controllerManager"]["extraArgs"], dict)
    settings = cluster_file.load(MANIFESTS / "cluster.yaml").settings
    assert settings.node_grace == 5 and settings.lease_seconds / 4 * 3 < settings.node_grace


def traefik_container(folder: Path = TRAEFIK) -> dict:
    (daemon_set,) = of_kind("DaemonSet", in_folder(folder))
    return daemon_set["spec"]["template"]["spec"]["containers"][0]


def test_controller_ports_are_entry_points() -> None:
    """By these names the local cluster hands over its listening sockets (systemd socket activation)."""
    container = traefik_container()
    ports = {port["name"]: port for port in container["ports"]}
    for name, port in ports.items():
        where = "" if name == "traefik" else "$(POD_IP)"  # a port-forward comes in by the Pod's loopback
        assert f"--entrypoints.{name}.address={where}:{port['containerPort']}" in container["args"]
    host_ports = {name: port.get("hostPort") for name, port in ports.items()}
    assert host_ports == {"web": 80, "websecure": 443, "traefik": None}


@pytest.mark.parametrize("folder", [TRAEFIK, LESSON], ids=label)
def test_controller_flags_are_known_to_traefik(folder: Path) -> None:
    """Traefik stops at the first flag it does not know; this one only shows its help."""
    binary = Path(sys.executable).parent / "traefik"
    shown = subprocess.run([binary, "--help"], capture_output=True, text=True, check=True).stdout.lower()
    known = {line.split()[0] for line in shown.splitlines() if line.startswith("    --")}
    for arg in traefik_container(folder)["args"]:
        flag = re.sub(r"(--entrypoints|headers\.names)\.[^.]+", r"\1.<name>", arg.partition("=")[0].lower())
        assert flag in known


def test_controller_comes_in_an_order_that_works() -> None:
    kinds = [doc["kind"] for doc in in_folder(TRAEFIK)]
    assert kinds[0] == "Namespace" and kinds[-1] == "DaemonSet"


def test_the_controller_of_notebook_05_is_a_copy_that_meets_nobody() -> None:
    """The same rights, but no port of a node, and a controller name and a class of its own."""
    roles = [of_kind("ClusterRole", in_folder(folder))[0]["rules"] for folder in (TRAEFIK, LESSON)]
    assert roles[0] == roles[1]
    assert not any("hostPort" in port for port in traefik_container(LESSON)["ports"])
    taken = {c["spec"]["controller"] for c in of_kind("IngressClass", in_folder(TRAEFIK))}
    (lesson,) = of_kind("IngressClass", in_folder(LESSON))
    assert lesson["spec"]["controller"] not in taken
    flag = "--providers.kubernetesingressnginx"
    names = {
        f"{flag}.controllerclass={lesson['spec']['controller']}",
        f"{flag}.ingressclass={lesson['metadata']['name']}",
    }
    assert names <= set(traefik_container(LESSON)["args"])


def test_the_controller_of_notebook_11_is_a_copy_that_meets_nobody() -> None:
    """The same rights, ports of its own, and a controller name and a class of its own."""
    folder = MANIFESTS / "many-nodes" / "controller"
    roles = [of_kind("ClusterRole", in_folder(place))[0]["rules"] for place in (TRAEFIK, folder)]
    assert roles[0] == roles[1]
    ports = [{p["hostPort"] for p in traefik_container(f)["ports"] if "hostPort" in p} for f in (TRAEFIK, folder)]
    assert ports == [{80, 443}, {8000}]
    (edge,) = of_kind("IngressClass", in_folder(folder))
    assert (
        f"--providers.kubernetesingressnginx.controllerclass={edge['spec']['controller']}"
        in (traefik_container(folder)["args"])
    )
