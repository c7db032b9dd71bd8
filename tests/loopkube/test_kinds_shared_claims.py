"""Claims, alone and as templates of StatefulSets and of ephemeral volumes."""

import pytest
from offline_api import OfflineApi, refusal

STORAGE = {"requests": {"storage": "1Gi"}}
GOOD = {"accessModes": ["ReadWriteOnce"], "resources": STORAGE}
MODES = "at least 1 access mode is required"
SUPPORTED = 'supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"'


def claim(spec: dict) -> dict:
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "www"}, "spec": spec}


def pod_spec(*mounts: str, volumes: tuple[dict, ...] = ()) -> dict:
    mounted = [{"name": name, "mountPath": f"/{name}"} for name in mounts]
    return {"containers": [{"name": "c", "image": "python:3.12", "volumeMounts": mounted}], "volumes": list(volumes)}


def stateful_set(spec: dict, pod: dict, **more: object) -> dict:
    """With one claim template `www`."""
    template = {"metadata": {"labels": {"app": "web"}}, "spec": pod}
    selected = {"serviceName": "web", "selector": {"matchLabels": {"app": "web"}}, "template": template}
    templates = {"volumeClaimTemplates": [{"metadata": {"name": "www"}, "spec": spec}]}
    kind = {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "web"}}
    return {**kind, "spec": selected | templates | more}


@pytest.mark.parametrize(
    ("spec", "field", "complaint"),
    [
        ({"resources": STORAGE}, "accessModes", f"Required value: {MODES}"),
        ({"accessModes": [], "resources": STORAGE}, "accessModes", f"Required value: {MODES}"),
        (GOOD | {"accessModes": ["Odd"]}, "accessModes", f'Unsupported value: "Odd": {SUPPORTED}'),
        (
            GOOD | {"accessModes": ["ReadWriteOncePod", "ReadOnlyMany"]},
            "accessModes",
            "Forbidden: may not use ReadWriteOncePod with other access modes",
        ),
        ({"accessModes": ["ReadWriteOnce"]}, "resources[storage]", "Required value"),
        (
            GOOD | {"resources": {"requests": {"storage": "0"}}},
            "resources[storage]",
            'Invalid value: "0": must be greater than zero',
        ),
        (
            GOOD | {"resources": {"requests": {"storage": "-1Gi"}}},
            "resources[storage]",
            'Invalid value: "-1Gi": must be greater than zero',
        ),
        (GOOD | {"volumeMode": ""}, "volumeMode", 'Unsupported value: "": supported values: "Block", "Filesystem"'),
        (
            GOOD | {"volumeMode": "Odd"},
            "volumeMode",
            'Unsupported value: "Odd": supported values: "Block", "Filesystem"',
        ),
    ],
)
def test_a_claim_is_judged_wherever_it_stands(offline: OfflineApi, spec: dict, field: str, complaint: str) -> None:
    assert refusal(offline, claim(spec)) == f"spec.{field}: {complaint}"
    assert refusal(offline, stateful_set(spec, pod_spec())) == f"spec.volumeClaimTemplates[0].spec.{field}: {complaint}"
    ephemeral = pod_spec(volumes=({"name": "e", "ephemeral": {"volumeClaimTemplate": {"spec": spec}}},))
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": ephemeral}
    assert refusal(offline, pod) == f"spec.volumes[0].ephemeral.volumeClaimTemplate.spec.{field}: {complaint}"


def test_a_stateful_set_mounts_its_claims(offline: OfflineApi) -> None:
    offline.create(stateful_set(GOOD, pod_spec("www")))


def test_a_claim_comes_before_a_volume_of_the_same_name(offline: OfflineApi) -> None:
    stored, _ = offline.create(stateful_set(GOOD, pod_spec("www", volumes=({"name": "www", "emptyDir": {}},))))
    assert stored["spec"]["template"]["spec"]["volumes"] == [{"name": "www", "emptyDir": {}}]


def test_other_mounts_of_a_stateful_set_are_not_found(offline: OfflineApi) -> None:
    complaint = 'spec.template.spec.containers[0].volumeMounts[1].name: Not found: "other"'
    assert refusal(offline, stateful_set(GOOD, pod_spec("www", "other"))) == complaint


def test_a_template_may_be_wrong_when_it_was_before(offline: OfflineApi) -> None:
    """A StatefulSet that was stored before its templates were judged can still be scaled."""
    stored, _ = offline.create(stateful_set(GOOD, pod_spec("www")))
    del stored["spec"]["volumeClaimTemplates"][0]["spec"]["accessModes"]
    assert offline.update(stored, {"spec": stored["spec"] | {"replicas": 3}})["spec"]["replicas"] == 3
