"""What a configuration of admission webhooks may say, in Kubernetes' own words."""

import pytest
from loopkube.shared.status import ApiError
from offline_api import OfflineApi
from webhook_program import configuration, webhook

CLIENT = {"service": {"name": "s", "namespace": "n"}}
RULE = {"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}


def one(**changes: object) -> dict:
    return {k: v for k, v in (webhook(CLIENT, "pods") | changes).items() if v is not None}


def test_defaults(offline: OfflineApi) -> None:
    made, _ = offline.create(configuration("x", one(), mode="Mutating"))
    [found] = made["webhooks"]
    assert {name: found[name] for name in ("failurePolicy", "matchPolicy", "timeoutSeconds", "reinvocationPolicy")} == {
        "failurePolicy": "Fail",
        "matchPolicy": "Equivalent",
        "timeoutSeconds": 10,
        "reinvocationPolicy": "Never",
    }
    assert (found["namespaceSelector"], found["objectSelector"]) == ({}, {})
    assert found["rules"][0]["scope"] == "*" and found["clientConfig"]["service"]["port"] == 443
    assert made["metadata"]["generation"] == 1
    judge, _ = offline.create(configuration("x", one()))
    assert "reinvocationPolicy" not in judge["webhooks"][0]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "webhooks[0].name: Required value"),
        (
            {"name": "a.b"},
            'webhooks[0].name: Invalid value: "a.b": should be a domain with at least three segments separated by dots',
        ),
        ({"sideEffects": None}, "webhooks[0].sideEffects: Required value: must specify one of None, NoneOnDryRun"),
        (
            {"sideEffects": "Some"},
            'webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"',
        ),
        (
            {"timeoutSeconds": 31},
            "webhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds",
        ),
        (
            {"admissionReviewVersions": []},
            "webhooks[0].admissionReviewVersions: Required value: must specify one of v1, v1beta1",
        ),
        (
            {"admissionReviewVersions": ["v9"]},
            'webhooks[0].admissionReviewVersions: Invalid value: ["v9"]: must include at least one of v1, v1beta1',
        ),
        (
            {"admissionReviewVersions": ["v1", "v1"]},
            'webhooks[0].admissionReviewVersions[1]: Invalid value: "v1": duplicate version',
        ),
        (
            {"failurePolicy": "Never"},
            'webhooks[0].failurePolicy: Unsupported value: "Never": supported values: "Fail", "Ignore"',
        ),
        ({"clientConfig": {}}, "webhooks[0].clientConfig: Required value: exactly one of url or service is required"),
        (
            {"clientConfig": {"url": "http://h"}},
            "webhooks[0].clientConfig.url: Invalid value: \"http\": 'https' is the only allowed URL scheme; "
            "desired format: https://host[/path]",
        ),
        (
            {"clientConfig": {"url": "https://h/?a=b"}},
            'webhooks[0].clientConfig.url: Invalid value: "a=b": query parameters are not permitted in the URL',
        ),
        (
            {"clientConfig": {"url": "https://"}},
            'webhooks[0].clientConfig.url: Invalid value: "": host must be specified; '
            "desired format: https://host[/path]",
        ),
        (
            {"clientConfig": {"service": {"name": "s", "namespace": "n", "path": "//"}}},
            'webhooks[0].clientConfig.service.path: Invalid value: "//": segment[0] may not be empty',
        ),
        ({"rules": [RULE | {"operations": []}]}, "webhooks[0].rules[0].operations: Required value"),
        (
            {"rules": [RULE | {"operations": ["*", "CREATE"]}]},
            'webhooks[0].rules[0].operations: Invalid value: ["*","CREATE"]: '
            "if '*' is present, must not specify other operations",
        ),
        (
            {"rules": [RULE | {"resources": ["*/*", "pods"]}]},
            'webhooks[0].rules[0].resources: Invalid value: ["*/*","pods"]: '
            "if '*/*' is present, must not specify other resources",
        ),
        (
            {"rules": [RULE | {"scope": "World"}]},
            'webhooks[0].rules[0].scope: Unsupported value: "World": supported values: "*", "Cluster", "Namespaced"',
        ),
        (
            {"matchConditions": [{"name": "a", "expression": "true"}, {"name": "a", "expression": "true"}]},
            'webhooks[0].matchConditions[1].name: Duplicate value: "a"',
        ),
        (
            {"matchConditions": [{"name": "a", "expression": " "}]},
            "webhooks[0].matchConditions[0].expression: Required value",
        ),
    ],
)
def test_refusals(offline: OfflineApi, changes: dict, message: str) -> None:
    with pytest.raises(ApiError) as refused:
        offline.create(configuration("x", one(**changes)))
    assert (
        refused.value.message
        == f'ValidatingWebhookConfiguration.admissionregistration.k8s.io "x" is invalid: {message}'
    )


def test_names_are_unique(offline: OfflineApi) -> None:
    with pytest.raises(ApiError, match=r'webhooks\[1\].name: Duplicate value: "judge.example.com"'):
        offline.create(configuration("x", one(), one()))


def test_the_generation_counts_changes_of_the_webhooks(offline: OfflineApi) -> None:
    made, _ = offline.create(configuration("x", one()))
    labelled = offline.update(made, {"metadata": {"labels": {"a": "b"}}})
    changed = offline.update(made, {"webhooks": [one(failurePolicy="Ignore")]})
    assert (labelled["metadata"]["generation"], changed["metadata"]["generation"]) == (1, 2)
