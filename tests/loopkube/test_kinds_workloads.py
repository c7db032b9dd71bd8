"""Rules of Deployments, ReplicaSets and DaemonSets beyond the recorded ones."""

import pytest
from loopkube.shared.status import ApiError
from offline_api import OfflineApi, deployment


@pytest.fixture
def api() -> OfflineApi:
    return OfflineApi()


def refusal(api: OfflineApi, obj: dict) -> str:
    with pytest.raises(ApiError) as caught:
        api.create(obj)
    assert caught.value.code == 422
    return caught.value.message.partition("is invalid: ")[2]


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
def test_deployments(api: OfflineApi, spec: dict, complaint: str) -> None:
    assert complaint in refusal(api, deployment(**spec))


def test_templates_are_judged_in_place(api: OfflineApi) -> None:
    obj = deployment()
    obj["spec"]["template"]["spec"]["containers"][0]["name"] = "UPPER"
    obj["spec"]["template"]["metadata"]["labels"]["not ok"] = "x"
    message = refusal(api, obj)
    assert 'spec.template.labels: Invalid value: "not ok"' in message
    assert 'spec.template.spec.containers[0].name: Invalid value: "UPPER"' in message


@pytest.mark.parametrize("kind", ["ReplicaSet", "DaemonSet"])
def test_the_selector_stays(api: OfflineApi, kind: str) -> None:
    old = api.create(deployment() | {"kind": kind})[0]
    labels = {"metadata": {"labels": {"app": "web", "v": "2"}}}
    with pytest.raises(ApiError, match="field is immutable"):
        api.update(old, {"spec": {"selector": {"matchLabels": {"v": "2"}}, "template": labels}})


def test_a_daemon_set_surges_or_lets_go_but_not_both(api: OfflineApi) -> None:
    def daemon_set(**more: object) -> dict:
        obj = deployment(updateStrategy={"type": "RollingUpdate", "rollingUpdate": more})
        return obj | {"kind": "DaemonSet"}

    assert "may not be set when maxUnavailable is non-zero" in refusal(api, daemon_set(maxSurge=1, maxUnavailable=1))
    assert "cannot be 0 when maxSurge is 0" in refusal(api, daemon_set(maxSurge=0, maxUnavailable=0))
    assert api.create(daemon_set(maxSurge=1, maxUnavailable=0))[1] == []


def test_counts_in_the_status_fit_together(api: OfflineApi) -> None:
    old = api.create(deployment())[0]
    with pytest.raises(ApiError, match="Invalid value: 2: cannot be greater than"):
        api.update(old, {"status": {"replicas": 1, "readyReplicas": 2}}, "status")
    assert api.update(old, {"status": {"replicas": 2, "readyReplicas": 2}}, "status")["status"]["readyReplicas"] == 2
