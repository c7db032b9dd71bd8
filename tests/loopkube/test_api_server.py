"""The API over HTTPS: the gate, the forms of answers, and that no input makes it fail."""

import asyncio
import json
import socket
import ssl

import pytest
from loopkube.api import watch_stream
from served import Served
from yarl import URL

CONFIGS = "/api/v1/namespaces/default/configmaps"


async def make(served: Served, name: str, **more: object) -> dict:
    reply = await served.call("POST", CONFIGS, {"metadata": {"name": name}, **more})
    assert reply.status == 201, reply.text
    return reply.body


async def test_it_listens_on_loopback_only_and_speaks_tls(served: Served) -> None:
    assert served.server.url.startswith("https://127.0.0.1:")
    context = ssl.create_default_context(cadata=served.credentials.ca)
    for name in ("127.0.0.1", "localhost", "kubernetes.default.svc"):
        _, writer = await asyncio.open_connection("127.0.0.1", served.server.port, ssl=context, server_hostname=name)
        writer.close()
    with socket.socket() as outside:
        outside.bind(("127.0.0.2", served.server.port))


async def test_who_is_let_in(served: Served) -> None:
    assert (await served.call("GET", CONFIGS, token="")).status == 403
    assert (await served.call("GET", CONFIGS, token="wrong")).status == 401
    assert (await served.call("GET", "/version", token="")).status == 200
    assert (await served.call("GET", "/readyz", token="")).text == "ok"
    verbose = (await served.call("GET", "/livez?verbose", token="")).text
    assert verbose.startswith("[+]ping ok\n") and verbose.endswith("livez check passed\n")
    assert (await served.call("GET", "/api", token="")).status == 403


@pytest.mark.parametrize("path", ["/version", "/apis", CONFIGS, f"{CONFIGS}/none", "/apis/none/v1/things"])
async def test_answers_end_their_line(served: Served, path: str) -> None:
    """As Go's encoder does; clients compare whole bodies."""
    assert (await served.call("GET", path)).text.endswith("}\n" if "/none/" not in path else "page not found\n")


@pytest.mark.parametrize(
    ("host", "status"), [("localhost", 200), ("127.0.0.1:1", 200), ("evil.example", 403), ("", 403)]
)
async def test_only_names_of_this_machine_are_served(served: Served, host: str, status: int) -> None:
    assert (await served.call("GET", CONFIGS, headers={"Host": host})).status == status


async def test_acting_for_somebody_else(served: Served) -> None:
    as_robot = {"Impersonate-User": "system:serviceaccount:default:robot"}
    refused = await served.call("GET", CONFIGS, headers=as_robot)
    assert refused.status == 403
    assert 'User "system:serviceaccount:default:robot" cannot list' in refused.body["message"]
    admins = {"Impersonate-User": "jane", "Impersonate-Group": "system:masters"}
    assert (await served.call("GET", CONFIGS, headers=admins)).status == 200
    await served.client.create("serviceaccounts", {"metadata": {"name": "robot"}}, "default")
    token = (await served.call("POST", "/api/v1/namespaces/default/serviceaccounts/robot/token", {"spec": {}})).body
    robot = token["status"]["token"]
    refused = await served.call("GET", CONFIGS, token=robot, headers={"Impersonate-User": "jane"})
    assert 'cannot impersonate resource "users"' in refused.body["message"]


async def test_an_identity_is_taken_on_part_by_part(served: Served) -> None:
    review = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
    identity = {
        "Impersonate-User": "jane",
        "Impersonate-Group": "dev",
        "Impersonate-Uid": "u-9",
        "Impersonate-Extra-Reason": "drill",
    }
    who = (await served.call("POST", review, {}, headers=identity)).body
    assert who["status"]["userInfo"] == {
        "username": "jane",
        "groups": ["dev", "system:authenticated"],
        "uid": "u-9",
        "extra": {"reason": ["drill"]},
    }
    for nobody in ("Impersonate-Group", "IMPERSONATE-UID", "impersonate-extra-reason"):
        assert (await served.call("GET", CONFIGS, headers={nobody: "dev"})).status == 400
    assert (await served.call("GET", CONFIGS, headers={"X-Impersonate-Group": "dev"})).status == 200


async def test_nobody_grants_what_they_do_not_hold(served: Served) -> None:
    group = "rbac.authorization.k8s.io"
    subject = {"apiGroup": group, "kind": "User", "name": "jane"}
    admin = {"apiGroup": group, "kind": "ClusterRole", "name": "admin"}
    owns = {"metadata": {"name": "jane"}, "roleRef": admin, "subjects": [subject]}
    await served.client.create(f"rolebindings.{group}", owns, "default")
    path, jane = f"/apis/{group}/v1/namespaces/default", {"Impersonate-User": "jane"}
    rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]
    held = {"metadata": {"name": "held"}, "rules": rules}
    assert (await served.call("POST", f"{path}/roles", held, headers=jane)).status == 201
    rules[0]["resources"] = ["pods", "nodes"]
    more = await served.call("POST", f"{path}/roles", held | {"metadata": {"name": "more"}}, headers=jane)
    assert more.status == 403 and "attempting to grant RBAC permissions not currently held" in more.body["message"]
    assert more.body["message"].endswith('not currently held:\n{APIGroups:[""], Resources:["nodes"], Verbs:["get"]}')
    wider = {"Content-Type": "application/merge-patch+json"} | jane
    assert (await served.call("PATCH", f"{path}/roles/held", {"rules": rules}, headers=wider)).status == 403
    everything = owns | {"metadata": {"name": "all"}, "roleRef": admin | {"name": "cluster-admin"}}
    assert (await served.call("POST", f"{path}/rolebindings", everything, headers=jane)).status == 403
    own = {"apiGroup": group, "kind": "Role", "name": "held"}
    bound = owns | {"metadata": {"name": "ok"}, "roleRef": own}
    assert (await served.call("POST", f"{path}/rolebindings", bound, headers=jane)).status == 201
    may_bind = {"metadata": {"name": "binder"}, "rules": [{"apiGroups": [group], "resources": ["clusterroles"]}]}
    may_bind["rules"][0] |= {"verbs": ["bind"], "resourceNames": ["cluster-admin"]}
    await served.client.create(f"roles.{group}", may_bind, "default")
    binder = owns | {"metadata": {"name": "binder"}, "roleRef": own | {"name": "binder"}}
    await served.client.create(f"rolebindings.{group}", binder, "default")
    assert (await served.call("POST", f"{path}/rolebindings", everything, headers=jane)).status == 201


async def test_a_binding_may_be_posted_by_itself(served: Served) -> None:
    await served.client.create("serviceaccounts", {"metadata": {"name": "default"}}, "default")
    spec = {"containers": [{"name": "app", "image": "python:3"}]}
    await served.client.create("pods", {"metadata": {"name": "p"}, "spec": spec}, "default")
    binding = {"metadata": {"name": "p"}, "target": {"kind": "Node", "name": "n1"}}
    assert (await served.call("POST", "/api/v1/namespaces/default/bindings", binding)).status == 201
    assert (await served.client.get("pods", "p", "default"))["spec"]["nodeName"] == "n1"


async def test_a_client_that_does_not_read_is_let_go(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_stream, "_PATIENCE", 0.05)
    text = "x" * 500_000
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", served.server.port, ssl=ssl.create_default_context(cadata=served.credentials.ca), limit=1024
    )
    token = served.credentials.admin_token
    watch = f"GET {CONFIGS}?watch=1 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n"
    writer.write(watch.encode())
    await reader.readline()
    subscribers = len(served.api.store._of("configmaps").subscribers)
    async with asyncio.timeout(10):
        for number in range(100):
            if len(served.api.store._of("configmaps").subscribers) < subscribers:
                break
            await make(served, f"c{number}", data={"x": text})
            await asyncio.sleep(0.02)
        else:
            pytest.fail("the watch is still there")
    writer.transport.abort()


async def test_a_service_account_by_its_token(served: Served) -> None:
    await served.client.create("serviceaccounts", {"metadata": {"name": "robot"}}, "default")
    path = "/api/v1/namespaces/default/serviceaccounts/robot"
    short = await served.call("POST", f"{path}/token", {"spec": {"expirationSeconds": 5}})
    assert short.status == 422 and "may not specify a duration less than 10 minutes" in short.text
    token = (await served.call("POST", f"{path}/token", {"spec": {}})).body["status"]["token"]
    assert (await served.call("GET", CONFIGS, token=token)).status == 403
    assert (await served.call("GET", "/apis", token=token)).status == 200
    who = await served.call("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", {}, token=token)
    assert who.body["status"]["userInfo"]["username"] == "system:serviceaccount:default:robot"
    await served.client.delete("serviceaccounts", "robot", "default")
    assert (await served.call("GET", CONFIGS, token=token)).status == 401


async def test_reviews(served: Served) -> None:
    can = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    attributes = {"verb": "get", "resource": "pods", "namespace": "default"}
    reply = await served.call("POST", can, {"spec": {"resourceAttributes": attributes}})
    assert (reply.status, reply.body["status"]) == (201, {"allowed": True})
    subject = {"user": "jane", "resourceAttributes": attributes}
    reply = await served.call("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", {"spec": subject})
    assert reply.body["status"] == {"allowed": False}
    assert (await served.call("POST", can, {"spec": {}})).status == 400
    rules = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
    reply = await served.call("POST", rules, {"spec": {"namespace": "default"}})
    assert reply.body["status"]["resourceRules"][0]["verbs"] == ["*"]
    tokens = "/apis/authentication.k8s.io/v1/tokenreviews"
    reply = await served.call("POST", tokens, {"spec": {"token": served.credentials.admin_token}})
    assert reply.body["status"]["user"]["username"] == "kubernetes-admin"
    reply = await served.call("POST", tokens, {"spec": {"token": "x"}})
    assert "authenticated" not in reply.body["status"]
    assert (await served.call("GET", can)).status == 405


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/json", "ConfigMapList"),
        ("application/vnd.kubernetes.protobuf,application/json", "ConfigMapList"),
        ("application/json;as=Table;v=v1;g=meta.k8s.io,application/json", "Table"),
        ("application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json", "Table"),
        ("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1", "PartialObjectMetadataList"),
        ("application/json;as=Nonsense;g=meta.k8s.io;v=v1,application/json", "ConfigMapList"),
        ("text/html;q=0.9,*/*;q=0.1", "ConfigMapList"),
    ],
)
async def test_forms_of_a_list(served: Served, accept: str, kind: str) -> None:
    await make(served, "a", data={"x": "y"})
    reply = await served.call("GET", CONFIGS, headers={"Accept": accept})
    assert (reply.status, reply.body["kind"]) == (200, kind)


@pytest.mark.parametrize("accept", ["application/vnd.kubernetes.protobuf", "image/png", "application/json;as=Table"])
async def test_forms_that_are_not_served(served: Served, accept: str) -> None:
    reply = await served.call("GET", CONFIGS, headers={"Accept": accept})
    assert (reply.status, reply.body["reason"]) == (406, "NotAcceptable")


async def test_yaml_and_metadata_of_one_object(served: Served) -> None:
    await make(served, "a", data={"x": "y"})
    text = (await served.call("GET", f"{CONFIGS}/a", headers={"Accept": "application/yaml"})).text
    assert text.startswith("kind: ConfigMap\napiVersion: v1\n")
    partial = {"Accept": "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"}
    body = (await served.call("GET", f"{CONFIGS}/a", headers=partial)).body
    assert body["kind"] == "PartialObjectMetadata" and "data" not in body


async def test_items_of_built_in_kinds_carry_no_kind(served: Served) -> None:
    await make(served, "a")
    item = (await served.call("GET", CONFIGS)).body["items"][0]
    assert "kind" not in item and "apiVersion" not in item and item["metadata"]["name"] == "a"


async def test_warnings_are_told(served: Served) -> None:
    reply = await served.call("POST", CONFIGS, {"metadata": {"name": "a"}, "nope": 1, "nope2\n": 1})
    assert reply.headers["Warning"].startswith('299 - "unknown field')


async def lines(served: Served, path: str) -> list[dict]:
    async with served.session.get(path, headers=served.headers()) as response:
        assert response.status == 200
        return [json.loads(line) for line in (await response.read()).splitlines()]


async def test_watches(served: Served) -> None:
    first = await make(served, "a")
    await make(served, "b")
    version = first["metadata"]["resourceVersion"]
    found = await lines(served, f"{CONFIGS}?watch=1&timeoutSeconds=1&resourceVersion={version}")
    assert [(e["type"], e["object"]["metadata"]["name"], e["object"]["kind"]) for e in found] == [
        ("ADDED", "b", "ConfigMap")
    ]
    found = await lines(served, f"{CONFIGS}?watch=1&timeoutSeconds=1&resourceVersion=1")
    assert (found[0]["type"], found[0]["object"]["code"]) == ("ERROR", 410)


async def test_a_table_watch_tells_its_columns_once(served: Served) -> None:
    await make(served, "a")
    await make(served, "b")
    table = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"}
    url = f"{CONFIGS}?watch=1&timeoutSeconds=1"
    async with served.session.get(url, headers=served.headers() | table) as response:
        found = [json.loads(line)["object"] for line in (await response.read()).splitlines()]
    assert [bool(t["columnDefinitions"]) for t in found] == [True, False]
    assert [t["rows"][0]["cells"][0] for t in found] == ["a", "b"]


async def test_a_watch_ends_with_its_client(served: Served) -> None:
    subscribers = served.api.store._of("secrets").subscribers
    response = await served.session.get("/api/v1/secrets?watch=1", headers=served.headers())
    assert len(served.api.store._of("secrets").subscribers) == len(subscribers) + 1
    response.close()
    async with asyncio.timeout(5):
        while len(served.api.store._of("secrets").subscribers) > len(subscribers):
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("method", "path", "data", "type", "status"),
    [
        ("POST", CONFIGS, b"{", "application/json", 400),
        ("POST", CONFIGS, b"\xff\xfe", "application/json", 400),
        ("POST", CONFIGS, b"null", "application/json", 400),
        ("POST", CONFIGS, b"[1]", "application/yaml", 400),
        ("POST", CONFIGS, b'{"metadata": []}', "application/json", 400),
        ("POST", CONFIGS, b'{"metadata": {"name": 5}}', "application/json", 400),
        ("POST", CONFIGS, b'{"metadata": {"name": "a", "labels": {"a": null}}}', "application/json", 201),
        ("POST", CONFIGS, b'{"metadata": null}', "application/json", 422),
        ("POST", CONFIGS, b"k8s\x00", "application/vnd.kubernetes.protobuf", 400),
        ("POST", CONFIGS, b"k8s\x00\xff", "application/vnd.kubernetes.protobuf", 400),
        ("POST", CONFIGS, b"{}", "application/xml", 415),
        ("PATCH", f"{CONFIGS}/a", b"{", "application/merge-patch+json", 404),
        ("PATCH", f"{CONFIGS}/base", b"{", "application/merge-patch+json", 400),
        ("PATCH", f"{CONFIGS}/base", b"[]", "application/merge-patch+json", 400),
        ("PATCH", f"{CONFIGS}/base", b'[{"op": "dance"}]', "application/json-patch+json", 422),
        ("PATCH", f"{CONFIGS}/base", b'"x"', "application/strategic-merge-patch+json", 400),
        ("PATCH", f"{CONFIGS}/base?fieldManager=m", b"x: [", "application/apply-patch+yaml", 400),
        ("PATCH", f"{CONFIGS}/base", b'{"metadata": null}', "application/merge-patch+json", 400),
        ("DELETE", f"{CONFIGS}/base", b"[", "application/json", 400),
        ("DELETE", f"{CONFIGS}/base", b'{"gracePeriodSeconds": "x"}', "application/json", 400),
        ("DELETE", f"{CONFIGS}/base", b'{"propagationPolicy": "Maybe"}', "application/json", 422),
        ("DELETE", f"{CONFIGS}/base", b'{"kind": "Pod"}', "application/json", 400),
        ("GET", f"{CONFIGS}?limit=many", b"", "", 400),
        ("GET", f"{CONFIGS}?limit=99999999999999999999", b"", "", 400),
        ("GET", f"{CONFIGS}?continue=%00", b"", "", 400),
        ("GET", f"{CONFIGS}?watch=1&timeoutSeconds=soon", b"", "", 400),
        ("POST", f"{CONFIGS}?dryRun=Some", b"{}", "application/json", 422),
        ("POST", f"{CONFIGS}?fieldValidation=Sometimes", b"{}", "application/json", 422),
        ("GET", f"{CONFIGS}/%2e%2e", b"", "", 404),
        ("GET", f"{CONFIGS}/a%2fb", b"", "", 404),
        ("GET", f"{CONFIGS}/%ff", b"", "", 404),
        ("GET", "/api/v1/namespaces/default/pods/none/log", b"", "", 404),
        ("GET", "//api//v1/configmaps", b"", "", 200),
        ("GET", "/api/v1/namespaces/default/nodes", b"", "", 404),
        ("GET", "/api/v1/configmaps/base", b"", "", 404),
        ("DELETE", "/api/v1/namespaces", b"", "", 405),
        ("POST", "/api/v1/configmaps", b"{}", "application/json", 405),
        ("OPTIONS", CONFIGS, b"", "", 405),
        ("PUT", "/version", b"", "", 405),
        ("GET", "/api/v1/namespaces/default/pods/none/attach", b"", "", 404),
        ("GET", "/apis/apps/v1/namespaces/default/deployments/x/rollback", b"", "", 404),
    ],
)
async def test_any_input_gets_an_answer(
    served: Served, method: str, path: str, data: bytes, type: str, status: int
) -> None:
    await make(served, "base")
    url = URL(served.server.url + path, encoded=True)
    headers = served.headers() | ({"Content-Type": type} if type else {})
    async with served.session.request(method, url, data=data, headers=headers) as response:
        text = await response.text()
        assert response.status == status, text
        assert "Traceback" not in text
        if status >= 400 and "json" in response.content_type:
            assert json.loads(text)["code"] == status


async def test_a_body_that_is_too_large(served: Served) -> None:
    reply = await served.call("POST", CONFIGS, {"metadata": {"name": "big"}, "data": {"x": "y" * (3 * 1024 * 1024)}})
    assert (reply.status, reply.body["reason"]) == (413, "RequestEntityTooLarge")


async def test_protobuf_bodies_are_read(served: Served) -> None:
    raw = b"\x0a\x03\x0a\x01p" + b"\x12\x0a\x0a\x03key\x12\x03val"
    body = b"k8s\x00\x0a\x0f\x0a\x02v1\x12\x09ConfigMap" + b"\x12" + bytes([len(raw)]) + raw
    headers = {"Content-Type": "application/vnd.kubernetes.protobuf"}
    reply = await served.call("POST", CONFIGS, data=body, headers=headers)
    assert (reply.status, reply.body["data"]) == (201, {"key": "val"})


async def test_a_definition_makes_a_kind_and_takes_it_away(served: Served) -> None:
    version = {
        "served": True,
        "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
    }
    definition = {
        "metadata": {"name": "kettles.example.com"},
        "spec": {
            "group": "example.com",
            "scope": "Namespaced",
            "names": {"plural": "kettles", "singular": "kettle", "kind": "Kettle"},
            "versions": [version | {"name": "v1", "storage": True}, version | {"name": "v1beta1", "storage": False}],
        },
    }
    crds, kettles = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", "namespaces/default/kettles"
    assert (await served.call("POST", crds, definition)).status == 201
    async with asyncio.timeout(5):
        while (await served.call("GET", "/apis/example.com/v1")).status != 200:
            await asyncio.sleep(0.01)
    kettle = {"apiVersion": "example.com/v1beta1", "kind": "Kettle", "metadata": {"name": "k"}, "spec": {"litres": 2}}
    assert (await served.call("POST", f"/apis/example.com/v1beta1/{kettles}", kettle)).status == 201
    for version in ("v1", "v1beta1"):
        one = (await served.call("GET", f"/apis/example.com/{version}/{kettles}/k")).body
        many = (await served.call("GET", f"/apis/example.com/{version}/{kettles}")).body
        assert one["apiVersion"] == many["items"][0]["apiVersion"] == many["apiVersion"] == f"example.com/{version}"
    patched = await served.call(
        "PATCH",
        f"/apis/example.com/v1/{kettles}/k",
        {"spec": {"litres": 3}},
        headers={"Content-Type": "application/merge-patch+json"},
    )
    assert (patched.status, patched.body["metadata"]["generation"]) == (200, 2)
    assert (await served.call("DELETE", f"{crds}/kettles.example.com")).status == 200
    async with asyncio.timeout(5):
        while (await served.call("GET", f"{crds}/kettles.example.com")).status != 404:
            await asyncio.sleep(0.01)
    assert (await served.call("GET", f"/apis/example.com/v1/{kettles}")).status == 404


async def test_an_unexpected_failure_is_a_status_and_no_trace(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise ValueError("a fault inside")

    monkeypatch.setattr(served.api, "list", fail)
    reply = await served.call("GET", CONFIGS)
    assert (reply.status, reply.body["reason"]) == (500, "InternalError") and "Traceback" not in reply.text


async def test_stopping_twice_is_harmless(served: Served) -> None:
    await served.server.stop()
    await served.server.stop()
