"""Admission webhooks that answer badly, late or not at all, and callers who go or come between."""

import asyncio

import pytest
import webhook_program as program
from served import Served
from webhook_calls import MAPS, MERGE, config_map, configure, judging, said
from webhook_program import PATHS, webhook

REFUSED = 'Internal error occurred: failed calling webhook "judge.example.com": '


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"uid": "x"}, 'received invalid webhook response: expected response.uid="'),
        ({"patch": "W10="}, "received invalid webhook response: validating webhook may not return response.patch"),
    ],
)
async def test_an_answer_that_is_none(serving: Served, answer: dict, words: str) -> None:
    async with judging(serving, lambda _: {"allowed": True} | answer, "configmaps"):
        refused = await serving.call("POST", MAPS, config_map())
    assert refused.status == 500 and refused.body["reason"] == "InternalError"
    assert said(refused).startswith(REFUSED + words)


async def test_an_error_of_the_webhook_itself(serving: Served) -> None:
    async with judging(serving, lambda _: program.web.Response(status=500, text="boom"), "configmaps") as hook:
        refused = await serving.call("POST", MAPS, config_map())
        hook.answer = lambda _: program.web.Response(status=404)
        missing = await serving.call("POST", MAPS, config_map())
    error = 'an error on the server ("boom") has prevented the request from succeeding'
    assert said(refused) == f"{REFUSED}failed to call webhook: {error}"
    assert said(missing) == f"{REFUSED}failed to call webhook: the server could not find the requested resource"


async def test_a_webhook_that_is_gone(serving: Served) -> None:
    async with judging(serving, program.allow, "configmaps") as hook:
        pass
    url = f"https://127.0.0.1:{hook.port}/hook?timeout=10s"
    refused = await serving.call("POST", MAPS, config_map())
    why = f"dial tcp 127.0.0.1:{hook.port}: connect: connection refused"
    assert said(refused) == f'{REFUSED}failed to call webhook: Post "{url}": {why}'
    ignore = [{"op": "add", "path": "/webhooks/0/failurePolicy", "value": "Ignore"}]
    patching = {"Content-Type": "application/json-patch+json"}
    await serving.call("PATCH", f"{PATHS['Validating']}/hooks", ignore, headers=patching)
    assert (await serving.call("POST", MAPS, config_map())).status == 201


async def test_certificates_are_verified(serving: Served) -> None:
    async with program.running(program.allow) as hook:
        stranger = hook.client() | {"caBundle": program.bundle("127.0.0.2")}
        await configure(serving, webhook(stranger, "configmaps"))
        unknown = await serving.call("POST", MAPS, config_map())
        other = hook.client() | {"url": f"https://127.0.0.2:{hook.port}/hook"}
        await serving.call("DELETE", f"{PATHS['Validating']}/hooks")
        async with program.running(program.allow, host="127.0.0.2") as elsewhere:
            other["url"] = f"https://127.0.0.2:{elsewhere.port}/hook"
            await configure(serving, webhook(other, "configmaps"))
            wrong = await serving.call("POST", MAPS, config_map())
    verify = "tls: failed to verify certificate: x509: "
    assert said(unknown).endswith(f"{verify}certificate signed by unknown authority")
    assert said(wrong).endswith(f"{verify}certificate is valid for 127.0.0.1, not 127.0.0.2")


async def test_a_webhook_is_waited_for_no_longer_than_it_says(serving: Served) -> None:
    never = asyncio.Event()

    async def think(_: dict) -> dict:
        await never.wait()
        return {"allowed": True}

    async with judging(serving, think, "configmaps", timeoutSeconds=1) as hook:
        refused = await serving.call("POST", MAPS, config_map())
        never.set()
    url = f"https://127.0.0.1:{hook.port}/hook?timeout=1s"
    assert said(refused) == f'{REFUSED}failed to call webhook: Post "{url}": context deadline exceeded'


async def test_those_that_wait_wait_together_and_nobody_else_waits(serving: Served) -> None:
    """The webhook answers nobody before all have asked, and something else has been written."""
    many, written, asked = 5, asyncio.Event(), asyncio.Event()

    async def think(_: dict) -> dict:
        if len(hook.asked) == many:
            asked.set()
        await written.wait()
        return {"allowed": True}

    async with judging(serving, think, "configmaps", timeoutSeconds=30) as hook:
        waiting = [asyncio.create_task(serving.call("POST", MAPS, config_map(f"m{n}"))) for n in range(many)]
        await asked.wait()
        assert (await serving.call("POST", "/api/v1/namespaces", {"metadata": {"name": "x"}})).status == 201
        written.set()
        assert {answer.status for answer in await asyncio.gather(*waiting)} == {201}


async def test_an_object_that_changes_while_a_webhook_thinks(serving: Served) -> None:
    await serving.call("POST", MAPS, config_map())

    async def meddling(asked: dict) -> dict:
        if len(hook.asked) == 1:
            await serving.call("PATCH", f"{MAPS}/a", {"data": {"other": "1"}}, headers=MERGE)
        return {"allowed": True}

    rule = {"operations": ["UPDATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"]}
    async with judging(serving, meddling, rules=[rule]) as hook:
        changed = await serving.call("PATCH", f"{MAPS}/a", {"data": {"mine": "1"}}, headers=MERGE)
    assert changed.body["data"] == {"other": "1", "mine": "1"}


async def test_a_caller_who_goes_leaves_nothing_behind(serving: Served) -> None:
    started, never = asyncio.Event(), asyncio.Event()

    async def think(_: dict) -> dict:
        started.set()
        await never.wait()
        return {"allowed": True}

    async with judging(serving, think, "configmaps") as hook:
        task = asyncio.create_task(serving.call("POST", MAPS, config_map()))
        await started.wait()
        task.cancel()
        async with asyncio.timeout(5):  # half of the time that the webhook has
            while not hook.connections[0].is_closing():
                await asyncio.sleep(0.01)
        assert not serving.api.aside.locked()
    assert (await serving.call("GET", f"{MAPS}/a")).status == 404


def service(**spec: object) -> dict:
    whole = {"ports": [{"port": 443}], "selector": {"app": "hook"}} | spec
    return {"metadata": {"name": "ingress-nginx-controller-admission", "namespace": "ingress-nginx"}, "spec": whole}


async def test_the_leftover_webhook_of_ingress_nginx(serving: Served) -> None:
    where = {"namespace": "ingress-nginx", "name": "ingress-nginx-controller-admission"}
    name = "validate.nginx.ingress.kubernetes.io"
    entry = webhook({"service": where | {"path": "/networking/v1/ingresses"}}, "ingresses", name=name)
    await configure(serving, entry)
    ingress = {"metadata": {"name": "i"}, "spec": {"defaultBackend": {"service": {"name": "s", "port": {"number": 1}}}}}
    path = "/apis/networking.k8s.io/v1/namespaces/default/ingresses"
    gone = await serving.call("POST", path, ingress)
    await serving.client.create("namespaces", {"metadata": {"name": "ingress-nginx"}})
    address = (await serving.client.create("services", service(), "ingress-nginx"))["spec"]["clusterIP"]
    empty = await serving.call("POST", path, ingress)
    await serving.client.patch("services", where["name"], {"spec": {"ports": [{"port": 80}]}}, "ingress-nginx")
    closed = await serving.call("POST", path, ingress)
    url = "https://ingress-nginx-controller-admission.ingress-nginx.svc:443/networking/v1/ingresses?timeout=10s"
    start = f'Internal error occurred: failed calling webhook "{name}": failed to call webhook: Post "{url}": '
    assert [answer.status for answer in (gone, empty, closed)] == [500, 500, 500]
    assert said(gone) == f'{start}service "ingress-nginx-controller-admission" not found'
    assert said(empty) == f"{start}dial tcp {address}:443: connect: connection refused"
    assert said(closed) == f'{start}no service port 443 found for service "ingress-nginx-controller-admission"'
    for answer in (gone, empty, closed):
        assert f"Internal error occurred: {answer.body['details']['causes'][0]['message']}" == said(answer)
