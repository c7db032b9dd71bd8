"""Another API server behind an APIService: looked after, told of in discovery, and handed what is asked of it."""

import asyncio
import base64
import json
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from loopkube.api import bootstrap, certificates, issued_certificates
from loopkube.shared.clock import Clock
from loopkube.shared.status import ApiError
from served import Reply, Served
from webhook_program import free_port

ADDRESS = "127.244.0.9"
PLACE = "/apis/wardle.example.com/v1alpha1"
RESOURCE = "apiservices.apiregistration.k8s.io"
NAME = "v1alpha1.wardle.example.com"
AGGREGATED = {"Accept": "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"}
VERBS = ["create", "get", "list"]
FLUNDERS = {"name": "flunders", "singularName": "flunder", "namespaced": True, "kind": "Flunder", "verbs": VERBS}
DOCUMENT = {"kind": "APIResourceList", "groupVersion": "wardle.example.com/v1alpha1", "resources": [FLUNDERS]}

ANSWERED = {"status": 200}
SLICES = "endpointslices.discovery.k8s.io"


async def _answer(request: web.Request) -> web.StreamResponse:
    if request.path == PLACE:
        return web.json_response(DOCUMENT, status=ANSWERED["status"])
    shown = request.transport.get_extra_info("peercert") if request.transport else None
    told = [[name.lower(), value] for name, value in request.headers.items()]
    body = {"kind": "Flunder", "path": request.path_qs, "headers": told, "shown": str(shown)}
    return web.json_response(body | {"body": await request.text()}, headers={"Location": "/left/as/it/is"})


def _certified(ca: dict[str, str]) -> bytes:
    """A certificate and its key, for the name of the Service."""
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([x509.DNSName("kubernetes-sample.default.svc")])
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    signed = request.add_extension(names, critical=True).sign(key, hashes.SHA256())
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    usages = ["digital signature", "server auth"]
    certificate = issued_certificates.signed(ca, signed, usages, None, Clock().now())
    return certificate.encode() + key.private_bytes(*form)


@pytest.fixture
async def extended(served: Served, tmp_path: Path) -> AsyncIterator[tuple[Served, str]]:
    """A cluster with a Service whose one endpoint is an API server; (cluster, its caBundle)."""
    bootstrap.publish(served.api, served.server.aggregator.settings(served.credentials.ca))
    settings = (await served.client.get("configmaps", "extension-apiserver-authentication", "kube-system"))["data"]
    ca = certificates.authority(Clock().now())
    (tmp_path / "pair.pem").write_bytes(_certified(ca))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "pair.pem")
    context.load_verify_locations(cadata=settings["requestheader-client-ca-file"])
    context.verify_mode = ssl.CERT_REQUIRED
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", _answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, ADDRESS, 0, ssl_context=context)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    await served.client.create("services", {"metadata": {"name": "kubernetes-sample"}, "spec": _ports()}, "default")
    metadata = {"name": "a", "labels": {"kubernetes.io/service-name": "kubernetes-sample"}}
    ends = {"endpoints": [{"addresses": [ADDRESS]}], "ports": [{"name": "", "port": port}]}
    await served.client.create(SLICES, {"metadata": metadata, "addressType": "IPv4"} | ends, "default")
    yield served, base64.b64encode(ca["ca.crt"].encode()).decode()
    await runner.cleanup()


def _ports() -> dict:
    return {"ports": [{"port": 443}]}


def service(bundle: str = "", name: str = "kubernetes-sample", **spec: object) -> dict:
    spec |= {"caBundle": bundle} if bundle else {"insecureSkipTLSVerify": True}
    place = {"group": "wardle.example.com", "version": "v1alpha1", "groupPriorityMinimum": 2000, "versionPriority": 200}
    return {"metadata": {"name": NAME}, "spec": place | {"service": {"namespace": "default", "name": name}} | spec}


async def condition(served: Served, reason: str) -> dict:
    async with asyncio.timeout(5):
        while True:
            status = (await served.client.get(RESOURCE, NAME)).get("status", {})
            found = next(iter(status.get("conditions") or ()), {})
            if found.get("reason") == reason:
                return found
            await asyncio.sleep(0.005)


async def ask(served: Served, path: str, **more: object) -> Reply:
    return await served.call("GET", path, **more)


async def test_its_group_is_discovered_while_it_is_registered(extended: tuple[Served, str]) -> None:
    served, _ = extended
    await served.client.create(RESOURCE, service())
    assert (await condition(served, "Passed"))["message"] == "all checks passed"
    groups = {group["name"]: group for group in (await ask(served, "/apis")).body["groups"]}
    assert groups["wardle.example.com"]["preferredVersion"]["version"] == "v1alpha1"
    items = {item["metadata"]["name"]: item for item in (await ask(served, "/apis", headers=AGGREGATED)).body["items"]}
    (resource,) = items["wardle.example.com"]["versions"][0]["resources"]
    assert (resource["resource"], resource["verbs"]) == ("flunders", VERBS)
    assert (await ask(served, PLACE)).body == DOCUMENT
    await served.client.delete(RESOURCE, NAME)
    async with asyncio.timeout(5):
        while "wardle.example.com" in (await ask(served, "/apis")).text:
            await asyncio.sleep(0.005)
    assert (await ask(served, f"{PLACE}/flunders")).status == 404


async def test_a_request_arrives_with_who_asks_and_without_their_token(extended: tuple[Served, str]) -> None:
    served, _ = extended
    await served.client.create(RESOURCE, service())
    await condition(served, "Passed")
    path = f"{PLACE}/namespaces/default/flunders"
    reply = await served.call("POST", f"{path}?dryRun=All", {"a": 1}, headers={"X-Remote-User": "root"})
    told = reply.body["headers"]
    assert reply.body["path"] == f"{path}?dryRun=All" and json.loads(reply.body["body"]) == {"a": 1}
    assert [value for name, value in told if name == "x-remote-user"] == ["kubernetes-admin"]
    groups = [value for name, value in told if name == "x-remote-group"]
    assert groups == ["system:masters", "system:authenticated"]
    assert not [name for name, _ in told if name == "authorization"]
    assert "front-proxy-client" in reply.body["shown"] and reply.headers["Location"] == "/left/as/it/is"


async def test_who_may_not_is_refused_here(extended: tuple[Served, str]) -> None:
    served, _ = extended
    await served.client.create(RESOURCE, service())
    await condition(served, "Passed")
    reply = await ask(served, f"{PLACE}/namespaces/default/flunders", headers={"Impersonate-User": "ann"})
    cannot = 'cannot list resource "flunders" in API group "wardle.example.com"'
    assert reply.status == 403 and cannot in reply.body["message"]


async def test_its_certificate_is_judged_by_the_bundle(extended: tuple[Served, str]) -> None:
    served, bundle = extended
    await served.client.create(RESOURCE, service(base64.b64encode(served.credentials.ca.encode()).decode()))
    told = await condition(served, "FailedDiscoveryCheck")
    assert told["message"].endswith("x509: certificate signed by unknown authority")
    unavailable = await ask(served, f"{PLACE}/flunders")
    assert (unavailable.status, unavailable.text) == (503, "service unavailable\n")
    await served.client.patch(RESOURCE, NAME, {"spec": {"caBundle": bundle}})
    await condition(served, "Passed")
    assert (await ask(served, f"{PLACE}/flunders")).status == 200


@pytest.mark.parametrize(
    ("name", "port", "reason", "message"),
    [
        ("none", 443, "ServiceNotFound", 'service/none in "default" is not present'),
        ("empty", 444, "ServicePortError", 'service/empty in "default" is not listening on port 444'),
        ("empty", 443, "EndpointsNotFound", 'cannot find endpointslices for service/empty in "default"'),
        (
            "waits",
            443,
            "MissingEndpoints",
            'endpointslices for service/waits in "default" have no addresses with port name ""',
        ),
    ],
)
async def test_what_it_lacks_is_told(served: Served, name: str, port: int, reason: str, message: str) -> None:
    for each in ("empty", "waits"):
        await served.client.create("services", {"metadata": {"name": each}, "spec": _ports()}, "default")
    metadata = {"name": "a", "labels": {"kubernetes.io/service-name": "waits"}}
    ends = {"endpoints": [{"addresses": [ADDRESS], "conditions": {"ready": False}}], "ports": [{"name": "", "port": 1}]}
    await served.client.create(SLICES, {"metadata": metadata, "addressType": "IPv4"} | ends, "default")
    place = {"service": {"namespace": "default", "name": name, "port": port}}
    await served.client.create(RESOURCE, service(**place))
    told = await condition(served, reason)
    assert (told["status"], told["message"]) == ("False", message)


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (404, "bad status from {url}: 404"),
        (0, 'Get "{url}": dial tcp {host}:443: connect: connection refused'),
    ],
)
async def test_a_server_that_does_not_tell_what_it_serves(
    extended: tuple[Served, str], monkeypatch: pytest.MonkeyPatch, status: int, why: str
) -> None:
    served, _ = extended
    host = (await served.client.get("services", "kubernetes-sample", "default"))["spec"]["clusterIP"]
    monkeypatch.setitem(ANSWERED, "status", status)
    if not status:
        await served.client.patch(SLICES, "a", {"ports": [{"name": "", "port": free_port()}]}, "default")
    await served.client.create(RESOURCE, service())
    url = f"https://{host}:443{PLACE}"
    told = await condition(served, "FailedDiscoveryCheck")
    assert told["message"] == f"failing or missing response from {url}: {why.format(url=url, host=host)}"


async def test_a_group_of_this_server_is_available_at_once(served: Served) -> None:
    spec = {"group": "wardle.example.com", "version": "v1alpha1", "groupPriorityMinimum": 1, "versionPriority": 1}
    made = await served.client.create(RESOURCE, {"metadata": {"name": NAME}, "spec": spec})
    told = made["status"]["conditions"][0]
    assert told.pop("lastTransitionTime") == made["metadata"]["creationTimestamp"]
    message = "Local APIServices are always available"
    assert told == {"type": "Available", "status": "True", "reason": "Local", "message": message}
    changed = made | {"status": {"conditions": [{"type": "Available", "status": "Perhaps"}]}}
    with pytest.raises(ApiError, match=r'status\.conditions.0.\.status: Unsupported value: "Perhaps"'):
        await served.client.update(RESOURCE, changed, subresource="status")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (
            {"version": "v2"},
            f'metadata.name: Invalid value: "{NAME}": must be `spec.version+"."+spec.group`',
        ),
        (
            {"groupPriorityMinimum": 0},
            "spec.groupPriorityMinimum: Invalid value: 0: must be positive and less than",
        ),
        (
            {"caBundle": "YQ=="},
            "spec.insecureSkipTLSVerify: Invalid value: true: may not be true if caBundle is",
        ),
        ({"service": {"namespace": "", "name": "a"}}, "spec.service.namespace: Required value"),
        (
            {"service": {"namespace": "n", "name": "a", "port": 70000}},
            "spec.service.port: Invalid value: 70000: port is not valid: must be between 1 and 65535, inclusive",
        ),
        ({"version": "1a"}, 'spec.version: Invalid value: "1a": a DNS-1035 label must consist of'),
        ({"group": "A_b"}, 'spec.group: Invalid value: "A_b": a lowercase RFC 1123 subdomain'),
        ({"group": ""}, "spec.group: Required value: only v1 may have an empty group and it better be legacy kube"),
        (
            {"service": None, "insecureSkipTLSVerify": False, "caBundle": "YWJj"},
            'spec.caBundle: Invalid value: "3 bytes": local APIServices may not have a caBundle',
        ),
    ],
)
async def test_an_api_service_that_makes_no_sense_is_refused(served: Served, changes: dict, why: str) -> None:
    body = service()
    body["spec"] |= changes
    reply = await served.call("POST", "/apis/apiregistration.k8s.io/v1/apiservices", body)
    assert reply.status == 422 and why in reply.body["message"]
