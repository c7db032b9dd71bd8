"""Tables: the cells that kubectl prints, above all for Pods."""

from datetime import UTC, datetime

import pytest
from loopkube.api.custom import json_path
from loopkube.api.tables import table
from loopkube.kinds import Kind
from loopkube.kinds.shared.columns import human
from offline_api import KINDS

NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)
BEFORE = "2026-01-01T11:55:00Z"


def cells(api_version: str, kind: str, **obj: object) -> list:
    metadata = {"name": "a", "creationTimestamp": BEFORE} | obj.pop("metadata", {})  # type: ignore[operator]
    found = KINDS.of(api_version, kind)
    assert found is not None
    made = table(found, [{"metadata": metadata} | obj], metadata={}, include_object="None", now=NOW)
    assert len(made["columnDefinitions"]) == len(made["rows"][0]["cells"])
    return made["rows"][0]["cells"]


def state(**which: dict) -> dict:
    return {"name": "app", "state": which}


def pod_cells(*statuses: dict, spec: dict | None = None, metadata: dict | None = None, **status: object) -> list:
    containers = [{"name": found["name"]} for found in statuses] or [{"name": "app"}]
    full_spec = {"containers": containers} | (spec or {})
    full_status = {"phase": "Running", "containerStatuses": list(statuses)} | status
    return cells("v1", "Pod", spec=full_spec, status=full_status, metadata=metadata or {})


RUNNING = state(running={"startedAt": BEFORE}) | {"ready": True}
READY = [{"type": "Ready", "status": "True"}]
GATED = [{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}]


@pytest.mark.parametrize(
    ("statuses", "more", "shown"),
    [
        ([], {"phase": "Pending"}, ["0/1", "Pending"]),
        ([RUNNING], {}, ["1/1", "Running"]),
        ([state(waiting={"reason": "CrashLoopBackOff"})], {}, ["0/1", "CrashLoopBackOff"]),
        ([state(waiting={"reason": "ContainerCreating"})], {"phase": "Pending"}, ["0/1", "ContainerCreating"]),
        ([state(terminated={"reason": "Completed", "exitCode": 0})], {"phase": "Succeeded"}, ["0/1", "Completed"]),
        ([state(terminated={"reason": "Error", "exitCode": 3})], {"phase": "Failed"}, ["0/1", "Error"]),
        ([state(terminated={"exitCode": 3})], {}, ["0/1", "ExitCode:3"]),
        ([state(terminated={"exitCode": 137, "signal": 9})], {}, ["0/1", "Signal:9"]),
        (
            [RUNNING, state(terminated={"reason": "Completed", "exitCode": 0}) | {"name": "b"}],
            {"conditions": READY},
            ["1/2", "Running"],
        ),
        ([RUNNING, state(terminated={"reason": "Completed", "exitCode": 0}) | {"name": "b"}], {}, ["1/2", "NotReady"]),
        ([], {"phase": "Failed", "reason": "Evicted"}, ["0/1", "Evicted"]),
        (
            [],
            {
                "phase": "Pending",
                "conditions": [{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}],
            },
            ["0/1", "SchedulingGated"],
        ),
    ],
)
def test_the_status_of_a_pod(statuses: list[dict], more: dict, shown: list) -> None:
    assert pod_cells(*statuses, **more)[1:3] == shown


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        ({"running": {}}, "Init:0/2"),
        ({"waiting": {"reason": "PodInitializing"}}, "Init:0/2"),
        ({"waiting": {"reason": "CrashLoopBackOff"}}, "Init:CrashLoopBackOff"),
        ({"terminated": {"exitCode": 1, "reason": "Error"}}, "Init:Error"),
        ({"terminated": {"exitCode": 1}}, "Init:ExitCode:1"),
    ],
)
def test_the_status_of_a_pod_that_initializes(found: dict, shown: str) -> None:
    first, second = {"name": "i", "state": found}, {"name": "j", "state": {"waiting": {}}}
    spec = {"initContainers": [{"name": "i"}, {"name": "j"}]}
    assert pod_cells(spec=spec, phase="Pending", initContainerStatuses=[first, second])[2] == shown


def test_sidecars_count_as_containers() -> None:
    side = {"name": "s", "started": True, "ready": True, "restartCount": 2, "state": {"running": {}}}
    side["lastState"] = {"terminated": {"finishedAt": BEFORE}}
    spec = {"initContainers": [{"name": "s", "restartPolicy": "Always"}]}
    assert pod_cells(RUNNING, spec=spec, initContainerStatuses=[side])[1:4] == ["2/2", "Running", "2 (5m ago)"]


def test_restarts_tell_when_the_last_one_was() -> None:
    ended = {"restartCount": 3, "lastState": {"terminated": {"finishedAt": "2026-01-01T11:59:55Z"}}}
    assert pod_cells(RUNNING | ended)[3:5] == ["3 (5s ago)", "5m"]


def test_a_pod_that_is_deleted_terminates() -> None:
    deleted = {"deletionTimestamp": BEFORE}
    assert pod_cells(RUNNING, metadata=deleted)[2] == "Terminating"
    assert pod_cells(metadata=deleted, phase="Succeeded")[2] == "Succeeded"
    assert pod_cells(RUNNING, metadata=deleted, reason="NodeLost")[2] == "Unknown"


def test_wide_columns_of_a_pod() -> None:
    spec = {"nodeName": "n", "readinessGates": [{"conditionType": "x"}]}
    found = pod_cells(spec=spec, podIP="127.244.0.2")
    assert found[5:] == ["127.244.0.2", "n", "<none>", "0/1"]


def test_a_finished_pod_says_so_in_its_row() -> None:
    kind = KINDS.of("v1", "Pod")
    pod = {"metadata": {"name": "a"}, "spec": {}, "status": {"phase": "Succeeded"}}
    row = table(kind, [pod], metadata={}, include_object="Metadata", now=NOW)["rows"][0]
    assert row["conditions"][0]["reason"] == "Succeeded"
    assert row["object"]["kind"] == "PartialObjectMetadata"


def test_nodes() -> None:
    labels = {"node-role.kubernetes.io/control-plane": "", "kubernetes.io/role": "edge"}
    status = {"conditions": [{"type": "Ready", "status": "True"}], "nodeInfo": {"kubeletVersion": "v1.36.0"}}
    status["addresses"] = [{"type": "InternalIP", "address": "127.18.0.2"}]
    found = cells("v1", "Node", metadata={"labels": labels}, spec={"unschedulable": True}, status=status)
    assert found[1:6] == ["Ready,SchedulingDisabled", "control-plane,edge", "5m", "v1.36.0", "127.18.0.2"]
    assert cells("v1", "Node", status={})[1:3] == ["Unknown", "<none>"]


def test_services() -> None:
    ports = [{"port": 80, "nodePort": 30080, "protocol": "TCP"}]
    spec = {"type": "LoadBalancer", "clusterIP": "127.96.1.1", "ports": ports, "selector": {"b": "2", "a": "1"}}
    found = cells("v1", "Service", spec=spec, status={"loadBalancer": {"ingress": [{"ip": "127.0.0.1"}]}})
    assert found[1:] == ["LoadBalancer", "127.96.1.1", "127.0.0.1", "80:30080/TCP", "5m", "a=1,b=2"]


def test_many_hosts_are_cut() -> None:
    rules = [{"host": f"{name}.example.com"} for name in "abcde"]
    found = cells("networking.k8s.io/v1", "Ingress", spec={"rules": rules, "tls": [{}]})
    assert found[1:] == ["<none>", "a.example.com,b.example.com,c.example.com + 2 more...", "", "80, 443", "5m"]


def test_endpoints_and_slices() -> None:
    endpoints = [{"addresses": [f"127.244.0.{n}"]} for n in range(2, 7)]
    found = cells("discovery.k8s.io/v1", "EndpointSlice", addressType="IPv4", ports=[{"port": 80}], endpoints=endpoints)
    assert found[2:4] == ["80", "127.244.0.2,127.244.0.3,127.244.0.4 + 2 more..."]
    empty = cells("discovery.k8s.io/v1", "EndpointSlice", addressType="IPv4", ports=None, endpoints=None)
    assert empty[2:4] == ["<unset>", "<unset>"]
    subsets = [{"addresses": [{"ip": "1.2.3.4"}], "ports": [{"port": 80}, {"port": 81}]}]
    assert cells("v1", "Endpoints", subsets=subsets)[1] == "1.2.3.4:80,1.2.3.4:81"
    assert cells("v1", "Endpoints")[1] == "<none>"


def test_events() -> None:
    about = {"kind": "Pod", "name": "web", "fieldPath": "spec.containers{app}"}
    source = {"component": "kubelet", "host": "n"}
    times = {"firstTimestamp": "2026-01-01T11:00:00Z", "lastTimestamp": BEFORE}
    found = cells(
        "v1", "Event", type="Normal", reason="Pulled", message="ok\n", involvedObject=about, source=source, **times
    )
    assert found == ["5m", "Normal", "Pulled", "pod/web", "spec.containers{app}", "kubelet, n", "ok", "60m", 1, "a"]


def test_workloads() -> None:
    template = {"spec": {"containers": [{"name": "c", "image": "i"}, {"name": "d", "image": "j"}]}}
    selector = {
        "matchLabels": {"app": "web"},
        "matchExpressions": [{"key": "a", "operator": "In", "values": ["y", "x"]}],
    }
    spec = {"replicas": 3, "template": template, "selector": selector}
    status = {"replicas": 3, "readyReplicas": 2, "updatedReplicas": 1, "availableReplicas": 2}
    wide = ["c,d", "i,j", "a in (x,y),app=web"]
    assert cells("apps/v1", "Deployment", spec=spec, status=status)[1:] == ["2/3", 1, 2, "5m", *wide]
    assert cells("apps/v1", "ReplicaSet", spec=spec, status=status)[1:] == [3, 3, 2, "5m", *wide]


def test_bindings() -> None:
    subjects = [{"kind": "ServiceAccount", "name": "s", "namespace": "n"}, {"kind": "User", "name": "u"}]
    role = {"kind": "Role", "name": "r"}
    found = cells("rbac.authorization.k8s.io/v1", "RoleBinding", roleRef=role, subjects=subjects)
    assert found == ["a", "Role/r", "5m", "u", "", "n/s"]
    assert cells("rbac.authorization.k8s.io/v1", "Role") == ["a", BEFORE]


def custom(*columns: dict) -> Kind:
    version = {"name": "v1", "additionalPrinterColumns": list(columns)}
    return Kind("example.com", "v1", "Kettle", "kettles", "kettle", True, custom=version)


def test_custom_columns() -> None:
    kind = custom(
        {"name": "Litres", "type": "integer", "jsonPath": ".spec.litres"},
        {"name": "Hosts", "type": "string", "jsonPath": ".spec.hosts"},
        {"name": "Ready", "type": "string", "jsonPath": '.status.conditions[?(@.type=="Ready")].status', "priority": 1},
        {"name": "Since", "type": "date", "jsonPath": ".status.since"},
        {"name": "Missing", "type": "string", "jsonPath": ".nothing"},
    )
    status = {"conditions": [{"type": "Other", "status": "x"}, {"type": "Ready", "status": "True"}], "since": BEFORE}
    obj = {"metadata": {"name": "a"}, "spec": {"litres": 2.0, "hosts": ["x", "y"]}, "status": status}
    made = table(kind, [obj], metadata={}, include_object="Object", now=NOW)
    assert made["rows"][0]["cells"] == ["a", 2, '["x","y"]', "True", "5m", None]
    assert [column["priority"] for column in made["columnDefinitions"]] == [0, 0, 0, 1, 0, 0]
    assert made["rows"][0]["object"]["kind"] == "Kettle"


def test_a_custom_kind_without_columns_shows_its_age() -> None:
    obj = {"metadata": {"name": "a", "creationTimestamp": BEFORE}}
    made = table(custom(), [obj], metadata={}, include_object="None", now=NOW)
    assert made["rows"][0] == {"cells": ["a", "5m"]}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (".a.b", [1]),
        (".list[0].name", ["x"]),
        (".list[-1].name", ["y"]),
        (".list[*].name", ["x", "y"]),
        (".labels.a\\.b/c", ["dotted"]),
        (".labels['a.b/c']", ["dotted"]),
        (".list[?(@.name=='y')].port", [2]),
        (".list[?(@.port!=2)].name", ["x"]),
        (".none.at.all", []),
        (".list[9]", []),
        ("not [a path", []),
    ],
)
def test_json_paths(path: str, found: list) -> None:
    obj = {"a": {"b": 1}, "list": [{"name": "x", "port": 1}, {"name": "y", "port": 2}], "labels": {"a.b/c": "dotted"}}
    assert json_path.find(obj, path) == found


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "<invalid>"),
        (-1, "0s"),
        (0, "0s"),
        (119, "119s"),
        (120, "2m"),
        (125, "2m5s"),
        (599, "9m59s"),
        (600, "10m"),
        (10799, "179m"),
        (10800, "3h"),
        (11100, "3h5m"),
        (28800, "8h"),
        (172799, "47h"),
        (172800, "2d"),
        (180000, "2d2h"),
        (691200, "8d"),
        (63072000, "2y"),
        (63158400, "2y1d"),
        (252288000, "8y"),
    ],
)
def test_ages(seconds: int, text: str) -> None:
    assert human(seconds) == text


def test_an_object_without_a_spec_has_its_cells() -> None:
    """Which some kinds allow."""
    for kind in ("ServiceCIDR", "IngressClass", "NetworkPolicy", "Ingress"):
        assert cells("networking.k8s.io/v1", kind)[0] == "a"
