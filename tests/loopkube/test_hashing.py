"""Template hashes: the very ones of kube-controller-manager."""

import json
from pathlib import Path

import pytest
import yaml
from loopkube.api.defaults import pods as defaults
from loopkube.controllers.go_text import template_text
from loopkube.controllers.hashing import fnv1a, safe, template_hash

RECORDINGS = Path(__file__).parent.parent / "recordings"
COREDNS = """
metadata: {labels: {k8s-app: kube-dns}}
spec:
  priorityClassName: system-cluster-critical
  serviceAccountName: coredns
  affinity:
    podAntiAffinity:
      preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          labelSelector: {matchExpressions: [{key: k8s-app, operator: In, values: [kube-dns]}]}
          topologyKey: kubernetes.io/hostname
  tolerations:
  - {key: CriticalAddonsOnly, operator: Exists}
  - {key: node-role.kubernetes.io/control-plane, effect: NoSchedule}
  nodeSelector: {kubernetes.io/os: linux}
  containers:
  - name: coredns
    image: registry.k8s.io/coredns/coredns:v1.14.2
    imagePullPolicy: IfNotPresent
    resources: {limits: {memory: 170Mi}, requests: {cpu: 100m, memory: 70Mi}}
    args: ["-conf", "/etc/coredns/Corefile"]
    volumeMounts: [{name: config-volume, mountPath: /etc/coredns, readOnly: true}]
    ports:
    - {containerPort: 53, name: dns, protocol: UDP}
    - {containerPort: 53, name: dns-tcp, protocol: TCP}
    - {containerPort: 9153, name: metrics, protocol: TCP}
    - {containerPort: 8080, name: liveness-probe, protocol: TCP}
    - {containerPort: 8181, name: readiness-probe, protocol: TCP}
    livenessProbe:
      httpGet: {path: /health, port: liveness-probe, scheme: HTTP}
      initialDelaySeconds: 60
      timeoutSeconds: 5
      failureThreshold: 5
    readinessProbe: {httpGet: {path: /ready, port: readiness-probe, scheme: HTTP}}
    securityContext:
      allowPrivilegeEscalation: false
      capabilities: {add: [NET_BIND_SERVICE], drop: [ALL]}
      readOnlyRootFilesystem: true
  dnsPolicy: Default
  volumes: [{name: config-volume, configMap: {name: coredns, items: [{key: Corefile, path: Corefile}]}}]
"""


def template(**spec: object) -> dict:
    return {"metadata": {"labels": {"b": "2", "a": "1"}}, "spec": {"containers": [{"name": "c", "image": "i"}]} | spec}


def test_the_recorded_deployment_has_the_recorded_hash() -> None:
    steps = {
        step["id"]: step["response"]["body"]
        for step in json.loads((RECORDINGS / "api" / "deployments.json").read_text())["steps"]
    }
    message = steps["image-strategic"]["status"]["conditions"][1]["message"]
    assert f'"held-{template_hash(steps["create"]["spec"]["template"])}"' in message


def test_the_recorded_daemon_set_has_the_recorded_hash() -> None:
    steps = json.loads((RECORDINGS / "stories" / "edge-nodes.json").read_text())["steps"]
    daemon_set = next(s["object"] for s in steps if s.get("with") == ["daemonset", "edge"] and "object" in s)
    pods = next(s["object"] for s in steps if s.get("with") == ["pods"] and "object" in s)
    wanted = pods["items"][0]["metadata"]["labels"]["controller-revision-hash"]
    assert template_hash(daemon_set["spec"]["template"]) == wanted


def test_coredns_of_kubeadm_is_called_as_in_the_recorded_cluster() -> None:
    """Affinity, quantities, probes, volumes and security: all of it goes into the name."""
    template = yaml.safe_load(COREDNS)
    defaults.template(template)
    recorded = (RECORDINGS / "kind" / "kubectl-get-pods-A-3.json").read_text()
    assert f"coredns-{template_hash(template)}-" in recorded


def test_a_collision_gives_another_hash() -> None:
    hashes = {template_hash(template(), collisions) for collisions in range(5)}
    assert len(hashes) == 5


def test_every_change_of_the_template_shows() -> None:
    changed = [template(), template(hostNetwork=True), template(nodeSelector={"a": "b"}), template(priority=0)]
    assert len({template_hash(one) for one in changed}) == 4


def test_nothing_and_zero_are_told_apart_as_go_does() -> None:
    text = template_text(template(terminationGracePeriodSeconds=0, securityContext={}, volumes=[]))
    assert "TerminationGracePeriodSeconds:(*int64)0 ActiveDeadlineSeconds:(*int64)<nil>" in text
    assert "SecurityContext:(*v1.PodSecurityContext){SELinuxOptions:(*v1.SELinuxOptions)<nil>" in text
    assert "Volumes:([]v1.Volume)<nil>" in text
    assert "Labels:(map[string]string)map[a:1 b:2]" in text


def test_embedded_structs_quantities_and_ports() -> None:
    probe = {"httpGet": {"port": "http", "path": "/"}, "periodSeconds": 1}
    container = {"name": "c", "readinessProbe": probe, "resources": {"limits": {"cpu": "500m", "memory": "1Gi"}}}
    text = template_text(template(containers=[container], volumes=[{"name": "v", "configMap": {"name": "m"}}]))
    assert "ReadinessProbe:(*v1.Probe){ProbeHandler:(v1.ProbeHandler){Exec:(*v1.ExecAction)<nil> HTTPGet:" in text
    assert "Port:(intstr.IntOrString){Type:(intstr.Type)1 IntVal:(int32)0 StrVal:(string)http}" in text
    assert "cpu:{i:(resource.int64Amount){value:(int64)500 scale:(resource.Scale)-3}" in text
    assert "s:(string)1Gi Format:(resource.Format)BinarySI}" in text
    assert "{LocalObjectReference:(v1.LocalObjectReference){Name:(string)m} Items:([]v1.KeyToPath)<nil>" in text


def test_the_safe_alphabet() -> None:
    assert safe("921178122") == "f655cd566"


@pytest.mark.parametrize(("data", "hash"), [(b"", 0x811C9DC5), (b"a", 0xE40C292C), (b"foobar", 0xBF9CF968)])
def test_fnv1a_of_32_bits(data: bytes, hash: int) -> None:
    assert fnv1a(data) == hash
