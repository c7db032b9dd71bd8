"""Admission webhooks, with a real one over HTTPS: what it is asked, and how its answer is told.

The scenarios of the conformance specs `AdmissionWebhook`, with `test_webhooks_mutating` and `test_webhooks_failing`.
"""

import pytest
import webhook_program as program
from served import Served
from webhook_calls import MAPS, MERGE, PODS, config_map, configure, judging, pod, said
from webhook_program import PATHS, webhook


async def test_a_denial_is_told_as_kube_apiserver_tells_it(serving: Served) -> None:
    async with judging(serving, program.deny("this map contains bad words"), "configmaps"):
        refused = await serving.call("POST", MAPS, config_map())
        assert (await serving.call("GET", f"{MAPS}/a")).status == 404
    assert refused.status == 400
    assert refused.body == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": 'admission webhook "judge.example.com" denied the request: this map contains bad words',
        "code": 400,
    }


@pytest.mark.parametrize(
    ("result", "code", "reason", "words"),
    [
        ({}, 400, None, " without explanation"),
        ({"code": 200, "reason": "Forbidden"}, 400, "Forbidden", ": Forbidden"),
        ({"code": 403, "reason": "Forbidden", "message": "no"}, 403, "Forbidden", ": no"),
    ],
)
async def test_code_and_reason_are_the_webhooks_own(
    serving: Served, result: dict, code: int, reason: str | None, words: str
) -> None:
    async with judging(serving, lambda _: {"allowed": False, "status": result}, "configmaps"):
        refused = await serving.call("POST", MAPS, config_map())
    assert (refused.status, refused.body.get("reason")) == (code, reason)
    assert said(refused) == f'admission webhook "judge.example.com" denied the request{words}'


async def test_the_request_says_everything(serving: Served) -> None:
    async with judging(serving, program.allow, "*") as hook:
        await serving.call("POST", f"{MAPS}?dryRun=All&fieldManager=me", config_map(labels={"a": "b"}))
    [asked] = hook.asked
    assert asked.pop("uid")
    obj = asked.pop("object")
    assert obj["metadata"]["labels"] == {"a": "b"} and obj["kind"] == "ConfigMap" and obj["metadata"]["uid"]
    kind = {"group": "", "version": "v1", "kind": "ConfigMap"}
    resource = {"group": "", "version": "v1", "resource": "configmaps"}
    assert asked == {
        "kind": kind,
        "resource": resource,
        "requestKind": kind,
        "requestResource": resource,
        "name": "a",
        "namespace": "default",
        "operation": "CREATE",
        "userInfo": {"username": "kubernetes-admin", "groups": ["system:masters", "system:authenticated"]},
        "oldObject": None,
        "dryRun": True,
        "options": {
            "kind": "CreateOptions",
            "apiVersion": "meta.k8s.io/v1",
            "dryRun": ["All"],
            "fieldManager": "me",
            "fieldValidation": "Warn",
        },
    }
    assert hook.paths == ["/hook?timeout=10s"]


async def test_every_way_of_writing_is_asked_about(serving: Served) -> None:
    apply = {"Content-Type": "application/apply-patch+yaml"}
    async with judging(serving, program.allow, "configmaps") as hook:
        created = await serving.call("POST", MAPS, config_map())
        await serving.call("PUT", f"{MAPS}/a", created.body | {"data": {"a": "1"}})
        await serving.call("PATCH", f"{MAPS}/a", {"data": {"a": "2"}}, headers=MERGE)
        await serving.call("PATCH", f"{MAPS}/b?fieldManager=me", config_map("b"), headers=apply)
        await serving.call("DELETE", f"{MAPS}/a")
        await serving.call("DELETE", MAPS)
    seen = [(asked["operation"], asked.get("name"), asked["options"]["kind"]) for asked in hook.asked]
    assert seen == [
        ("CREATE", "a", "CreateOptions"),
        ("UPDATE", "a", "UpdateOptions"),
        ("UPDATE", "a", "UpdateOptions"),
        ("CREATE", "b", "CreateOptions"),
        ("DELETE", "a", "DeleteOptions"),
        ("DELETE", None, "DeleteOptions"),
    ]
    assert hook.asked[1]["oldObject"]["metadata"]["name"] == "a" and "data" not in hook.asked[1]["oldObject"]
    assert hook.asked[4]["object"] is None and hook.asked[4]["oldObject"]["data"] == {"a": "2"}


async def test_subresources_have_forms_of_their_own(serving: Served) -> None:
    await serving.client.create("nodes", {"metadata": {"name": "n"}})
    template = {"metadata": {"labels": {"a": "b"}}, "spec": pod()["spec"]}
    spec = {"selector": {"matchLabels": {"a": "b"}}, "template": template}
    await serving.client.create("deployments.apps", {"metadata": {"name": "d"}, "spec": spec}, "default")
    deployment = "/apis/apps/v1/namespaces/default/deployments/d"
    eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "p"}}
    async with judging(serving, program.allow, "*/*") as hook:
        await serving.call("POST", PODS, pod())
        await serving.call("POST", f"{PODS}/p/binding", {"metadata": {"name": "p"}, "target": {"name": "n"}})
        await serving.call("PATCH", f"{PODS}/p/status", {"status": {"phase": "Running"}}, headers=MERGE)
        await serving.call("PATCH", f"{deployment}/scale", {"spec": {"replicas": 3}}, headers=MERGE)
        await serving.call("POST", f"{PODS}/p/eviction", eviction)
    seen = [
        (asked["operation"], asked["resource"]["resource"], asked.get("subResource"), asked["kind"]["kind"])
        for asked in hook.asked
    ]
    assert seen == [
        ("CREATE", "pods", None, "Pod"),
        ("CREATE", "pods", "binding", "Binding"),
        ("UPDATE", "pods", "status", "Pod"),
        ("UPDATE", "deployments", "scale", "Scale"),
        ("CREATE", "pods", "eviction", "Eviction"),
    ]
    assert {asked["namespace"] for asked in hook.asked} == {"default"}
    assert hook.asked[3]["object"]["spec"] == {"replicas": 3} and hook.asked[3]["oldObject"]["spec"] == {"replicas": 1}


async def test_attaching_can_be_denied(serving: Served) -> None:
    await serving.call("POST", PODS, pod())
    async with judging(serving, program.deny("attaching to pod 'p' is not allowed"), "pods/attach") as hook:
        refused = await serving.call("GET", f"{PODS}/p/attach?stdin=true&container=c")
    assert said(refused).endswith("denied the request: attaching to pod 'p' is not allowed")
    [asked] = hook.asked
    assert (asked["operation"], asked["name"], asked["subResource"]) == ("CONNECT", "p", "attach")
    assert asked["object"] == {"kind": "PodAttachOptions", "apiVersion": "v1", "stdin": True, "container": "c"}


async def test_a_review_and_a_proxied_request_are_asked_about(serving: Served) -> None:
    review = {"spec": {"resourceAttributes": {"verb": "get", "resource": "pods"}}}
    await serving.call("POST", PODS, pod())
    async with judging(serving, program.deny("no"), "selfsubjectaccessreviews", "pods/proxy") as hook:
        refused = await serving.call("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review)
        proxied = await serving.call("GET", f"{PODS}/p/proxy/some/path")
    assert (refused.status, proxied.status) == (400, 400)
    assert [(asked["operation"], asked["kind"]["kind"]) for asked in hook.asked] == [
        ("CREATE", "SelfSubjectAccessReview"),
        ("CONNECT", "PodProxyOptions"),
    ]
    assert hook.asked[1]["object"]["path"] == "/some/path"


async def test_an_older_webhook_is_asked_in_its_version(serving: Served) -> None:
    def old(_: dict) -> dict:
        answer = program.patched({"op": "add", "path": "/data", "value": {"a": "1"}})
        return {name: value for name, value in answer.items() if name != "patchType"}

    async with judging(serving, old, "configmaps", mode="Mutating", admissionReviewVersions=["v1beta1", "v1"]) as hook:
        made = await serving.call("POST", MAPS, config_map())
    assert made.body["data"] == {"a": "1"}
    assert hook.versions == ["admission.k8s.io/v1beta1"]


async def test_a_namespace_or_an_object_is_exempted_by_its_labels(serving: Served) -> None:
    exempt = [{"key": "skip", "operator": "DoesNotExist"}]
    await serving.client.create("namespaces", {"metadata": {"name": "free", "labels": {"skip": "yes"}}})
    selectors = {"namespaceSelector": {"matchExpressions": exempt}, "objectSelector": {"matchExpressions": exempt}}
    async with judging(serving, program.deny("no"), "*", **selectors):
        assert (await serving.call("POST", MAPS, config_map())).status == 400
        assert (await serving.call("POST", MAPS, config_map(labels={"skip": ""}))).status == 201
        assert (await serving.call("POST", "/api/v1/namespaces/free/configmaps", config_map())).status == 201
        named = {"metadata": {"name": "other", "labels": {"skip": "x"}}}
        assert (await serving.call("POST", "/api/v1/namespaces", named)).status == 201


async def test_scope_operations_and_versions_of_a_rule(serving: Served) -> None:
    rule = {"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["*"], "scope": "Cluster"}
    async with judging(serving, program.allow, rules=[rule]) as hook:
        await serving.call("POST", MAPS, config_map())
        await serving.call("POST", "/api/v1/namespaces", {"metadata": {"name": "x"}})
        await serving.call("DELETE", "/api/v1/namespaces/x")
    assert [asked["kind"]["kind"] for asked in hook.asked] == ["Namespace"]
    assert hook.asked[0]["namespace"] == "x"


async def test_what_configures_webhooks_is_never_subject_to_them(serving: Served) -> None:
    async with program.running(program.deny("no")) as hook:
        await configure(serving, webhook(hook.client(), "*/*", name="a.b.c"))
        await configure(serving, webhook(hook.client(), "*/*", name="a.b.c"), mode="Mutating")
        for mode in PATHS:
            assert (await serving.call("DELETE", f"{PATHS[mode]}/hooks")).status == 200
    assert hook.asked == []


async def test_dry_runs_need_a_webhook_without_side_effects(serving: Served) -> None:
    async with judging(serving, program.allow, "configmaps", sideEffects="NoneOnDryRun"):
        assert (await serving.call("POST", f"{MAPS}?dryRun=All", config_map())).status == 201
    # Older configurations could say Some; nothing but the store lets one in any more.
    held = serving.api.store.get("validatingwebhookconfigurations.admissionregistration.k8s.io", "", "hooks").obj
    [entry] = held["webhooks"]
    serving.api.store.update(
        "validatingwebhookconfigurations.admissionregistration.k8s.io",
        held | {"webhooks": [entry | {"sideEffects": "Some"}], "metadata": dict(held["metadata"])},
    )
    refused = await serving.call("POST", f"{MAPS}?dryRun=All", config_map())
    assert said(refused) == 'admission webhook "judge.example.com" does not support dry run'


async def test_warnings_reach_the_caller(serving: Served) -> None:
    async with judging(serving, lambda _: {"allowed": True, "warnings": ["think again"]}, "configmaps"):
        made = await serving.call("POST", MAPS, config_map())
        gone = await serving.call("DELETE", f"{MAPS}/a")
    assert made.headers["Warning"] == gone.headers["Warning"] == '299 - "think again"'


async def test_nothing_is_waited_for_where_no_rule_fits(serving: Served) -> None:
    async with judging(serving, program.deny("no"), "secrets") as hook:
        assert (await serving.call("POST", MAPS, config_map())).status == 201
    assert hook.asked == []
