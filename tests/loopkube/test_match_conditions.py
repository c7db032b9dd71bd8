"""matchConditions of webhooks: whether a webhook that cannot be reached is asked at all."""

import pytest
from loopkube.api.in_process import InProcessClient
from loopkube.shared.status import ApiError

CONFIGURATIONS = "validatingwebhookconfigurations.admissionregistration.k8s.io"
RULE = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["configmaps"]}


async def hook(client: InProcessClient, *conditions: str, **more: object) -> None:
    named = [{"name": f"m{index}", "expression": text} for index, text in enumerate(conditions)]
    webhook = {"name": "w.example.com", "rules": [RULE], "sideEffects": "None", "admissionReviewVersions": ["v1"]}
    webhook |= {"clientConfig": {"url": "https://127.0.0.1:1/"}, "timeoutSeconds": 1, "matchConditions": named} | more
    await client.create(CONFIGURATIONS, {"metadata": {"name": "w"}, "webhooks": [webhook]})


async def create(client: InProcessClient) -> str:
    """The refusal, if there is one."""
    try:
        await client.create("configmaps", {"metadata": {"name": "c"}}, "default")
    except ApiError as error:
        return error.message
    return ""


async def test_a_webhook_is_asked_only_where_all_hold(client: InProcessClient) -> None:
    await hook(client, "object.metadata.name == 'c'", "request.userInfo.username == 'somebody'")
    assert await create(client) == ""


async def test_a_webhook_is_asked_where_they_hold(client: InProcessClient) -> None:
    await hook(client, "object.metadata.name == 'c'", "!('system:nodes' in request.userInfo.groups)")
    assert (await create(client)).startswith('Internal error occurred: failed calling webhook "w.example.com"')


async def test_one_that_is_false_decides_over_one_that_fails(client: InProcessClient) -> None:
    await hook(client, "object.nope == 1", "false")
    assert await create(client) == ""


async def test_one_that_fails_is_the_failure_policys_affair(client: InProcessClient) -> None:
    await hook(client, "object.nope == 1")
    why = "expression 'object.nope == 1' resulted in error: no such key: nope"
    assert await create(client) == f'configmaps "c" is forbidden: {why}'
    await client.delete(CONFIGURATIONS, "w")
    await hook(client, "object.nope == 1", failurePolicy="Ignore")
    assert await create(client) == ""


async def test_a_configuration_whose_condition_is_no_expression_is_refused(client: InProcessClient) -> None:
    with pytest.raises(ApiError) as refused:
        await hook(client, "object.nope ==")
    assert "matchConditions[0].expression: Invalid value: " in refused.value.message
    assert "compilation failed: ERROR: <input>:1:15: Syntax error" in refused.value.message
