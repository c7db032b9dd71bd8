"""Template hashes: the very ones of kube-controller-manager."""

import json
from pathlib import Path

from loopkube.controllers.go_text import template_text
from loopkube.controllers.hashing import safe, template_hash

RECORDED = Path(__file__).parent.parent / "recordings" / "api" / "deployments.json"


def template(**spec: object) -> dict:
    return {"metadata": {"labels": {"b": "2", "a": "1"}}, "spec": {"containers": [{"name": "c", "image": "i"}]} | spec}


def test_the_recorded_deployment_has_the_recorded_hash() -> None:
    steps = {step["id"]: step["response"]["body"] for step in json.loads(RECORDED.read_text())["steps"]}
    message = steps["image-strategic"]["status"]["conditions"][1]["message"]
    assert f'"held-{template_hash(steps["create"]["spec"]["template"])}"' in message


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
