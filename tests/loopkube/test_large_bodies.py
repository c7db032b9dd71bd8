"""Bodies as large as the API takes them: nobody else waits for them, and what etcd would refuse is refused.

`held_loops` fails the run when one of them holds the loop.
"""

import asyncio
import time

import orjson
import pytest
from loopkube.api import aside
from loopkube.kinds.shared import patience
from served import Served

PODS, MAPS = "/api/v1/namespaces/default/pods", "/api/v1/namespaces/default/configmaps"
INGRESSES = "/apis/networking.k8s.io/v1/namespaces/default/ingresses"
ROLES = "/apis/rbac.authorization.k8s.io/v1/clusterroles"
TOO_LARGE = {
    "kind": "Status",
    "apiVersion": "v1",
    "metadata": {},
    "status": "Failure",
    "message": "etcdserver: request is too large",
    "code": 500,
}
MANY = "y" * 262_000


def pod(containers: list[dict]) -> bytes:
    return orjson.dumps({"metadata": {"name": "a"}, "spec": {"containers": containers}})


BODIES = {
    "containers": (PODS, pod([{"name": f"c{n}", "image": "x"} for n in range(50_000)]), 500),
    "empty containers": (PODS, pod([{}] * 5000), 422),
    "few empty containers": (PODS, pod([{}] * 2000), 422),
    "variables": (PODS, pod([{"name": "a", "image": "x", "env": [{"name": f"E{n}"} for n in range(90_000)]}]), 500),
    "rules": (
        INGRESSES,
        orjson.dumps({"metadata": {"name": "a"}, "spec": {"rules": [{"host": f"h{n}.x"} for n in range(60_000)]}}),
        201,
    ),
    "doubled keys": (
        MAPS,
        b'{"metadata":{"name":"a"},"data":{%b}}' % b",".join(b'"a%d":"x","a%d":"y"' % (n, n) for n in range(110_000)),
        500,
    ),
}


@pytest.fixture
async def cluster(served: Served) -> Served:
    await served.client.create("serviceaccounts", {"metadata": {"name": "default"}}, "default")
    return served


@pytest.mark.parametrize("name", BODIES)
async def test_others_do_not_wait_for_it(cluster: Served, name: str) -> None:
    path, body, status = BODIES[name]
    sending = asyncio.create_task(cluster.call("POST", path, data=body, headers={"Content-Type": "application/json"}))
    longest = 0.0
    while not sending.done():
        began = time.monotonic()
        assert (await cluster.call("GET", "/readyz")).status == 200
        longest = max(longest, time.monotonic() - began)
        await asyncio.sleep(0.005)
    answer = await sending
    assert answer.status == status, answer.text[:300]
    if status == 500:
        assert answer.body == TOO_LARGE
    assert longest < 1


async def test_a_large_object_is_answered_in_yaml(cluster: Served) -> None:
    data = {f"k{n}": "v" for n in range(9000)}
    await cluster.client.create("configmaps", {"metadata": {"name": "a"}, "data": data}, "default")
    found = await cluster.call("GET", f"{MAPS}/a", headers={"Accept": "application/yaml"})
    assert found.text.count("\n  k") == 9000


async def test_a_large_object_is_judged_again_when_it_has_changed_meanwhile(
    cluster: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aside, "LARGE_OBJECT", 100)
    await cluster.call("POST", MAPS, {"metadata": {"name": "a"}})
    headers = {"Content-Type": "application/merge-patch+json"}
    labels = [f"l{n}" for n in range(4)]
    patches = [orjson.dumps({"metadata": {"labels": {label: "x"}}}) for label in labels]
    ask, others = aside._StoreAside.ask, iter(labels[1:])

    def write_in_between(store: aside._StoreAside, function, *args, **kwargs):
        if function == store._if_unchanged and (label := next(others, "")):
            change = orjson.dumps({"metadata": {"labels": {label: "x"}}})
            kind = cluster.api.kinds.named("configmaps")
            ask(store, cluster.api.patch, kind, "default", "a", change, headers["Content-Type"])
        return ask(store, function, *args, **kwargs)

    monkeypatch.setattr(aside._StoreAside, "ask", write_in_between)
    answer = await cluster.call("PATCH", f"{MAPS}/a", data=patches[0], headers=headers)
    assert answer.status == 200
    assert sorted(answer.body["metadata"]["labels"]) == labels


async def test_what_never_rests_is_given_up(cluster: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def changed(*args: object) -> None:
        raise aside._Changed

    monkeypatch.setattr(aside._StoreAside, "_if_unchanged", changed)
    body = {"metadata": {"name": "a"}, "data": {"a": "x" * aside.LARGE_BODY}}
    answer = await cluster.call("POST", MAPS, body)
    assert (answer.status, answer.body["reason"]) == (500, "ServerTimeout")
    assert answer.headers["Retry-After"] == "1"


async def test_an_object_may_be_as_large_as_etcd_takes_it(cluster: Served) -> None:
    data = {f"k{n}": MANY for n in range(4)}
    assert (await cluster.call("POST", MAPS, {"metadata": {"name": "a"}, "data": data})).status == 201
    annotations = {"a": MANY[: 262_144 - 100]}
    large = {"metadata": {"name": "b", "annotations": annotations, "labels": {}}, "data": data}
    assert (await cluster.call("POST", MAPS, large)).status == 201
    rules = [{"host": f"h{n}.example.com", "http": {"paths": []}} for n in range(100)]
    assert (await cluster.call("POST", INGRESSES, {"metadata": {"name": "a"}, "spec": {"rules": rules}})).status == 422
    body = pod([{"name": f"c{n}", "image": "x"} for n in range(4000)])
    headers = {"Content-Type": "application/json"}
    assert (await cluster.call("POST", PODS, data=body, headers=headers)).body == TOO_LARGE
    assert (await cluster.call("POST", f"{PODS}?dryRun=All", data=body, headers=headers)).body == TOO_LARGE
    assert (await cluster.call("GET", f"{PODS}/a")).status == 404


async def test_a_rule_of_millions_of_rights_is_refused_in_time(cluster: Served) -> None:
    grant = [{"apiGroups": ["*"], "resources": ["clusterroles"], "verbs": ["*"]}]
    grant += [{"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["clusterroles"], "verbs": ["create"]}]
    await cluster.client.create(
        "clusterroles.rbac.authorization.k8s.io", {"metadata": {"name": "w"}, "rules": grant[1:]}
    )
    binding = {
        "metadata": {"name": "w"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "w"},
        "subjects": [{"kind": "User", "name": "jane", "apiGroup": "rbac.authorization.k8s.io"}],
    }
    await cluster.client.create("clusterrolebindings.rbac.authorization.k8s.io", binding)
    words = [f"w{n}" for n in range(400)]
    role = {"metadata": {"name": "x"}, "rules": [{"apiGroups": words, "resources": words, "verbs": words}]}
    answer = await cluster.call("POST", ROLES, role, headers={"Impersonate-User": "jane"})
    assert (answer.status, answer.body["reason"]) == (400, "BadRequest")


async def test_what_takes_long_on_the_loop_is_judged_in_a_thread(
    cluster: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A short JSON patch, for which the loop has no patience at all."""
    await cluster.call("POST", MAPS, {"metadata": {"name": "a"}})
    monkeypatch.setattr(patience, "LONGEST_ON_LOOP", -1)
    patch = [{"op": "add", "path": "/data", "value": {"a": "x"}}]
    answer = await cluster.call("PATCH", f"{MAPS}/a", patch, headers={"Content-Type": "application/json-patch+json"})
    assert answer.status == 200 and answer.body["data"] == {"a": "x"}
