"""Admission policies: the scenarios of the e2e specs ValidatingAdmissionPolicy and MutatingAdmissionPolicy."""

import copy
from typing import Any

import pytest
from loopkube.api.in_process import InProcessClient
from loopkube.api.verbs import Api
from loopkube.shared.status import ApiError

GROUP = "admissionregistration.k8s.io"
VALIDATING, MUTATING = f"validatingadmissionpolicies.{GROUP}", f"mutatingadmissionpolicies.{GROUP}"
BINDINGS = {
    VALIDATING: f"validatingadmissionpolicybindings.{GROUP}",
    MUTATING: f"mutatingadmissionpolicybindings.{GROUP}",
}
CONFIG_MAPS = {
    "apiGroups": [""],
    "apiVersions": ["v1"],
    "operations": ["CREATE", "UPDATE"],
    "resources": ["configmaps"],
}
BODY = b'{"metadata": {"name": "c"}}'
DEPLOYMENTS = CONFIG_MAPS | {"apiGroups": ["apps"], "resources": ["deployments"]}


def deployment(name: str, replicas: int) -> dict:
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "python:3"}]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    return {"metadata": {"name": name}, "spec": spec}


async def policy(client: InProcessClient, resource: str, rule: dict, binding: dict | None = None, **spec: Any) -> None:
    """A policy `p` with its binding `b`."""
    spec = {"matchConstraints": {"resourceRules": [rule]}} | spec
    bound = {"policyName": "p"} | ({"validationActions": ["Deny"]} if resource == VALIDATING else {}) | (binding or {})
    await client.create(resource, {"metadata": {"name": "p"}, "spec": spec})
    await client.create(BINDINGS[resource], {"metadata": {"name": "b"}, "spec": bound})


async def config_map(client: InProcessClient, data: dict | None = None, **metadata: Any) -> dict:
    return await client.create("configmaps", {"metadata": {"name": "c"} | metadata, "data": data or {}}, "default")


async def refusal(client: InProcessClient, data: dict | None = None, **metadata: Any) -> str:
    with pytest.raises(ApiError) as refused:
        await config_map(client, data, **metadata)
    return refused.value.message


def denied(why: str) -> str:
    by = "ValidatingAdmissionPolicy 'p' with binding 'b' denied request"
    return f'configmaps "c" is forbidden: {by}: {why}'


async def test_a_deployment_is_validated(client: InProcessClient) -> None:
    said = "'wants replicas > 1, got ' + string(object.spec.replicas)"
    validation = {"expression": "object.spec.replicas > 1", "messageExpression": said}
    await policy(client, VALIDATING, DEPLOYMENTS, validations=[validation])
    await client.create("deployments.apps", deployment("two", 2), "default")
    with pytest.raises(ApiError) as refused:
        await client.create("deployments.apps", deployment("one", 1), "default")
    by = "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: wants replicas > 1, got 1"
    assert refused.value.message == f'deployments.apps "one" is forbidden: {by}'
    assert (refused.value.code, refused.value.reason) == (422, "Invalid")
    assert refused.value.details == {"name": "one", "group": "apps", "kind": "deployments", "causes": [{"message": by}]}


async def test_variables_are_lazy_and_know_each_other(client: InProcessClient) -> None:
    variables = [
        {"name": "bad", "expression": "object.data.nope"},
        {"name": "n", "expression": "int(object.data.n)"},
        {"name": "twice", "expression": "variables.n * 2"},
    ]
    validation = {"expression": "variables.twice < 10 || variables.bad == 'x'", "reason": "Forbidden"}
    await policy(client, VALIDATING, CONFIG_MAPS, validations=[validation], variables=variables)
    await config_map(client, {"n": "4"})
    failed = "composited variable 'object.data.nope' fails to evaluate: no such key: nope"
    expression = validation["expression"]
    assert await refusal(client, {"n": "5"}) == denied(f"expression '{expression}' resulted in error: {failed}")


async def test_params_by_name_by_selector_and_where_there_are_none(client: InProcessClient) -> None:
    kind = {"apiVersion": "v1", "kind": "Secret"}
    validation = {"expression": "string(object.data.n) != string(params.metadata.name)"}
    reference = {"selector": {"matchLabels": {"p": "1"}}, "parameterNotFoundAction": "Deny"}
    await policy(client, VALIDATING, CONFIG_MAPS, {"paramRef": reference}, validations=[validation], paramKind=kind)
    why = "failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction"
    assert await refusal(client, {"n": "1"}) == denied(why)
    for name in ("one", "two"):
        secret = {"metadata": {"name": name, "labels": {"p": "1"}}}
        await client.create("secrets", secret, "default")
    assert await refusal(client, {"n": "two"}) == denied(f"failed expression: {validation['expression']}")
    await config_map(client, {"n": "three"})


async def test_actions_warn_and_audit_do_not_refuse(api: Api, client: InProcessClient) -> None:
    validation = {"expression": "false", "message": " never "}
    await policy(client, VALIDATING, CONFIG_MAPS, {"validationActions": ["Warn", "Audit"]}, validations=[validation])
    written = api.create(api.kinds.at("", "v1", "configmaps"), "default", BODY, "application/json")
    by = "ValidatingAdmissionPolicy 'p' with binding 'b'"
    assert written.warnings == [f"Validation failed for {by}: never"]


@pytest.mark.parametrize(
    ("condition", "applies"),
    [
        ("request.userInfo.username == 'system:nobody'", False),
        ("request.operation == 'CREATE' && request.resource.resource == 'configmaps'", True),
        ("object.data.nope == 'x'", None),
        ("authorizer.group('').resource('pods').namespace('default').check('delete').allowed()", True),
        ("authorizer.serviceAccount('default', 'default').requestResource == 1", "refused"),
        ("!authorizer.serviceAccount('default', 'default').path('/x').check('get').allowed()", True),
        ("authorizer.requestResource.check('create').allowed()", True),
    ],
)
async def test_match_conditions(client: InProcessClient, condition: str, applies: bool | str | None) -> None:
    spec = {"validations": [{"expression": "false"}], "matchConditions": [{"name": "m", "expression": condition}]}
    if applies == "refused":
        with pytest.raises(ApiError, match="Invalid value"):
            await policy(client, VALIDATING, CONFIG_MAPS, **spec)
        return
    await policy(client, VALIDATING, CONFIG_MAPS, **spec)
    if applies is False:
        await config_map(client)
    elif applies:
        assert await refusal(client) == denied("failed expression: false")
    else:
        why = f"expression '{condition}' resulted in error: no such key: nope"
        assert await refusal(client, {"n": "1"}) == denied(why)


async def test_selectors_names_and_exclusions(client: InProcessClient) -> None:
    await client.patch("namespaces", "default", {"metadata": {"labels": {"a": "b"}}})
    match = {
        "resourceRules": [CONFIG_MAPS],
        "excludeResourceRules": [CONFIG_MAPS | {"resourceNames": ["free"]}],
        "namespaceSelector": {"matchLabels": {"a": "b"}},
        "objectSelector": {"matchLabels": {"x": "y"}},
    }
    validation = {"expression": "namespaceObject.metadata.labels['a'] == 'other'"}
    await policy(client, VALIDATING, CONFIG_MAPS, validations=[validation], matchConstraints=match)
    labels = {"x": "y"}
    assert "failed expression" in await refusal(client, labels=labels)
    await config_map(client)
    await config_map(client, name="free", labels=labels)


async def test_failure_policy_ignore(client: InProcessClient) -> None:
    validations = [{"expression": "object.data.nope == 'x'"}]
    await policy(client, VALIDATING, CONFIG_MAPS, validations=validations, failurePolicy="Ignore")
    await config_map(client)


async def test_what_configures_admission_is_never_refused(client: InProcessClient) -> None:
    rule = {"apiGroups": ["*"], "apiVersions": ["*"], "operations": ["*"], "resources": ["*"]}
    await policy(client, VALIDATING, rule, validations=[{"expression": "false"}])
    with pytest.raises(ApiError, match="denied request: failed expression: false"):
        await client.create("namespaces", {"metadata": {"name": "n"}})
    await client.delete(BINDINGS[VALIDATING], "b")
    await client.create("namespaces", {"metadata": {"name": "n"}})


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        ({"validations": [{"expression": "object.x +"}]}, "spec.validations[0].expression: Invalid value: "),
        ({"validations": [{"expression": "1"}]}, "must evaluate to bool but got int"),
        ({"validations": [{"expression": "variables.x"}]}, "undefined field 'x'"),
        ({"validations": [{"expression": "request.nope == 1"}]}, "undefined field 'nope'"),
        ({"validations": [{"expression": "params.x == 1"}]}, "undeclared reference to 'params'"),
        ({"validations": [{"expression": "true", "messageExpression": "1"}]}, "must evaluate to string but got int"),
        ({}, "spec.validations: Required value: validations or auditAnnotations must contain at least one item"),
        ({"variables": [{"name": "if", "expression": "1"}]}, "name is not a valid CEL identifier"),
        ({"auditAnnotations": [{"key": "k", "valueExpression": "1"}]}, "must evaluate to one of [string null_type]"),
        ({"matchConditions": [{"name": "m", "expression": "1"}]}, "must evaluate to bool but got int"),
    ],
)
async def test_rules_of_policies(client: InProcessClient, spec: dict, complaint: str) -> None:
    with pytest.raises(ApiError) as refused:
        await policy(client, VALIDATING, CONFIG_MAPS, **spec)
    assert complaint in refused.value.message


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        ({"validationActions": ["Deny", "Warn"]}, "must not contain both Deny and Warn"),
        ({"validationActions": []}, "at least one validation action is required"),
        ({"paramRef": {"parameterNotFoundAction": "Deny"}}, "one of name or selector must be specified"),
        ({"policyName": ""}, "spec.policyName: Required value"),
    ],
)
async def test_rules_of_bindings(client: InProcessClient, spec: dict, complaint: str) -> None:
    with pytest.raises(ApiError) as refused:
        await client.create(
            BINDINGS[VALIDATING],
            {"metadata": {"name": "b"}, "spec": {"policyName": "p", "validationActions": ["Deny"]} | spec},
        )
    assert complaint in refused.value.message


APPLY = "Object{metadata: Object.metadata{annotations: {'by': 'policy'}}}"


def mutations(*expressions: str) -> dict:
    entries: list[dict] = []
    for text in expressions:
        if text.startswith("Object"):
            entries.append({"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": text}})
        else:
            entries.append({"patchType": "JSONPatch", "jsonPatch": {"expression": text}})
    return {"mutations": entries, "reinvocationPolicy": "Never"}


async def test_an_apply_configuration_completes_an_object(client: InProcessClient) -> None:
    await policy(client, MUTATING, DEPLOYMENTS, **mutations(APPLY))
    made = await client.create("deployments.apps", deployment("d", 1), "default")
    assert made["metadata"]["annotations"] == {"by": "policy"}


async def test_containers_are_merged_by_name(client: InProcessClient) -> None:
    template = "Object.spec.template{spec: Object.spec.template.spec{containers: %s}}"
    one = "Object.spec.template.spec.containers{name: 'c', image: 'python:3.13'}"
    two = "Object.spec.template.spec.containers{name: 'sidecar', image: 'python:3'}"
    spec = f"Object{{spec: Object.spec{{template: {template % f'[{one}, {two}]'}}}}}"
    await policy(client, MUTATING, DEPLOYMENTS, **mutations(spec))
    made = await client.create("deployments.apps", deployment("d", 1), "default")
    containers = made["spec"]["template"]["spec"]["containers"]
    assert [(c["name"], c["image"]) for c in containers] == [("c", "python:3.13"), ("sidecar", "python:3")]
    assert containers[1]["imagePullPolicy"] == "IfNotPresent"


async def test_a_json_patch_in_order_after_variables(client: InProcessClient) -> None:
    patch = "[JSONPatch{op: 'add', path: '/data/' + jsonpatch.escapeKey('a~b'.replace('~', '.')), value: variables.v}]"
    skipped = "[JSONPatch{op: 'test', path: '/data/n', value: 'other'}, JSONPatch{op: 'remove', path: '/data/n'}]"
    variables = [{"name": "v", "expression": "object.data.n + '!'"}]
    await policy(client, MUTATING, CONFIG_MAPS, variables=variables, **mutations(patch, skipped))
    assert (await config_map(client, {"n": "1"}))["data"] == {"n": "1", "a.b": "1!"}


async def test_mutations_that_fail_refuse(client: InProcessClient) -> None:
    await policy(client, MUTATING, CONFIG_MAPS, **mutations("[JSONPatch{op: 'remove', path: '/data/x/y'}]"))
    message = await refusal(client)
    assert message.startswith("policy 'p' with binding 'b' denied request: JSON Patch: remove operation does not apply")


async def test_atomic_fields_cannot_be_applied(client: InProcessClient) -> None:
    spec = "Object{spec: Object.spec{selector: Object.spec.selector{matchLabels: {'a': 'b'}}}}"
    await policy(client, MUTATING, DEPLOYMENTS, **mutations(spec))
    with pytest.raises(ApiError, match=r"may not mutate atomic arrays, maps or structs: \.spec\.selector"):
        await client.create("deployments.apps", deployment("d", 1), "default")


async def test_a_policy_is_invoked_again_after_a_later_one_if_it_wants(client: InProcessClient) -> None:
    counted = "Object{metadata: Object.metadata{annotations: {'seen': string(size(object.data))}}}"
    spec = mutations(counted) | {"reinvocationPolicy": "IfNeeded"}
    await policy(client, MUTATING, CONFIG_MAPS, **copy.deepcopy(spec))
    later = mutations("[JSONPatch{op: 'add', path: '/data/later', value: string(size(object.data))}]")
    later["matchConstraints"] = {"resourceRules": [CONFIG_MAPS]}
    await client.create(MUTATING, {"metadata": {"name": "q"}, "spec": later})
    await client.create(BINDINGS[MUTATING], {"metadata": {"name": "q"}, "spec": {"policyName": "q"}})
    made = await config_map(client, {"n": "1"})
    assert made["metadata"]["annotations"] == {"seen": "2"}
    assert made["data"]["later"] == "1"


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("Object{metadata: nope}", "undeclared reference to 'nope'"),
        ("[JSONPatch{op: 1}]", "JSONPatch"),
        ("[1]", "must evaluate to list(JSONPatch) but got list(int)"),
    ],
)
async def test_rules_of_mutations(client: InProcessClient, expression: str, complaint: str) -> None:
    with pytest.raises(ApiError) as refused:
        await policy(client, MUTATING, CONFIG_MAPS, **mutations(expression))
    assert complaint in refused.value.message


async def test_a_slow_expression_does_not_hold_the_loop(
    client: InProcessClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loopkube.api.policies.budget.PER_CALL", 300_000)
    slow = "lists.range(1000).all(i, lists.range(1000).all(j, i + j >= 0))"
    await policy(client, VALIDATING, CONFIG_MAPS, validations=[{"expression": slow}])
    message = await refusal(client)
    over = "operation cancelled: actual cost limit exceeded"
    assert message == denied(f"expression '{slow}' resulted in error: {over}")
