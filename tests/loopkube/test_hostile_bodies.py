"""Bodies made to exhaust the server: each gets its 4xx at once, and the server goes on."""

import asyncio
import ssl
import time

import pytest
from loopkube.api import call, server
from served import Served

MAPS = "/api/v1/namespaces/default/configmaps"
BOMB = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    f"{n}: &{n} [{','.join([f'*{p}'] * 9)}]\n".encode() for p, n in zip("abcdefghi", "bcdefghij", strict=True)
)
BODIES = {
    "deep lists": (b"[" * 1_000_000, "application/json"),
    "deep objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "application/json"),
    "deep, and an object": (
        b'{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"},"data":' + b"[" * 900 + b"]" * 900 + b"}",
        "application/json",
    ),
    "deep yaml": (b"[" * 100_000, "application/yaml"),
    "deep yaml in one line": (b"- " * 100_000 + b"x", "application/yaml"),
    "deep yaml in lines": (b"".join(b" " * n + b"a:\n" for n in range(2000)), "application/yaml"),
    "a bomb of aliases": (BOMB, "application/yaml"),
    "an anchor that contains itself": (b"a: &a [*a]", "application/yaml"),
    "too large": (b'{"a":"' + b"x" * 4_000_000 + b'"}', "application/json"),
    "not a number": (b'{"metadata":{"name":"a"},"data":{"a":NaN}}', "application/json"),
    "half a character": (b'{"metadata":{"name":"a\xff"}}', "application/json"),
}


@pytest.mark.parametrize("name", BODIES)
async def test_it_is_refused_at_once(served: Served, name: str) -> None:
    data, media = BODIES[name]
    began = time.monotonic()
    answer = await served.call("POST", MAPS, data=data, headers={"Content-Type": media or "application/json"})
    assert 400 <= answer.status < 500, answer.text[:300]
    assert answer.body["kind"] == "Status"
    assert time.monotonic() - began < 3
    assert (await served.call("GET", "/readyz")).status == 200


async def test_few_aliases_are_as_good_as_none(served: Served) -> None:
    text = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: &l {app: web}}\ndata: *l\n"
    answer = await served.call("POST", MAPS, data=text, headers={"Content-Type": "application/yaml"})
    assert answer.status == 201 and answer.body["data"] == {"app": "web"}


async def test_half_a_character_is_replaced(served: Served) -> None:
    text = (
        b'{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"},"data":{"a":"x\\ud800y","b":"\\ud83d\\ude00"}}'
    )
    answer = await served.call("POST", MAPS, data=text, headers={"Content-Type": "application/json"})
    assert answer.status == 201 and answer.body["data"] == {"a": "x\ufffdy", "b": "\N{GRINNING FACE}"}


async def test_a_body_that_does_not_come_is_given_up(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call, "LONGEST_BODY", 0.1)
    context = ssl.create_default_context(cadata=served.credentials.ca)
    reader, writer = await asyncio.open_connection("127.0.0.1", served.server.port, ssl=context)
    head = f"POST {MAPS} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {served.credentials.admin_token}\r\n"
    writer.write(f"{head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{".encode())
    assert (await asyncio.wait_for(reader.readline(), 5)).startswith(b"HTTP/1.1 408")
    writer.close()


async def test_a_head_that_does_not_end_is_given_up(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first head of a connection, and the next one after an answer."""
    monkeypatch.setattr(server, "LONGEST_PAUSE", 0.2)
    brief = server.Server(served.api, served.credentials)
    await brief.start()
    context = ssl.create_default_context(cadata=served.credentials.ca)
    try:
        for before in ("", f"GET /version HTTP/1.1\r\nHost: localhost\r\n{_bearer(served)}\r\n\r\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", brief.port, ssl=context)
            writer.write(f"{before}GET {MAPS} HT".encode())
            answer = await asyncio.wait_for(reader.read(), 5)
            assert answer.startswith(b"HTTP/1.1 200") is bool(before)
            writer.close()
    finally:
        await brief.stop()


def _bearer(served: Served) -> str:
    return f"Authorization: Bearer {served.credentials.admin_token}"


async def test_many_silent_and_vanished_clients_cost_nothing(served: Served) -> None:
    """Watches that nobody reads, connections that say nothing or half a line: others are served as before."""
    context = ssl.create_default_context(cadata=served.credentials.ca)
    head = f"Host: localhost\r\nAuthorization: Bearer {served.credentials.admin_token}\r\n\r\n"
    opened = []
    for number in range(90):
        _, writer = await asyncio.open_connection("127.0.0.1", served.server.port, ssl=context)
        words = (f"GET {MAPS}?watch=1 HTTP/1.1\r\n{head}", f"GET {MAPS} HT", "")[number % 3]
        writer.write(words.encode())
        opened.append(writer)
    for writer in opened[::2]:
        writer.transport.abort()
    began = time.monotonic()
    for number in range(60):
        body = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": f"c{number}"},
            "data": {"a": "x" * 50_000},
        }
        assert (await served.call("POST", MAPS, body)).status == 201
    assert time.monotonic() - began < 10
    for writer in opened:
        writer.transport.abort()
    async with asyncio.timeout(5):
        while served.api.store._of("configmaps").subscribers:
            await asyncio.sleep(0.01)


DOUBLED = b",".join(b'"a%d":"x","a%d":"y"' % (n, n) for n in range(40_000))
MAP = b'{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"},"data":{%s}}'


async def test_many_doubled_fields_are_told_of_in_few_words(served: Served) -> None:
    """60,000 of them took 20 s, and each had a Warning header of its own."""
    began = time.monotonic()
    answer = await served.call("POST", MAPS, data=MAP % DOUBLED, headers={"Content-Type": "application/json"})
    assert answer.status == 201
    assert time.monotonic() - began < 5
    async with served.session.get(f"{MAPS}/a", headers=served.headers()) as found:
        assert found.status == 200
    said = await _warnings(served, MAP.replace(b'"a"', b'"b"') % DOUBLED)
    assert said[0] == '299 - "duplicate field \\"data.a0\\""'
    assert len(said) == 100


async def test_long_warnings_are_cut_off_and_counted(served: Served) -> None:
    fields = b",".join(b'"%s%d":"x"' % (b"u" * 400, n) for n in range(60))
    said = await _warnings(served, (MAP % b"")[:-1] + b"," + fields + b"}")
    assert [len(warning) for warning in said[:1]] == [len('299 - ""') + 256 + 1]  # one quote is escaped
    assert len(said) == 16


async def _warnings(served: Served, body: bytes) -> list[str]:
    headers = served.headers() | {"Content-Type": "application/json"}
    async with served.session.post(MAPS, data=body, headers=headers) as answer:
        assert answer.status == 201, await answer.text()
        return answer.headers.getall("Warning")


async def test_long_yaml_is_read_beside_the_loop(served: Served) -> None:
    text = "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\ndata:\n" + "".join(
        f" k{n}: v\n" for n in range(40_000)
    )
    longest, last = 0.0, time.thread_time()
    headers = {"Content-Type": "application/yaml"}
    sending = asyncio.create_task(served.call("POST", MAPS, data=text.encode(), headers=headers))
    while not sending.done():
        await asyncio.sleep(0.005)
        longest, last = max(longest, time.thread_time() - last), time.thread_time()
    assert (await sending).status == 201
    assert longest < 0.25
    assert (await served.call("POST", MAPS, data=text.encode() + b" k: !!int x\n", headers=headers)).status == 400


NUMBERS = ("9" * 30, "9" * 5000, "-" + "9" * 5000, "0" * 5000 + "1", "9223372036854775807", "-9223372036854775808")


@pytest.mark.parametrize("number", NUMBERS, ids=lambda n: n[:8] + str(len(n)))
async def test_numbers_beyond_all_measure(served: Served, number: str) -> None:
    asked = [
        ("GET", f"{MAPS}?resourceVersion={number}"),
        ("GET", f"{MAPS}?limit={number}"),
        ("GET", f"{MAPS}?watch=1&resourceVersion={number}&timeoutSeconds=1"),
        ("DELETE", f"{MAPS}/a?gracePeriodSeconds={number}"),
        ("GET", f"/api/v1/namespaces/default/pods/a/log?sinceSeconds={number}&tailLines={number}&limitBytes={number}"),
    ]
    for method, path in asked:
        answer = await served.call(method, path)
        own = answer.status == 504 and "Too large resource version" in answer.text
        assert answer.status < 500 or own, (path, answer.text)


@pytest.mark.parametrize("stamp", ["0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-12:00", "0000-01-01T00:00:00Z"])
async def test_times_at_the_end_of_time(served: Served, stamp: str) -> None:
    lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "a"}}
    lease["spec"] = {"renewTime": stamp}
    answer = await served.call("POST", "/apis/coordination.k8s.io/v1/namespaces/default/leases", lease)
    assert answer.status == 400


async def test_an_early_time_keeps_its_four_digits(served: Served) -> None:
    lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "a"}}
    lease["spec"] = {"renewTime": "0007-01-01T00:00:00Z"}
    answer = await served.call("POST", "/apis/coordination.k8s.io/v1/namespaces/default/leases", lease)
    assert answer.body["spec"]["renewTime"] == "0007-01-01T00:00:00.000000Z"


async def test_a_grace_period_longer_than_time(served: Served) -> None:
    await served.client.create("serviceaccounts", {"metadata": {"name": "default"}}, "default")
    spec = {"nodeName": "one", "terminationGracePeriodSeconds": 2**62, "containers": [{"name": "a", "image": "x"}]}
    pods = "/api/v1/namespaces/default/pods"
    made = await served.call("POST", pods, {"metadata": {"name": "a"}, "spec": spec})
    assert made.status == 201, made.text
    assert (await served.call("DELETE", f"{pods}/a")).body["metadata"]["deletionTimestamp"].startswith("9999-")
    assert (await served.call("DELETE", f"{pods}/a?gracePeriodSeconds=5")).status == 200
    options = {"gracePeriodSeconds": 2**63}
    refused = await served.call("DELETE", f"{pods}/a", options)
    assert refused.status == 400
    assert refused.body["message"] == (
        "json: cannot unmarshal number 9223372036854775808 into Go struct field "
        "DeleteOptions.gracePeriodSeconds of type int64"
    )


DEEP = b'{"metadata":{"annotations":{"x":%s}}}' % (b'{"a":' * 700 + b"1" + b"}" * 700)


@pytest.mark.parametrize("way", ["merge-patch+json", "strategic-merge-patch+json", "apply-patch+yaml"])
async def test_a_patch_that_goes_too_deep(served: Served, way: str) -> None:
    await served.call("POST", MAPS, {"metadata": {"name": "a"}})
    headers = {"Content-Type": f"application/{way}"}
    assert (await served.call("PATCH", f"{MAPS}/a?fieldManager=m", data=DEEP, headers=headers)).status in (400, 422)


async def test_a_selector_of_thousands_of_terms_ends(served: Served) -> None:
    for number in range(300):
        await served.client.create("configmaps", {"metadata": {"name": f"c{number}"}}, "default")
    terms = ",".join(f"!a{n}" for n in range(6000))
    began = time.monotonic()
    assert (await served.call("GET", f"{MAPS}?labelSelector={terms}")).status in (200, 400)
    assert time.monotonic() - began < 6
