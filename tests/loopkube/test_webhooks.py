"""Admission webhooks, with a real one over HTTPS; the scenarios of the conformance specs `AdmissionWebhook`."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import webhook_program as program
from served import Reply, Served
from webhook_program import PATHS, Webhook, configuration, patch, webhook

MAPS = "/api/v1/namespaces/default/configmaps"
PODS = "/api/v1/namespaces/default/pods"
MERGE = {"Content-Type": "application/merge-patch+json"}


def config_map(name: str = "a", **more: object) -> dict:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name} | more}


def pod(name: str = "p", **more: object) -> dict:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name} | more,
        "spec": {"containers": [{"name": "c", "image": "python:3.13"}]},
    }


@pytest.fixture
async def cluster(served: Served) -> Served:
    await served.client.create("serviceaccounts", {"metadata": {"name": "default"}}, "default")
    return served


async def configure(cluster: Served, *webhooks: dict, mode: str = "Validating", name: str = "hooks") -> None:
    made = await cluster.call("POST", PATHS[mode], configuration(name, *webhooks, mode=mode))
    assert made.status == 201, made.text


@asynccontextmanager
async def judging(
    cluster: Served, answer: program.Answer, *resources: str, mode: str = "Validating", **more: object
) -> AsyncIterator[Webhook]:
    async with program.running(answer) as hook:
        await configure(cluster, webhook(hook.client(), *resources, **more), mode=mode)
        yield hook


def said(answer: Reply) -> str:
    return answer.body["message"]


async def test_a_denial_is_told_as_kube_apiserver_tells_it(cluster: Served) -> None:
    async with judging(cluster, program.deny("this map contains bad words"), "configmaps"):
        refused = await cluster.call("POST", MAPS, config_map())
        assert (await cluster.call("GET", f"{MAPS}/a")).status == 404
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
    cluster: Served, result: dict, code: int, reason: str | None, words: str
) -> None:
    async with judging(cluster, lambda _: {"allowed": False, "status": result}, "configmaps"):
        refused = await cluster.call("POST", MAPS, config_map())
    assert (refused.status, refused.body.get("reason")) == (code, reason)
    assert said(refused) == f'admission webhook "judge.example.com" denied the request{words}'


async def test_the_request_says_everything(cluster: Served) -> None:
    async with judging(cluster, program.allow, "*") as hook:
        await cluster.call("POST", f"{MAPS}?dryRun=All&fieldManager=me", config_map(labels={"a": "b"}))
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


async def test_every_way_of_writing_is_asked_about(cluster: Served) -> None:
    apply = {"Content-Type": "application/apply-patch+yaml"}
    async with judging(cluster, program.allow, "configmaps") as hook:
        created = await cluster.call("POST", MAPS, config_map())
        await cluster.call("PUT", f"{MAPS}/a", created.body | {"data": {"a": "1"}})
        await cluster.call("PATCH", f"{MAPS}/a", {"data": {"a": "2"}}, headers=MERGE)
        await cluster.call("PATCH", f"{MAPS}/b?fieldManager=me", config_map("b"), headers=apply)
        await cluster.call("DELETE", f"{MAPS}/a")
        await cluster.call("DELETE", MAPS)
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


async def test_subresources_have_forms_of_their_own(cluster: Served) -> None:
    await cluster.client.create("nodes", {"metadata": {"name": "n"}})
    template = {"metadata": {"labels": {"a": "b"}}, "spec": pod()["spec"]}
    spec = {"selector": {"matchLabels": {"a": "b"}}, "template": template}
    await cluster.client.create("deployments.apps", {"metadata": {"name": "d"}, "spec": spec}, "default")
    deployment = "/apis/apps/v1/namespaces/default/deployments/d"
    eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "p"}}
    async with judging(cluster, program.allow, "*/*") as hook:
        await cluster.call("POST", PODS, pod())
        await cluster.call("POST", f"{PODS}/p/binding", {"metadata": {"name": "p"}, "target": {"name": "n"}})
        await cluster.call("PATCH", f"{PODS}/p/status", {"status": {"phase": "Running"}}, headers=MERGE)
        await cluster.call("PATCH", f"{deployment}/scale", {"spec": {"replicas": 3}}, headers=MERGE)
        await cluster.call("POST", f"{PODS}/p/eviction", eviction)
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


async def test_attaching_can_be_denied(cluster: Served) -> None:
    await cluster.call("POST", PODS, pod())
    async with judging(cluster, program.deny("attaching to pod 'p' is not allowed"), "pods/attach") as hook:
        refused = await cluster.call("GET", f"{PODS}/p/attach?stdin=true&container=c")
    assert said(refused).endswith("denied the request: attaching to pod 'p' is not allowed")
    [asked] = hook.asked
    assert (asked["operation"], asked["name"], asked["subResource"]) == ("CONNECT", "p", "attach")
    assert asked["object"] == {"kind": "PodAttachOptions", "apiVersion": "v1", "stdin": True, "container": "c"}


async def test_a_review_and_a_proxied_request_are_asked_about(cluster: Served) -> None:
    review = {"spec": {"resourceAttributes": {"verb": "get", "resource": "pods"}}}
    await cluster.call("POST", PODS, pod())
    async with judging(cluster, program.deny("no"), "selfsubjectaccessreviews", "pods/proxy") as hook:
        refused = await cluster.call("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review)
        proxied = await cluster.call("GET", f"{PODS}/p/proxy/some/path")
    assert (refused.status, proxied.status) == (400, 400)
    assert [(asked["operation"], asked["kind"]["kind"]) for asked in hook.asked] == [
        ("CREATE", "SelfSubjectAccessReview"),
        ("CONNECT", "PodProxyOptions"),
    ]
    assert hook.asked[1]["object"]["path"] == "/some/path"


async def test_an_older_webhook_is_asked_in_its_version(cluster: Served) -> None:
    def old(_: dict) -> dict:
        answer = program.patched({"op": "add", "path": "/data", "value": {"a": "1"}})
        return {name: value for name, value in answer.items() if name != "patchType"}

    async with judging(cluster, old, "configmaps", mode="Mutating", admissionReviewVersions=["v1beta1", "v1"]) as hook:
        made = await cluster.call("POST", MAPS, config_map())
    assert made.body["data"] == {"a": "1"}
    assert hook.versions == ["admission.k8s.io/v1beta1"]


async def test_a_namespace_or_an_object_is_exempted_by_its_labels(cluster: Served) -> None:
    exempt = [{"key": "skip", "operator": "DoesNotExist"}]
    await cluster.client.create("namespaces", {"metadata": {"name": "free", "labels": {"skip": "yes"}}})
    selectors = {"namespaceSelector": {"matchExpressions": exempt}, "objectSelector": {"matchExpressions": exempt}}
    async with judging(cluster, program.deny("no"), "*", **selectors):
        assert (await cluster.call("POST", MAPS, config_map())).status == 400
        assert (await cluster.call("POST", MAPS, config_map(labels={"skip": ""}))).status == 201
        assert (await cluster.call("POST", "/api/v1/namespaces/free/configmaps", config_map())).status == 201
        named = {"metadata": {"name": "other", "labels": {"skip": "x"}}}
        assert (await cluster.call("POST", "/api/v1/namespaces", named)).status == 201


async def test_scope_operations_and_versions_of_a_rule(cluster: Served) -> None:
    rule = {"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["*"], "scope": "Cluster"}
    async with judging(cluster, program.allow, rules=[rule]) as hook:
        await cluster.call("POST", MAPS, config_map())
        await cluster.call("POST", "/api/v1/namespaces", {"metadata": {"name": "x"}})
        await cluster.call("DELETE", "/api/v1/namespaces/x")
    assert [asked["kind"]["kind"] for asked in hook.asked] == ["Namespace"]
    assert hook.asked[0]["namespace"] == "x"


async def test_what_configures_webhooks_is_never_subject_to_them(cluster: Served) -> None:
    async with program.running(program.deny("no")) as hook:
        await configure(cluster, webhook(hook.client(), "*/*", name="a.b.c"))
        await configure(cluster, webhook(hook.client(), "*/*", name="a.b.c"), mode="Mutating")
        for mode in PATHS:
            assert (await cluster.call("DELETE", f"{PATHS[mode]}/hooks")).status == 200
    assert hook.asked == []


async def test_webhooks_change_an_object_in_order_of_their_names(cluster: Served) -> None:
    def stage(number: int) -> program.Answer:
        return lambda asked: program.patched(
            {"op": "add", "path": "/data", "value": {**asked["object"].get("data", {}), f"stage-{number}": "yes"}}
        )

    async with program.running(stage(1)) as first, program.running(stage(2)) as second:
        await configure(cluster, webhook(second.client(), "configmaps"), mode="Mutating", name="b")
        await configure(cluster, webhook(first.client(), "configmaps"), mode="Mutating", name="a")
        made = await cluster.call("POST", MAPS, config_map() | {"data": {"start": "yes"}})
    assert made.body["data"] == {"start": "yes", "stage-1": "yes", "stage-2": "yes"}
    assert second.asked[0]["object"]["data"] == {"start": "yes", "stage-1": "yes"}
    assert len(first.asked) == len(second.asked) == 1


async def test_a_mutated_pod_gets_defaults(cluster: Served) -> None:
    added = {"op": "add", "path": "/spec/initContainers", "value": [{"name": "init", "image": "python:3.13"}]}
    async with judging(cluster, patch(added), "pods", mode="Mutating") as hook:
        made = await cluster.call("POST", PODS, pod() | {"metadata": {"generateName": "web-"}})
    [init] = made.body["spec"]["initContainers"]
    assert init["terminationMessagePolicy"] == "File" and init["imagePullPolicy"] == "IfNotPresent"
    assert init["volumeMounts"], "plugins run again"
    assert made.body["metadata"]["name"].startswith("web-")
    assert "name" not in hook.asked[0] and "name" not in hook.asked[0]["object"]["metadata"]


async def test_a_webhook_is_asked_again_if_it_wants_and_the_object_has_changed(cluster: Served) -> None:
    label = {"op": "add", "path": "/metadata/labels", "value": {"late": "yes"}}
    async with program.running(program.allow) as early, program.running(patch(label)) as late:
        again = {"reinvocationPolicy": "IfNeeded"}
        await configure(
            cluster,
            webhook(early.client(), "configmaps", name="a.b.c", **again),
            webhook(late.client(), "configmaps", name="d.e.f"),
            mode="Mutating",
        )
        await cluster.call("POST", MAPS, config_map())
    assert [asked["object"]["metadata"].get("labels") for asked in early.asked] == [None, {"late": "yes"}]
    assert len(late.asked) == 1


async def test_a_patch_that_breaks_the_object_or_does_not_apply(cluster: Served) -> None:
    replace = {"op": "replace", "path": "/data/x", "value": "1"}
    async with judging(cluster, patch(replace), "configmaps", mode="Mutating") as hook:
        missing = await cluster.call("POST", MAPS, config_map())
        hook.answer = patch({"op": "add", "path": "/data", "value": 5})
        wrong = await cluster.call("POST", MAPS, config_map())
        hook.answer = patch({"op": "add", "path": "/metadata/labels", "value": {"a": "not a label!"}})
        invalid = await cluster.call("POST", MAPS, config_map())
    assert (missing.status, wrong.status, invalid.status) == (500, 500, 422)
    assert said(missing) == (
        "Internal error occurred: replace operation does not apply: doc is missing key: /data/x: missing value"
    )
    assert said(invalid).startswith('ConfigMap "a" is invalid: metadata.labels: Invalid value: "not a label!"')


async def test_dry_runs_need_a_webhook_without_side_effects(cluster: Served) -> None:
    async with judging(cluster, program.allow, "configmaps", sideEffects="NoneOnDryRun"):
        assert (await cluster.call("POST", f"{MAPS}?dryRun=All", config_map())).status == 201
    # Older configurations could say Some; nothing but the store lets one in any more.
    held = cluster.api.store.get("validatingwebhookconfigurations.admissionregistration.k8s.io", "", "hooks").obj
    [entry] = held["webhooks"]
    cluster.api.store.update(
        "validatingwebhookconfigurations.admissionregistration.k8s.io",
        held | {"webhooks": [entry | {"sideEffects": "Some"}], "metadata": dict(held["metadata"])},
    )
    refused = await cluster.call("POST", f"{MAPS}?dryRun=All", config_map())
    assert said(refused) == 'admission webhook "judge.example.com" does not support dry run'


async def test_warnings_reach_the_caller(cluster: Served) -> None:
    async with judging(cluster, lambda _: {"allowed": True, "warnings": ["think again"]}, "configmaps"):
        made = await cluster.call("POST", MAPS, config_map())
        gone = await cluster.call("DELETE", f"{MAPS}/a")
    assert made.headers["Warning"] == gone.headers["Warning"] == '299 - "think again"'


REFUSED = 'Internal error occurred: failed calling webhook "judge.example.com": '


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"uid": "x"}, 'received invalid webhook response: expected response.uid="'),
        ({"patch": "W10="}, "received invalid webhook response: validating webhook may not return response.patch"),
    ],
)
async def test_an_answer_that_is_none(cluster: Served, answer: dict, words: str) -> None:
    async with judging(cluster, lambda _: {"allowed": True} | answer, "configmaps"):
        refused = await cluster.call("POST", MAPS, config_map())
    assert refused.status == 500 and refused.body["reason"] == "InternalError"
    assert said(refused).startswith(REFUSED + words)


async def test_an_error_of_the_webhook_itself(cluster: Served) -> None:
    async with judging(cluster, lambda _: program.web.Response(status=500, text="boom"), "configmaps") as hook:
        refused = await cluster.call("POST", MAPS, config_map())
        hook.answer = lambda _: program.web.Response(status=404)
        missing = await cluster.call("POST", MAPS, config_map())
    error = 'an error on the server ("boom") has prevented the request from succeeding'
    assert said(refused) == f"{REFUSED}failed to call webhook: {error}"
    assert said(missing) == f"{REFUSED}failed to call webhook: the server could not find the requested resource"


async def test_a_webhook_that_is_gone(cluster: Served) -> None:
    async with judging(cluster, program.allow, "configmaps") as hook:
        pass
    url = f"https://127.0.0.1:{hook.port}/hook?timeout=10s"
    refused = await cluster.call("POST", MAPS, config_map())
    why = f"dial tcp 127.0.0.1:{hook.port}: connect: connection refused"
    assert said(refused) == f'{REFUSED}failed to call webhook: Post "{url}": {why}'
    ignore = [{"op": "add", "path": "/webhooks/0/failurePolicy", "value": "Ignore"}]
    patching = {"Content-Type": "application/json-patch+json"}
    await cluster.call("PATCH", f"{PATHS['Validating']}/hooks", ignore, headers=patching)
    assert (await cluster.call("POST", MAPS, config_map())).status == 201


async def test_certificates_are_verified(cluster: Served) -> None:
    async with program.running(program.allow) as hook:
        stranger = hook.client() | {"caBundle": program.bundle("127.0.0.2")}
        await configure(cluster, webhook(stranger, "configmaps"))
        unknown = await cluster.call("POST", MAPS, config_map())
        other = hook.client() | {"url": f"https://127.0.0.2:{hook.port}/hook"}
        await cluster.call("DELETE", f"{PATHS['Validating']}/hooks")
        async with program.running(program.allow, host="127.0.0.2") as elsewhere:
            other["url"] = f"https://127.0.0.2:{elsewhere.port}/hook"
            await configure(cluster, webhook(other, "configmaps"))
            wrong = await cluster.call("POST", MAPS, config_map())
    verify = "tls: failed to verify certificate: x509: "
    assert said(unknown).endswith(f"{verify}certificate signed by unknown authority")
    assert said(wrong).endswith(f"{verify}certificate is valid for 127.0.0.1, not 127.0.0.2")


async def test_a_webhook_is_waited_for_no_longer_than_it_says(cluster: Served) -> None:
    never = asyncio.Event()

    async def think(_: dict) -> dict:
        await never.wait()
        return {"allowed": True}

    async with judging(cluster, think, "configmaps", timeoutSeconds=1) as hook:
        refused = await cluster.call("POST", MAPS, config_map())
        never.set()
    url = f"https://127.0.0.1:{hook.port}/hook?timeout=1s"
    assert said(refused) == f'{REFUSED}failed to call webhook: Post "{url}": context deadline exceeded'


async def test_those_that_wait_wait_together_and_nobody_else_waits(cluster: Served) -> None:
    """The webhook answers nobody before all have asked, and something else has been written."""
    many, written, asked = 5, asyncio.Event(), asyncio.Event()

    async def think(_: dict) -> dict:
        if len(hook.asked) == many:
            asked.set()
        await written.wait()
        return {"allowed": True}

    async with judging(cluster, think, "configmaps", timeoutSeconds=30) as hook:
        waiting = [asyncio.create_task(cluster.call("POST", MAPS, config_map(f"m{n}"))) for n in range(many)]
        await asked.wait()
        assert (await cluster.call("POST", "/api/v1/namespaces", {"metadata": {"name": "x"}})).status == 201
        written.set()
        assert {answer.status for answer in await asyncio.gather(*waiting)} == {201}


async def test_an_object_that_changes_while_a_webhook_thinks(cluster: Served) -> None:
    await cluster.call("POST", MAPS, config_map())

    async def meddling(asked: dict) -> dict:
        if len(hook.asked) == 1:
            await cluster.call("PATCH", f"{MAPS}/a", {"data": {"other": "1"}}, headers=MERGE)
        return {"allowed": True}

    rule = {"operations": ["UPDATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"]}
    async with judging(cluster, meddling, rules=[rule]) as hook:
        changed = await cluster.call("PATCH", f"{MAPS}/a", {"data": {"mine": "1"}}, headers=MERGE)
    assert changed.body["data"] == {"other": "1", "mine": "1"}


async def test_a_caller_who_goes_leaves_nothing_behind(cluster: Served) -> None:
    started, never = asyncio.Event(), asyncio.Event()

    async def think(_: dict) -> dict:
        started.set()
        await never.wait()
        return {"allowed": True}

    async with judging(cluster, think, "configmaps"):
        task = asyncio.create_task(cluster.call("POST", MAPS, config_map()))
        await started.wait()
        task.cancel()
        await asyncio.sleep(0.05)
        assert not cluster.api.aside.locked()


async def test_nothing_is_waited_for_where_no_rule_fits(cluster: Served) -> None:
    async with judging(cluster, program.deny("no"), "secrets") as hook:
        assert (await cluster.call("POST", MAPS, config_map())).status == 201
    assert hook.asked == []


def service(**spec: object) -> dict:
    whole = {"ports": [{"port": 443}], "selector": {"app": "hook"}} | spec
    return {"metadata": {"name": "ingress-nginx-controller-admission", "namespace": "ingress-nginx"}, "spec": whole}


async def test_the_leftover_webhook_of_ingress_nginx(cluster: Served) -> None:
    where = {"namespace": "ingress-nginx", "name": "ingress-nginx-controller-admission"}
    name = "validate.nginx.ingress.kubernetes.io"
    entry = webhook({"service": where | {"path": "/networking/v1/ingresses"}}, "ingresses", name=name)
    await configure(cluster, entry)
    ingress = {"metadata": {"name": "i"}, "spec": {"defaultBackend": {"service": {"name": "s", "port": {"number": 1}}}}}
    path = "/apis/networking.k8s.io/v1/namespaces/default/ingresses"
    gone = await cluster.call("POST", path, ingress)
    await cluster.client.create("namespaces", {"metadata": {"name": "ingress-nginx"}})
    address = (await cluster.client.create("services", service(), "ingress-nginx"))["spec"]["clusterIP"]
    empty = await cluster.call("POST", path, ingress)
    await cluster.client.patch("services", where["name"], {"spec": {"ports": [{"port": 80}]}}, "ingress-nginx")
    closed = await cluster.call("POST", path, ingress)
    url = "https://ingress-nginx-controller-admission.ingress-nginx.svc:443/networking/v1/ingresses?timeout=10s"
    start = f'Internal error occurred: failed calling webhook "{name}": failed to call webhook: Post "{url}": '
    assert [answer.status for answer in (gone, empty, closed)] == [500, 500, 500]
    assert said(gone) == f'{start}service "ingress-nginx-controller-admission" not found'
    assert said(empty) == f"{start}dial tcp {address}:443: connect: connection refused"
    assert said(closed) == f'{start}no service port 443 found for service "ingress-nginx-controller-admission"'
    assert json.dumps(closed.body["details"]["causes"])


async def test_a_patch_that_makes_something_else_is_told_in_the_decoders_words(cluster: Served) -> None:
    labels = program.patch({"op": "add", "path": "/metadata/labels", "value": {"a": 7}})
    async with judging(cluster, labels, "configmaps", mode="Mutating"):
        refused = await cluster.call("POST", MAPS, config_map())
    why = "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string"
    assert (refused.status, said(refused)) == (500, f"Internal error occurred: {why}")
