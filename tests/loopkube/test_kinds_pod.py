"""Rules of Pods beyond the recorded ones: containers, probes, environment, volumes, scheduling, updates."""

import pytest
from loopkube.kinds.shared.pod_template import pod_diff
from loopkube.shared.status import ApiError
from offline_api import OfflineApi, pod, refusal

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def container(**more: object) -> dict:
    return {"name": "app", "image": "python:3.13"} | more


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ({"image": ""}, "image: Required value"),
        ({"image": " x"}, 'image: Invalid value: " x": must not have leading or trailing whitespace'),
        ({"terminationMessagePolicy": "Never"}, 'supported values: "File", "FallbackToLogsOnError"'),
        ({"ports": [{"containerPort": 70000}]}, "ports[0].containerPort: Invalid value: 70000: must be between"),
        ({"ports": [{"containerPort": 1, "protocol": "HTTP"}]}, 'supported values: "SCTP", "TCP", "UDP"'),
        ({"ports": [{"containerPort": 1, "name": "UPPER"}]}, 'ports[0].name: Invalid value: "UPPER"'),
        (
            {"ports": [{"containerPort": 1, "hostPort": 9}, {"containerPort": 2, "hostPort": 9}]},
            'ports[1].hostPort: Duplicate value: "TCP//9"',
        ),
        ({"env": [{"value": "x"}]}, "env[0].name: Required value"),
        ({"env": [{"name": "A", "valueFrom": {}}]}, 'env[0].valueFrom: Invalid value: "": must specify one of'),
        (
            {"env": [{"name": "A", "value": "x", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]},
            "may not be specified when `value` is not empty",
        ),
        (
            {"env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "status.phase"}}}]},
            'fieldRef.fieldPath: Unsupported value: "status.phase": supported values: "metadata.name"',
        ),
        (
            {"env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "spec.odd"}}}]},
            "error converting fieldPath: field label not supported: spec.odd",
        ),
        (
            {"env": [{"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.gpu"}}}]},
            'resourceFieldRef.resource: Unsupported value: "limits.gpu"',
        ),
        ({"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": ""}}}]}, "key: Required value"),
        ({"envFrom": [{}]}, "must specify one of: `configMapRef` or `secretRef`"),
        ({"envFrom": [{"configMapRef": {}}]}, "envFrom[0].configMapRef.name: Required value"),
        ({"resources": {"limits": {"gpu": "1"}}}, "must be a standard resource for containers"),
        ({"resources": {"limits": {"cpu": "-1"}}}, "must be greater than or equal to 0"),
        ({"resources": {"limits": {"a.b/c": "500m"}}}, "must be an integer"),
        ({"resources": {"requests": {"a.b/c": "1"}}}, "Limit must be set for non overcommitable resources"),
        ({"readinessProbe": {"exec": {}}}, "readinessProbe.exec.command: Required value"),
        ({"readinessProbe": {"httpGet": {"port": "UPPER"}}}, "httpGet.port: Invalid value"),
        ({"readinessProbe": {"httpGet": {"port": 1, "scheme": "FTP"}}}, 'supported values: "HTTP", "HTTPS"'),
        ({"readinessProbe": {"tcpSocket": {"port": 1}, "periodSeconds": -1}}, "periodSeconds: Invalid value: -1"),
        (
            {"livenessProbe": {"tcpSocket": {"port": 1}, "successThreshold": 2}},
            "successThreshold: Invalid value: 2: must be 1",
        ),
        ({"lifecycle": {"preStop": {}}}, "lifecycle.preStop: Required value: must specify a handler type"),
        ({"lifecycle": {"preStop": {"sleep": {"seconds": 99}}}}, "less than terminationGracePeriodSeconds (30)"),
        ({"volumeMounts": [{"name": "v", "mountPath": ""}]}, "mountPath: Required value"),
        ({"securityContext": {"runAsUser": -1}}, "must be between 0 and 2147483647, inclusive"),
    ],
)
def test_containers(offline: OfflineApi, more: dict, complaint: str) -> None:
    volumes = [{"name": "v", "emptyDir": {}}]
    assert complaint in refusal(offline, pod(containers=[container(**more)], volumes=volumes))


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        ({"dnsPolicy": "Odd"}, 'spec.dnsPolicy: Unsupported value: "Odd": supported values: "ClusterFirstWithHostNet"'),
        ({"dnsPolicy": "None"}, "spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"),
        ({"hostname": "a.b"}, 'spec.hostname: Invalid value: "a.b": must not contain dots'),
        ({"nodeName": "UPPER"}, "spec.nodeName: Invalid value"),
        ({"activeDeadlineSeconds": 0}, "spec.activeDeadlineSeconds: Invalid value: 0"),
        ({"hostAliases": [{"ip": "x"}]}, "spec.hostAliases[0].ip: Invalid value"),
        ({"tolerations": [{"key": "a", "operator": "Near"}]}, 'supported values: "Equal", "Exists"'),
        ({"tolerations": [{"value": "a"}]}, "operator must be Exists when `key` is empty"),
        ({"tolerations": [{"key": "a", "effect": "Odd"}]}, '"NoSchedule", "PreferNoSchedule", "NoExecute"'),
        ({"tolerations": [{"key": "a", "tolerationSeconds": 1}]}, "effect must be 'NoExecute' when"),
        ({"nodeSelector": {"a b": "c"}}, 'spec.nodeSelector: Invalid value: "a b"'),
        ({"volumes": [{"name": "a"}, {"name": "a"}]}, 'spec.volumes[1].name: Duplicate value: "a"'),
        (
            {"volumes": [{"name": "a", "emptyDir": {}, "hostPath": {"path": "/"}}]},
            "may not specify more than 1 volume type",
        ),
        ({"volumes": [{"name": "a", "configMap": {}}]}, "spec.volumes[0].configMap.name: Required value"),
        ({"volumes": [{"name": "a", "secret": {"secretName": "s", "defaultMode": 512}}]}, "between 0 and 0777 (octal)"),
        (
            {"volumes": [{"name": "a", "configMap": {"name": "c", "items": [{"key": "k", "path": "../x"}]}}]},
            "items[0].path: Invalid value: \"../x\": must not contain '..'",
        ),
        ({"volumes": [{"name": "a", "hostPath": {"path": "/a/../b"}}]}, "must not contain '..'"),
        ({"initContainers": [container(name="i", readinessProbe={"tcpSocket": {"port": 1}})]}, "restartPolicy=Always"),
        ({"initContainers": [container()]}, 'spec.initContainers[0].name: Duplicate value: "app"'),
        (
            {"topologySpreadConstraints": [{"maxSkew": 0, "topologyKey": "", "whenUnsatisfiable": "Odd"}]},
            "maxSkew: Invalid value: 0: must be greater than zero",
        ),
        (
            {
                "affinity": {
                    "podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": ""}]}
                }
            },
            "topologyKey: Required value: can not be empty",
        ),
        (
            {
                "affinity": {
                    "nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": []}}
                }
            },
            "must have at least one node selector term",
        ),
        ({"schedulingGates": [{"name": "a"}, {"name": "a"}]}, 'spec.schedulingGates[1]: Duplicate value: "a"'),
    ],
)
def test_pods(offline: OfflineApi, spec: dict, complaint: str) -> None:
    assert complaint in refusal(offline, pod(**spec))


def test_a_sidecar_may_be_probed(offline: OfflineApi) -> None:
    sidecar = container(name="side", restartPolicy="Always", readinessProbe={"tcpSocket": {"port": 1}})
    assert offline.create(pod(initContainers=[sidecar]))[1] == []


def test_mounts_are_unique_and_stay_below_their_volume(offline: OfflineApi) -> None:
    mounts = [{"name": "v", "mountPath": "/a"}, {"name": "v", "mountPath": "/a", "subPath": "../b"}]
    message = refusal(offline, pod(containers=[container(volumeMounts=mounts)], volumes=[{"name": "v"}]))
    assert 'volumeMounts[1].mountPath: Invalid value: "/a": must be unique' in message
    assert "volumeMounts.subPath: Invalid value: \"../b\": must not contain '..'" in message


def test_warnings(offline: OfflineApi) -> None:
    env = [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]
    ports = [{"name": "a", "containerPort": 1}, {"name": "b", "containerPort": 1}]
    limits = {"limits": {"memory": "100m"}}
    warnings = offline.create(pod(containers=[container(env=env, ports=ports, resources=limits)]))[1]
    assert warnings[:2] == [
        'spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
        "spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]",
    ]
    assert 'fractional byte value "100m" is invalid, must be an integer' in warnings[2]


def test_updates_may_change_images_deadlines_and_add_tolerations(offline: OfflineApi) -> None:
    old = offline.create(pod())[0]
    containers = [old["spec"]["containers"][0] | {"image": "python:3.14"}]
    tolerations = [*old["spec"]["tolerations"], {"key": "a", "operator": "Exists"}]
    changes = {"spec": {"containers": containers, "activeDeadlineSeconds": 5, "tolerations": tolerations}}
    new = offline.update(old, changes)
    assert new["metadata"]["generation"] == 2
    assert new["spec"]["activeDeadlineSeconds"] == 5


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"containers": []}, "pod updates may not add or remove containers"),
        ({"tolerations": [{"key": "only", "operator": "Exists"}]}, "existing toleration can not be modified"),
        ({"schedulingGates": [{"name": "a"}]}, "only deletion is allowed, but found new scheduling gate 'a'"),
        ({"hostname": "other"}, "pod updates may not change fields other than"),
    ],
)
def test_updates_may_not_change_the_rest(offline: OfflineApi, changes: dict, complaint: str) -> None:
    old = offline.create(pod(tolerations=[{"key": "first", "operator": "Exists"}]))[0]
    with pytest.raises(ApiError, match=complaint):
        offline.update(old, {"spec": changes})


def test_the_difference_is_that_of_the_internal_structs() -> None:
    before = {"containers": [{"name": "a", "image": "b", "stdin": True}], "restartPolicy": "Always"}
    lines = pod_diff.between(before, before | {"hostNetwork": True}).splitlines()
    assert lines[0].startswith("@@ -")
    assert [line for line in lines if line[0] in "+-"] == ['-  "HostNetwork": false,', '+  "HostNetwork": true,']


def test_names_of_sysctls_are_judged(offline: OfflineApi) -> None:
    """Upstream's spec: should reject invalid sysctls."""
    names = ("foo-", "kernel.shmmax", "safe-and-unsafe", "bar..", "kernel/shmmax")
    context = {"sysctls": [{"name": name, "value": "1"} for name in names]}
    complaints = refusal(offline, pod("web", securityContext=context))
    for index, wrong in ((0, 'Invalid value: "foo-": must have at most 253'), (3, 'Invalid value: "bar.."')):
        assert f"sysctls[{index}].name: {wrong}" in complaints
    assert 'sysctls[4].name: Duplicate value: "kernel/shmmax"' in complaints and "safe-and-unsafe" not in complaints


@pytest.mark.parametrize(("field", "sysctl"), [("hostNetwork", "net.ipv4.tcp_syncookies"), ("hostIPC", "kernel/sem")])
def test_sysctls_of_a_namespace_that_is_the_host_s(offline: OfflineApi, field: str, sysctl: str) -> None:
    context = {"sysctls": [{"name": sysctl, "value": "1"}]}
    complaints = refusal(offline, pod("web", securityContext=context, **{field: True}))
    assert f"sysctls[0].name: Invalid value: \"{sysctl}\": may not be specified when '{field}' is true" in complaints
