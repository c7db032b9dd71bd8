"""The folder's objects on their way to a side: moved, stood in for, and given a class of the side's own."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from ingress_lab.lessons.certificates.issuing import authority
from labcore.clusters import Entry
from labtools.migrate.replay import asking, client_certificates, moving, stand_in, stand_ins
from labtools.migrate.replay.asking import Asker
from labtools.migrate.replay.client_certificates import BETWEEN, DIRECT
from labtools.migrate.replay.request import STAND_IN, Request

NGINX = "nginx.ingress.kubernetes.io/"


def ingress(service: str = "web", port: object = 80, namespace: str = "", **annotations: str) -> dict:
    key = "name" if isinstance(port, str) else "number"
    backend = {"service": {"name": service, "port": {key: port}}}
    meta = {"name": service, "annotations": {NGINX + n.replace("_", "-"): v for n, v in annotations.items()}}
    return {
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
        "metadata": meta | ({"namespace": namespace} if namespace else {}),
        "spec": {"ingressClassName": "nginx", "rules": [{"http": {"paths": [{"path": "/", "backend": backend}]}}]},
    }  # fmt: skip


def services(*objects: dict) -> dict[str, list[dict]]:
    return {s["metadata"]["name"]: s["spec"]["ports"] for s in stand_ins.services(objects, "default")}


def test_one_namespace_becomes_the_sides_and_several_keep_their_names() -> None:
    assert moving.namespaces([ingress()], "nginx") == {"default": "migrate-nginx"}
    assert moving.namespaces([ingress(), ingress(namespace="shop")], "nginx") == {
        "default": "migrate-nginx-default", "shop": "migrate-nginx-shop",
    }  # fmt: skip


def test_what_names_a_namespace_follows_it_and_what_the_server_added_goes() -> None:
    obj = ingress(namespace="shop", auth_secret="shop/users", rewrite_target="/") | {"status": {}}
    obj["metadata"] |= {"resourceVersion": "7", "uid": "u"}
    (made,) = moving.moved([obj, {"kind": "Deployment", "metadata": {"name": "web"}}], {"shop": "migrate-nginx"})
    assert made["metadata"] == {
        "name": "web", "namespace": "migrate-nginx",
        "annotations": {NGINX + "auth-secret": "migrate-nginx/users", NGINX + "rewrite-target": "/"},
    }  # fmt: skip
    assert "status" not in made


def test_a_class_of_its_own_replaces_both_ways_of_naming_one() -> None:
    obj = ingress() | {}
    obj["metadata"]["annotations"]["kubernetes.io/ingress.class"] = "nginx"
    (by_field,) = moving.with_class([obj], "own")
    (by_annotation,) = moving.with_class([obj], "own", by_annotation=True)
    assert (by_field["spec"]["ingressClassName"], by_field["metadata"]["annotations"]) == ("own", {})
    assert "ingressClassName" not in by_annotation["spec"]
    assert by_annotation["metadata"]["annotations"] == {"kubernetes.io/ingress.class": "own"}


def test_services_are_stood_in_for_with_the_ports_that_are_named() -> None:
    own = {"kind": "Service", "metadata": {"name": "api"}, "spec": {"ports": [{"name": "http", "port": 8080}]}}
    found = services(ingress("web", 80), ingress("web", 81), ingress("api", "http"), ingress("old", "admin"), own)
    assert [(p["name"], p["port"]) for p in found["web"]] == [("port-80", 80), ("port-81", 81)]
    assert [(p["name"], p["port"]) for p in found["api"]] == [("http", 8080)]
    assert [(p["name"], p["port"]) for p in found["old"]] == [("admin", 80)]
    targets = [p["targetPort"] for ports in found.values() for p in ports]
    assert len(set(targets)) == len(targets)


def test_secrets_that_nobody_has_are_made() -> None:
    obj = ingress(auth_secret="users", auth_type="basic")
    obj["spec"]["tls"] = [{"hosts": ["a.example.com"], "secretName": "cert"}, {"hosts": ["b"], "secretName": "there"}]
    there = {"kind": "Secret", "metadata": {"name": "there"}}
    asked: list[tuple[str, ...]] = []
    made = stand_ins.secrets([obj, there], lambda names: asked.append(names) or (b"crt", b"key", b"ca"))
    assert [secret["metadata"]["name"] for secret in made] == ["cert", "users"]
    assert ("a.example.com",) in asked
    assert made[1]["stringData"]["auth"].startswith("replay:{SHA}")


@pytest.fixture(scope="module")
def asker() -> Iterator[Asker]:
    """The program itself, in a thread."""
    server = stand_in.Server(("127.0.0.1", 0), stand_in.Handler)
    stand_in.SERVICES[str(server.server_port)] = "web"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield Asker(Entry("127.0.0.1", server.server_port, server.server_port))
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_stand_in_says_what_it_saw(asker: Asker) -> None:
    seen = asker.ask(Request("http://a.example.com/x//%2F?q", "", method="POST", headers=(("X-Own", "1"),), body=5))
    assert (seen.status, seen.application, seen.path, seen.method) == (200, "web", "/x//%2F?q", "POST")
    assert (seen.host, seen.received) == ("a.example.com", (("x-own", "1"),))


def test_a_stand_in_answers_as_a_request_tells_it(asker: Asker) -> None:
    told = "status=503; location=/y; set-cookie=a=1%3B Path=/; header-size=10"
    seen = asker.ask(Request("http://a.example.com/", "", headers=((STAND_IN, told),)))
    assert (seen.status, seen.application, seen.location, seen.cookies) == (503, "web", "/y", ("a; Path=/",))


def test_one_pod_can_be_told_what_to_answer(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stand_in, "NUMBER", "1")
    statuses = [asker.ask(Request("http://a.b/", "", headers=((STAND_IN, f"status-{n}=503"),))).status for n in "12"]
    assert statuses == [503, 200]
    made = stand_ins.program("n", [], [], lambda names: (b"", b"", b""))
    pods = [obj["spec"]["template"] for obj in made if obj["kind"] == "Deployment"]
    numbers = [env["value"] for pod in pods for env in pod["spec"]["containers"][0]["env"] if env["name"] == "NUMBER"]
    assert numbers == [pod["metadata"]["labels"]["number"] for pod in pods] == ["1", "2"]


def test_the_first_of_several_may_say_more(asker: Asker) -> None:
    request = Request("http://a.b/", "", times=3, first=((STAND_IN, "status=503"),))
    assert dict(asker.ask(request).counts) == {"503 web": 1, "200 web": 2}


def test_a_body_in_halves_is_seen_as_pieces(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "PAUSE", 0.1)
    monkeypatch.setattr(stand_in, "DRIP", 0.05)
    told = ((STAND_IN, "time-body=yes"),)
    for slowly, came in ((True, "in pieces"), (False, "at once")):
        seen = asker.ask(Request("http://a.b/", "", method="POST", headers=told, body=2000, slowly=slowly))
        assert dict(seen.received)["x-body-came"] == came


def test_a_client_may_lose_its_patience_and_a_service_may_be_deaf(asker: Asker) -> None:
    late = Request("http://a.b/", "", headers=((STAND_IN, "sleep=0.3"),), within=0.1)
    assert asker.ask(late).error == "no answer in time"
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    kept = stand_in.deaf(port)
    assert (
        Asker(Entry("127.0.0.1", port, port)).ask(Request("http://a.b/", "", within=0.1)).error == "no answer in time"
    )
    for each in kept:
        each.close()


def test_a_client_certificate_may_have_authorities_between() -> None:
    ca = authority("Replay CA")
    asked = [Request("https://a.b/", "", certificate=name) for name in (DIRECT, BETWEEN, "")]
    with client_certificates.made(ca, asked) as files:
        found = {name: Path(file).read_text().count("BEGIN CERTIFICATE") for name, file in files.items()}
    assert found == {DIRECT: 1, BETWEEN: 3} and not any(Path(file).exists() for file in files.values())


def test_a_service_keeps_the_affinity_that_it_has() -> None:
    own = {"kind": "Service", "metadata": {"name": "web"}, "spec": {"sessionAffinity": "ClientIP", "ports": []}}
    made = {s["metadata"]["name"]: s["spec"] for s in stand_ins.services([ingress("web"), own], "default")}
    assert made["web"]["sessionAffinity"] == "ClientIP" and "sessionAffinity" not in made[stand_ins.PERMISSION]


def test_permission_is_given_and_refused_as_told(asker: Asker) -> None:
    told = ((STAND_IN, "auth=403"),)
    assert asker.ask(Request("http://a.example.com/permission", "", headers=told)).status == 403
    assert asker.ask(Request("http://a.example.com/", "", headers=told)).status == 200


def test_a_head_request_says_who_answered_too(asker: Asker) -> None:
    assert asker.ask(Request("http://a.example.com/", "", method="HEAD")).application == "web"


def test_many_requests_are_counted(asker: Asker) -> None:
    for together in (False, True):
        assert asker.ask(Request("http://a.example.com/", "", times=6, together=together)).counts == (("200 web", 6),)


def test_nobody_there_is_an_answer_too() -> None:
    assert Asker(Entry("127.0.0.1", 9, 9)).ask(Request("http://a.example.com/", "")).error == "connection refused"
