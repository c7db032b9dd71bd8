"""The proxies of Pods, Services and nodes: every method and path goes on, and nothing of who asks."""

import json
import ssl
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from loopkube.api.proxying import pages
from loopkube.shared import addresses
from served import Served

ADDRESS = "127.244.0.9"
PODS, SERVICES = "/api/v1/namespaces/default/pods", "/api/v1/namespaces/default/services"
METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")


class Link:
    def reach(self, address: str, port: int) -> tuple[str, int]:
        return address, port


async def _echo(request: web.Request) -> web.StreamResponse:
    if request.path == "/page/":
        text = (
            '<!DOCTYPE html><a class="x" href="/rewriteme">a</a> 1 < 2 <img src="pic.png"><a href="//else.org/">b</a>'
        )
        return web.Response(text=text, content_type="text/html", headers={"Connection": "X-Own", "X-Own": "1"})
    if request.path == "/moved":
        return web.Response(status=302, headers={"Location": "/page/?a=1"})
    body = {"method": request.method, "path": request.raw_path, "body": await request.text()}
    return web.json_response(body | {"headers": {name.lower(): value for name, value in request.headers.items()}})


@pytest.fixture
async def proxied(served: Served) -> AsyncIterator[tuple[Served, int, int]]:
    """A Pod that answers in both schemes: (server, http port, https port)."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", _echo)
    runner = web.AppRunner(app)
    await runner.setup()
    ports = []
    for context in (None, served.credentials.tls()):
        if context:
            context.verify_mode = ssl.CERT_NONE
        site = web.TCPSite(runner, ADDRESS, 0, ssl_context=context)
        await site.start()
        ports.append(site._server.sockets[0].getsockname()[1])
    served.links["worker"] = Link()
    await served.client.create("nodes", {"metadata": {"name": "worker"}})
    await served.client.create("serviceaccounts", {"metadata": {"name": "default"}}, "default")
    container = {"name": "a", "image": "python:3.13", "ports": [{"containerPort": ports[0]}]}
    spec = {"nodeName": "worker", "containers": [container]}
    pod = await served.client.create("pods", {"metadata": {"name": "web"}, "spec": spec}, "default")
    await served.client.update("pods", pod | {"status": {"podIP": ADDRESS}}, subresource="status")
    named = [{"name": "http", "port": 80}, {"name": "tls", "port": 443}]
    await served.client.create("services", {"metadata": {"name": "web"}, "spec": {"ports": named}}, "default")
    await served.client.create("endpointslices.discovery.k8s.io", _slice(ADDRESS, ports), "default")
    yield served, ports[0], ports[1]
    await runner.cleanup()


def _slice(address: str, ports: list[int], service: str = "web") -> dict:
    named = [{"name": name, "port": port} for name, port in zip(("http", "tls"), ports, strict=True)]
    metadata = {"name": service, "labels": {"kubernetes.io/service-name": service}}
    endpoints = [{"addresses": [address], "conditions": {"ready": True}, "nodeName": "worker"}]
    return {"metadata": metadata, "addressType": "IPv4", "endpoints": endpoints, "ports": named}


@pytest.mark.parametrize("base", [f"{PODS}/web", f"{SERVICES}/web:http"])
async def test_every_method_reaches_a_pod_with_its_path_and_body(proxied: tuple, base: str) -> None:
    served, _, _ = proxied
    for method in METHODS:
        path = f"{base}/proxy/some/path%20with/{method}?a=1&b=%26"
        if method == "HEAD":
            async with served.session.head(path, headers=served.headers()) as response:
                assert response.status == 200
            continue
        sent = "sent" if method in ("POST", "PUT", "PATCH") else ""
        reply = await served.call(method, path, data=sent.encode() or None)
        assert reply.status == 200, (method, reply.text)
        expected = (method, f"/some/path%20with/{method}?a=1&b=%26", sent)
        assert (reply.body["method"], reply.body["path"], reply.body["body"]) == expected


async def test_schemes_and_ports_of_a_name(proxied: tuple) -> None:
    served, http, https = proxied
    names = [f"{PODS}/{name}" for name in ("web", f"web:{http}", f"http:web:{http}", f"https:web:{https}")]
    names += [
        f"{SERVICES}/{name}" for name in ("web:http", "web:80", "http:web:http", "https:web:tls", "https:web:443")
    ]
    for name in names:
        assert (await served.call("GET", f"{name}/proxy/x")).body["path"] == "/x", name


async def test_nothing_of_who_asks_goes_on(proxied: tuple) -> None:
    served, _, _ = proxied
    headers = {"X-Remote-User": "root", "Cookie": "a=b", "Connection": "X-Mine", "X-Mine": "1"}
    found = (await served.call("GET", f"{PODS}/web/proxy/x", headers=headers)).body["headers"]
    assert not found.keys() & {"authorization", "x-remote-user", "x-mine"}
    assert found["cookie"] == "a=b"
    assert found["x-forwarded-for"] == "127.0.0.1" and found["x-forwarded-uri"] == f"{PODS}/web/proxy/x"


async def test_links_lead_back_through_the_proxy(proxied: tuple) -> None:
    served, _, _ = proxied
    page = await served.call("GET", f"{PODS}/web/proxy/page/")
    assert f'<a class="x" href="{PODS}/web/proxy/rewriteme">a</a> 1 < 2 <img src="pic.png">' in page.text
    assert 'href="//else.org/"' in page.text and "X-Own" not in page.headers
    moved = await served.call("GET", f"{PODS}/web/proxy/moved", allow_redirects=False)
    assert (moved.status, moved.headers["Location"]) == (302, f"{PODS}/web/proxy/page/?a=1")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_proxy_without_a_path_is_moved_to_its_root(proxied: tuple, method: str) -> None:
    served, _, _ = proxied
    reply = await served.call(method, f"{PODS}/web/proxy?method={method}", allow_redirects=False)
    assert (reply.status, reply.headers["Location"]) == (301, f"{PODS}/web/proxy/?method={method}")
    assert (await served.call("POST", f"{PODS}/web/proxy?a=1")).body["path"] == "/?a=1"


@pytest.mark.parametrize(
    ("path", "code", "message"),
    [
        (f"{PODS}/none/proxy/", 404, 'pods "none" not found'),
        (
            f"{PODS}/web:1/proxy/",
            503,
            f"error trying to reach service: dial tcp {ADDRESS}:1: connect: connection refused",
        ),
        (f"{PODS}/ftp:web:1/proxy/", 400, 'invalid pod request "ftp:web:1"'),
        (f"{SERVICES}/web:81/proxy/", 503, 'no service port 81 found for service "web"'),
        (f"{SERVICES}/web:odd/proxy/", 503, 'no endpoints available for service "web:odd"'),
        (f"{SERVICES}/kubernetes:https/proxy/", 400, "address not allowed"),
    ],
)
async def test_whom_the_proxy_does_not_reach(proxied: tuple, path: str, code: int, message: str) -> None:
    served, _, _ = proxied
    reply = await served.call("GET", path)
    assert (reply.status, reply.body["message"]) == (code, message)


async def test_who_may_not_proxy_is_refused(proxied: tuple) -> None:
    served, _, _ = proxied
    reply = await served.call("GET", f"{PODS}/web/proxy/x", headers={"Impersonate-User": "ann"})
    assert reply.status == 403 and 'cannot get resource "pods/proxy"' in reply.body["message"]


async def test_what_a_node_answers(proxied: tuple) -> None:
    served, _, _ = proxied
    assert (await served.call("GET", "/api/v1/nodes/worker/proxy/healthz")).text == "ok"
    pods = json.loads((await served.call("GET", "/api/v1/nodes/worker:10250/proxy/pods/")).text)
    assert [pod["metadata"]["name"] for pod in pods["items"]] == ["web"]
    assert (await served.call("GET", "/api/v1/nodes/worker/proxy/none")).status == 404


def test_only_addresses_of_this_cluster_are_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "_first", 16)
    nodes, pods = addresses.own()
    assert (str(nodes), str(pods)) == ("127.18.0.16/28", "127.244.16.0/20")
    assert pages.rewritten("http://web:80/a", "/p", {"web:80"}) == "/p/a"
    assert pages.rewritten("http://other/a", "/p", {"web:80"}) == "http://other/a"
