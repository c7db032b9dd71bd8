"""What LimitRanges, resources and VolumeAttachments may say, in Kubernetes' own words."""

import pytest
from loopkube.shared.status import ApiError
from offline_api import OfflineApi

CLAIM = "PersistentVolumeClaim"
GPU = "example.com/gpu"
UNQUALIFIED = "must be a standard resource type or fully qualified"


def refusal(offline: OfflineApi, obj: dict) -> list[str]:
    """`path: complaint` of each."""
    with pytest.raises(ApiError) as refused:
        offline.create(obj)
    return [f"{cause['field']}: {cause['message']}" for cause in refused.value.details["causes"]]


def limits(kind: str, **fields: dict) -> dict:
    spec = {"limits": [{"type": kind} | fields]}
    return {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "l"}, "spec": spec}


@pytest.mark.parametrize(
    ("kind", "fields", "complaints"),
    [
        ("Host", {}, ['type: Invalid value: "Host": must be a standard limit type or fully qualified']),
        (
            "Container",
            {"max": {"fruit": "1"}},
            [
                f'max[fruit]: Invalid value: "fruit": {UNQUALIFIED}',
                'max[fruit]: Invalid value: "fruit": must be a standard resource for containers',
                f'default[fruit]: Invalid value: "fruit": {UNQUALIFIED}',
                'default[fruit]: Invalid value: "fruit": must be a standard resource for containers',
                f'defaultRequest[fruit]: Invalid value: "fruit": {UNQUALIFIED}',
                'defaultRequest[fruit]: Invalid value: "fruit": must be a standard resource for containers',
            ],
        ),
        (
            CLAIM,
            {"max": {"fruit": "1"}},
            [
                f'max[fruit]: Invalid value: "fruit": {UNQUALIFIED}',
                "limits: Required value: either minimum or maximum storage value is required, but neither was provided",
            ],
        ),
        (
            "Pod",
            {"default": {"cpu": "9"}, "defaultRequest": {"cpu": "9"}, "max": {"cpu": "1"}},
            [
                "default: Forbidden: may not be specified when `type` is 'Pod'",
                "defaultRequest: Forbidden: may not be specified when `type` is 'Pod'",
            ],
        ),
        (
            "Container",
            {"min": {"cpu": "4"}, "default": {"cpu": "3"}, "max": {"cpu": "2"}, "defaultRequest": {"cpu": "5"}},
            [
                'min[cpu]: Invalid value: "4": min value 4 is greater than max value 2',
                'defaultRequest[cpu]: Invalid value: "5": default request value 5 is greater than max value 2',
                'defaultRequest[cpu]: Invalid value: "5": default request value 5 is greater than default limit '
                "value 3",
                'default[cpu]: Invalid value: "4": min value 4 is greater than default value 3',
                'default[cpu]: Invalid value: "2": default value 3 is greater than max value 2',
            ],
        ),
        (
            "Container",
            {"min": {"cpu": "1"}, "max": {"cpu": "2"}, "maxLimitRequestRatio": {"cpu": "4", "memory": "500m"}},
            [
                'maxLimitRequestRatio[cpu]: Invalid value: "4": ratio 4 is greater than max/min = 2.000000',
                'maxLimitRequestRatio[memory]: Invalid value: "500m": ratio 500m is less than 1',
            ],
        ),
        (
            "Container",
            {"default": {GPU: "2"}, "defaultRequest": {GPU: "1"}},
            [
                f'defaultRequest[{GPU}]: Invalid value: "1": default value 2 must equal to defaultRequest value 1 in '
                f"{GPU}"
            ],
        ),
    ],
)
def test_limit_ranges(offline: OfflineApi, kind: str, fields: dict, complaints: list[str]) -> None:
    assert refusal(offline, limits(kind, **fields)) == [f"spec.limits[0].{complaint}" for complaint in complaints]


def test_what_a_container_may_ask_for(offline: OfflineApi) -> None:
    limits = {"fruit": "1", "requests.example.com/gpu": "1", "storage": "1"}
    container = {"name": "c", "image": "i", "resources": {"limits": limits}}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [container]}}
    path = "spec.containers[0].resources.limits"
    assert [line for line in refusal(offline, pod) if line.startswith(path)] == [
        f'{path}[fruit]: Invalid value: "fruit": {UNQUALIFIED}',
        f'{path}[fruit]: Invalid value: "fruit": must be a standard resource for containers',
        f'{path}[requests.example.com/gpu]: Invalid value: "requests.example.com/gpu": '
        "doesn't follow extended resource name standard",
        f'{path}[storage]: Invalid value: "storage": must be a standard resource for containers',
    ]


def attachment(**spec: object) -> dict:
    whole = {"attacher": "a.io", "nodeName": "one", "source": {"persistentVolumeName": "v"}} | spec
    return {"apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttachment", "metadata": {"name": "x"}, "spec": whole}


@pytest.mark.parametrize(
    ("spec", "complaints"),
    [
        ({"source": {}}, ["source: Required value: must specify exactly one of inlineVolumeSpec and"]),
        (
            {"source": {"persistentVolumeName": "v", "inlineVolumeSpec": {"capacity": {"storage": "1Gi"}}}},
            ["source: Forbidden: must specify exactly one of inlineVolumeSpec and persistentVolumeName"],
        ),
        (
            {"source": {"persistentVolumeName": ""}},
            [
                "source.persistentVolumeName: Required value: must specify non empty persistentVolumeName",
                'source.persistentVolumeName: Invalid value: "": a lowercase RFC 1123 subdomain',
            ],
        ),
        ({"nodeName": "A b"}, ['nodeName: Invalid value: "A b": a lowercase RFC 1123 subdomain']),
        ({"attacher": ""}, ["attacher: Required value", 'attacher: Invalid value: "": a lowercase RFC 1123']),
        ({"attacher": "a" * 64}, ["attacher: Too long: may not be more than 63 bytes"]),
        ({"attacher": "A_B"}, ['attacher: Invalid value: "A_B": a lowercase RFC 1123 subdomain']),
    ],
)
def test_volume_attachments(offline: OfflineApi, spec: dict, complaints: list[str]) -> None:
    found = refusal(offline, attachment(**spec))
    assert len(found) == len(complaints)
    assert all(line.startswith(f"spec.{complaint}") for line, complaint in zip(found, complaints, strict=True)), found


def test_the_status_of_a_volume_attachment(offline: OfflineApi) -> None:
    made, _ = offline.create(attachment())
    error = {"message": "m" * 1025, "errorCode": -1}
    status = {"attached": False, "attachmentMetadata": {"k": "v" * 2**18}, "detachError": error}
    with pytest.raises(ApiError) as refused:
        offline.update(made, {"status": status}, "status")
    longest = "may not be more than 262144 bytes"
    assert [f"{cause['field']}: {cause['message']}" for cause in refused.value.details["causes"]] == [
        f"status.attachmentMetadata: Too long: {longest}",
        f"status.detachError.message: Too long: {longest}",
        "status.detachError.errorCode: Invalid value: -1: must be between 0 and 2147483647, inclusive",
    ]
    with pytest.raises(ApiError, match=r"spec: Invalid value: .*: field is immutable"):
        offline.update(made, {"spec": {"nodeName": "two"}})
