"""Client certificates by CertificateSigningRequests: asked for, approved, signed, and used."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from loopkube.client.informer import Informers
from loopkube.controllers.certificates import CertificateSigningController
from loopkube.shared.clock import Clock
from served import Reply, Served

REQUESTS = "/apis/certificates.k8s.io/v1/certificatesigningrequests"
RESOURCE = "certificatesigningrequests.certificates.k8s.io"
MERGE = {"Content-Type": "application/merge-patch+json"}
APPROVED = {"type": "Approved", "status": "True", "reason": "Test", "message": "by a test"}
CLIENT = ["digital signature", "key encipherment", "client auth"]
KEY = ec.generate_private_key(ec.SECP256R1())
NODE = ("system:node:worker", "system:nodes")


def asked(name: str, *groups: str, dns: str = "") -> str:
    pairs = [(NameOID.COMMON_NAME, name), *((NameOID.ORGANIZATION_NAME, group) for group in groups)]
    subject = x509.Name([x509.NameAttribute(*pair) for pair in pairs])
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject)
    if dns:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(dns)]), critical=False)
    pem = builder.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    return base64.b64encode(pem).decode()


def request(name: str = "jane", request: str = "", signer: str = "kube-apiserver-client", **spec: object) -> dict:
    signer = signer if "/" in signer else f"kubernetes.io/{signer}"
    spec = {"request": request or asked("jane", "staff"), "signerName": signer, "usages": CLIENT} | spec
    return {"metadata": {"name": name}, "spec": spec}


@pytest.fixture
async def signing(served: Served) -> AsyncIterator[Served]:
    informers = Informers(served.client)
    controller = CertificateSigningController(served.client, informers, Clock(), served.credentials.sign)
    await controller.start()
    await controller.ready()
    yield served
    await controller.stop()
    await informers.stop()


async def create(served: Served, body: dict, **more: object) -> Reply:
    return await served.call("POST", REQUESTS, body, **more)


async def approve(served: Served, name: str = "jane", *conditions: dict, **more: object) -> Reply:
    body = {"status": {"conditions": list(conditions) or [APPROVED]}}
    headers = MERGE | more.pop("headers", {})
    return await served.call("PATCH", f"{REQUESTS}/{name}/approval", body, headers=headers, **more)


async def result(served: Served, name: str = "jane") -> dict:
    """The status once the signer has written it."""
    async with asyncio.timeout(5):
        while True:
            status = (await served.client.get(RESOURCE, name)).get("status", {})
            if status.get("certificate") or len(status.get("conditions", ())) > 1:
                return status
            await asyncio.sleep(0.005)


def session(served: Served, folder: Path, pem: bytes) -> aiohttp.ClientSession:
    """A client that has nothing but the certificate and its key."""
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "client.pem").write_bytes(pem + KEY.private_bytes(*form))
    context = ssl.create_default_context(cadata=served.credentials.ca)
    context.load_cert_chain(folder / "client.pem")
    return aiohttp.ClientSession(served.server.url, connector=aiohttp.TCPConnector(ssl=context))


async def test_an_issued_certificate_is_a_user_with_groups(signing: Served, tmp_path: Path) -> None:
    made = await create(signing, request(expirationSeconds=3600))
    assert made.status == 201 and made.body["spec"]["username"] == "kubernetes-admin"
    assert made.body["spec"]["groups"] == ["system:masters", "system:authenticated"]
    assert (await approve(signing)).body["status"]["conditions"][0].keys() >= {"lastUpdateTime", "lastTransitionTime"}
    pem = base64.b64decode((await result(signing))["certificate"])
    certificate = x509.load_pem_x509_certificate(pem)
    lasts = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert lasts == timedelta(hours=1, minutes=5)
    async with session(signing, tmp_path, pem) as client:
        async with client.post("/apis/authentication.k8s.io/v1/selfsubjectreviews", json={}) as response:
            user = (await response.json())["status"]["userInfo"]
        assert (user["username"], user["groups"]) == ("jane", ["staff", "system:authenticated"])
        assert user["extra"]["authentication.kubernetes.io/credential-id"][0].startswith("X509SHA256=")
        async with client.get("/api/v1/namespaces/default/configmaps") as response:
            assert response.status == 403 and 'User \\"jane\\" cannot list' in await response.text()
    assert (await signing.call("GET", REQUESTS, token="")).status == 403, "no certificate is needed"


async def test_a_certificate_of_another_authority_is_refused(served: Served, tmp_path: Path) -> None:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kubernetes-admin")])
    now = Clock().now()
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(KEY.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    pem = builder.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    async with session(served, tmp_path, pem) as client:
        with pytest.raises(aiohttp.ClientError):
            async with client.get("/api") as response:
                await response.read()


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (request(signer="kubelet-serving"), "subject organization is not system:nodes"),
        (request(request=asked(*NODE), signer="kubelet-serving"), "DNS or IP subjectAltName is required"),
        (
            request(request=asked(*NODE, dns="worker"), signer="kube-apiserver-client-kubelet"),
            "DNS subjectAltNames are not allowed",
        ),
        (request(usages=["server auth"]), "invalid usage for client certificate: server auth"),
        (request(usages=["digital signature"]), "missing required usage for client certificate: client auth"),
    ],
)
async def test_what_a_signer_does_not_sign_fails(signing: Served, body: dict, why: str) -> None:
    assert (await create(signing, body)).status == 201
    await approve(signing)
    failed = (await result(signing))["conditions"][1]
    assert (failed["type"], failed["reason"], failed["message"]) == ("Failed", "SignerValidationFailure", why)


async def test_a_kubelet_gets_both_its_certificates(signing: Served) -> None:
    serving = request("serving", asked(*NODE, dns="worker"), "kubelet-serving")
    serving["spec"]["usages"] = ["digital signature", "server auth"]
    for body in (request("client", asked(*NODE), "kube-apiserver-client-kubelet"), serving):
        assert (await create(signing, body)).status == 201
        await approve(signing, body["metadata"]["name"])
        assert (await result(signing, body["metadata"]["name"]))["certificate"]


async def test_other_signers_sign_themselves(signing: Served) -> None:
    await create(signing, request(signer="example.com/own"))
    await approve(signing)
    await asyncio.sleep(0.05)
    assert "certificate" not in (await signing.client.get(RESOURCE, "jane"))["status"]
    denied = await approve(signing, "jane", {"type": "Denied", "status": "True"})
    assert 'updates may not remove a condition of type "Approved"' in denied.body["message"]


async def test_every_operation_of_the_resource_and_its_parts(served: Served) -> None:
    for name in ("a", "b", "c"):
        await create(served, request(name, signer="example.com/e2e"))
    listed = f"{REQUESTS}?fieldSelector=spec.signerName%3Dexample.com/e2e"
    assert len((await served.call("GET", listed)).body["items"]) == 3
    patched = {"metadata": {"annotations": {"patched": "true"}}, "spec": {"signerName": "example.com/other"}}
    reply = await served.call("PATCH", f"{REQUESTS}/a", patched, headers=MERGE)
    assert reply.body["metadata"]["annotations"] == {"patched": "true"}
    assert reply.body["spec"]["signerName"] == "example.com/e2e", "the spec is kept as it was"
    for part in ("approval", "status"):
        assert (await served.call("GET", f"{REQUESTS}/a/{part}")).body["kind"] == "CertificateSigningRequest"
    first = await approve(served, "a", {"type": "ApprovalPatch", "status": "True", "reason": "e2e"})
    assert [c["type"] for c in first.body["status"]["conditions"]] == ["ApprovalPatch"]
    first.body["status"]["conditions"].append(APPROVED)
    second = await served.call("PUT", f"{REQUESTS}/a/approval", first.body)
    assert [c["type"] for c in second.body["status"]["conditions"]] == ["ApprovalPatch", "Approved"]
    pem = base64.b64encode(served.credentials.ca.encode()).decode()
    signed = await served.call("PATCH", f"{REQUESTS}/a/status", {"status": {"certificate": pem}}, headers=MERGE)
    assert signed.body["status"]["certificate"] == pem
    signed.body["status"]["conditions"].append({"type": "StatusUpdate", "status": "True", "reason": "e2e"})
    third = await served.call("PUT", f"{REQUESTS}/a/status", signed.body)
    assert [c["type"] for c in third.body["status"]["conditions"]][-1] == "StatusUpdate"
    assert (await served.call("DELETE", f"{REQUESTS}/a")).status == 200
    assert (await served.call("DELETE", listed)).status == 200
    assert (await served.call("GET", listed)).body["items"] == []


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (request(request="bm8="), "PEM block type must be CERTIFICATE REQUEST"),
        (request(usages=[]), "spec.usages: Required value"),
        (
            request(usages=["flying"]),
            'spec.usages[0]: Unsupported value: "flying": supported values: "any", "cert sign"',
        ),
        (request(usages=["any", "any"]), 'spec.usages[1]: Duplicate value: "any"'),
        (request(signer="nobody.com/a/b"), "must be a fully qualified domain and path of the form"),
        (request(signer="local/a"), "should be a domain with at least two segments separated by dots"),
        (request(expirationSeconds=5), "may not specify a duration less than 600 seconds (10 minutes)"),
        (
            request(request=asked("root", "system:masters")),
            "use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed",
        ),
    ],
)
async def test_a_request_that_makes_no_sense_is_refused(served: Served, body: dict, why: str) -> None:
    reply = await create(served, body)
    assert reply.status in (403, 422) and why in reply.body["message"]


async def test_a_certificate_and_an_approval_are_written_where_they_belong(served: Served) -> None:
    await create(served, request())
    status = f"{REQUESTS}/jane/status"
    reply = await served.call("PATCH", status, {"status": {"conditions": [APPROVED]}}, headers=MERGE)
    assert 'updates may not add a condition of type "Approved"' in reply.body["message"]
    both = await approve(served, "jane", APPROVED, {"type": "Denied", "status": "True"})
    assert "Approved and Denied conditions are mutually exclusive" in both.body["message"]
    no = await approve(served, "jane", {"type": "Approved", "status": "False"})
    assert 'status.conditions[0].status: Unsupported value: "False": supported values: "True"' in no.body["message"]
    bad = await served.call("PATCH", status, {"status": {"certificate": "bm8="}}, headers=MERGE)
    assert "must contain at least one CERTIFICATE PEM block" in bad.body["message"]


async def test_approving_and_signing_need_a_verb_on_the_signer(served: Served) -> None:
    await create(served, request(signer="example.com/own"))
    rules = [{"apiGroups": ["certificates.k8s.io"], "resources": ["*"], "verbs": ["get", "update", "patch"]}]
    await served.client.create("clusterroles.rbac.authorization.k8s.io", {"metadata": {"name": "r"}, "rules": rules})
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "r"}
    subjects = [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "ann"}]
    binding = {"metadata": {"name": "r"}, "roleRef": reference, "subjects": subjects}
    await served.client.create("clusterrolebindings.rbac.authorization.k8s.io", binding)
    ann = {"headers": {"Impersonate-User": "ann"}}
    refused = await approve(served, "jane", APPROVED, **ann)
    assert (refused.status, refused.body["message"]) == (
        403,
        f'{RESOURCE} "jane" is forbidden: user not permitted to approve requests with signerName "example.com/own"',
    )
    failed = {"status": {"conditions": [{"type": "Failed", "status": "True"}]}}
    headers = MERGE | ann["headers"]
    refused = await served.call("PATCH", f"{REQUESTS}/jane/status", failed, headers=headers)
    assert 'user not permitted to sign requests with signerName "example.com/own"' in refused.body["message"]
    allowed = [{"apiGroups": ["certificates.k8s.io"], "resources": ["signers"], "verbs": ["approve"]}]
    allowed[0]["resourceNames"] = ["example.com/*"]
    await served.client.patch("clusterroles.rbac.authorization.k8s.io", "r", {"rules": rules + allowed})
    assert (await approve(served, "jane", APPROVED, **ann)).status == 200
