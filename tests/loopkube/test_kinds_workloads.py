"""Rules of Deployments, ReplicaSets and DaemonSets beyond the recorded ones."""

import pytest
from loopkube.shared.status import ApiError
from offline_api import OfflineApi, deployment, refusal


def rolling(**more: object) -> dict:
    return {"strategy": {"type": "RollingUpdate", "rollingUpdate": more}}


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        ({"selector": {}}, "spec.selector: Invalid value: {}: empty selector is invalid for deployment"),
        ({"minReadySeconds": -1}, "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0"),
        ({"progressDeadlineSeconds": 5, "minReadySeconds": 5}, "must be greater than minReadySeconds"),
        ({"strategy": {"type": "Odd"}}, 'supported values: "Recreate", "RollingUpdate"'),
        (rolling(maxSurge="many"), "a valid percent string must be a numeric string followed by an ending '%'"),
        (rolling(maxUnavailable="101%"), "must not be greater than 100%"),
        (rolling(maxSurge="0%", maxUnavailable="0%"), "may not be 0 when `maxSurge` is 0"),
        (rolling(maxSurge=-1), "spec.strategy.rollingUpdate.maxSurge: Invalid value: -1"),
    ],
)
def test_deployments(offline: OfflineApi, spec: dict, complaint: str) -> None:
    assert complaint in refusal(offline, deployment(**spec))


def test_templates_are_judged_in_place(offline: OfflineApi) -> None:
    obj = deployment()
    obj["spec"]["template"]["spec"]["containers"][0]["name"] = "UPPER"
    obj["spec"]["template"]["metadata"]["labels"]["not ok"] = "x"
    message = refusal(offline, obj)
    assert 'spec.template.labels: Invalid value: "not ok"' in message
    assert 'spec.template.spec.containers[0].name: Invalid value: "UPPER"' in message


@pytest.mark.parametrize("kind", ["ReplicaSet", "DaemonSet"])
def test_the_selector_stays(offline: OfflineApi, kind: str) -> None:
    old = offline.create(deployment() | {"kind": kind})[0]
    labels = {"metadata": {"labels": {"app": "web", "v": "2"}}}
    with pytest.raises(ApiError, match="field is immutable"):
        offline.update(old, {"spec": {"selector": {"matchLabels": {"v": "2"}}, "template": labels}})


def test_a_daemon_set_surges_or_lets_go_but_not_both(offline: OfflineApi) -> None:
    def daemon_set(**more: object) -> dict:
        obj = deployment(updateStrategy={"type": "RollingUpdate", "rollingUpdate": more})
        return obj | {"kind": "DaemonSet"}

    assert "may not be set when maxUnavailable is non-zero" in refusal(
        offline, daemon_set(maxSurge=1, maxUnavailable=1)
    )
    assert "cannot be 0 when maxSurge is 0" in refusal(offline, daemon_set(maxSurge=0, maxUnavailable=0))
    assert offline.create(daemon_set(maxSurge=1, maxUnavailable=0))[1] == []


def test_counts_in_the_status_fit_together(offline: OfflineApi) -> None:
    old = offline.create(deployment())[0]
    with pytest.raises(ApiError, match="Invalid value: 2: cannot be greater than"):
        offline.update(old, {"status": {"replicas": 1, "readyReplicas": 2}}, "status")
    assert (
        offline.update(old, {"status": {"replicas": 2, "readyReplicas": 2}}, "status")["status"]["readyReplicas"] == 2
    )
