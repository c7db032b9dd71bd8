"""Flow schemas and priority levels: which request belongs to which, and what they may not say."""

import pytest
from loopkube.api import flow_control
from loopkube.controllers.flow_schemas import FlowSchemaController
from loopkube.kinds.shared.mandatory_flows import mandatory
from offline_api import OfflineApi, refusal
from served import Served
from world import world

BASE, API = "/apis/flowcontrol.apiserver.k8s.io/v1", "flowcontrol.apiserver.k8s.io/v1"
HEADERS = ("X-Kubernetes-PF-FlowSchema-UID", "X-Kubernetes-PF-PriorityLevel-UID")
ALL = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "clusterScope": True, "namespaces": ["*"]}
GROUP = {"kind": "Group", "group": {"name": "system:masters"}}
RULE = {"subjects": [GROUP], "resourceRules": [ALL]}


def level(name: str = "slow", **spec: object) -> dict:
    spec = {"type": "Limited", "limited": {"limitResponse": {"type": "Reject"}}} | spec
    return {"apiVersion": API, "kind": "PriorityLevelConfiguration", "metadata": {"name": name}, "spec": spec}


def schema(name: str = "mine", *rules: dict, **spec: object) -> dict:
    spec = {"priorityLevelConfiguration": {"name": "slow"}, "rules": list(rules)} | spec
    return {"apiVersion": API, "kind": "FlowSchema", "metadata": {"name": name}, "spec": spec}


async def flow(served: Served, path: str, **more: object) -> tuple[str, ...]:
    told = (await served.call("GET", path, **more)).headers
    return tuple(told.get(name, "") for name in HEADERS)


async def test_a_request_tells_the_schema_and_the_level_that_it_belongs_to(served: Served) -> None:
    uids = [
        (await served.call("GET", f"{BASE}/{plural}/{name}")).body["metadata"]["uid"]
        for name in ("exempt", "catch-all")
        for plural in ("flowschemas", "prioritylevelconfigurations")
    ]
    assert await flow(served, "/api/v1/pods") == tuple(uids[:2]), "an administrator is exempt"
    assert await flow(served, "/api/v1/pods", token="") == tuple(uids[2:]), "a refusal tells it, too"
    assert await flow(served, "/healthz", token="") == tuple(uids[2:])
    named = {"subjects": [{"kind": "User", "user": {"name": "system:anonymous"}}], "resourceRules": [ALL]}
    slow = (await served.call("POST", f"{BASE}/prioritylevelconfigurations", level())).body["metadata"]["uid"]
    mine = (await served.call("POST", f"{BASE}/flowschemas", schema("mine", named))).body["metadata"]["uid"]
    assert await flow(served, "/api/v1/pods", token="") == (mine, slow)
    assert await flow(served, "/healthz", token="") == tuple(uids[2:]), "no rule is for paths"
    await served.call("DELETE", f"{BASE}/prioritylevelconfigurations/slow")
    assert await flow(served, "/api/v1/pods", token="") == tuple(uids[2:]), "not without its level"


async def test_a_bounded_number_of_answers_is_kept(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow_control, "KEPT", 3)
    once = [await flow(served, f"/none/{number}", token="") for number in range(8)]
    assert set(once) == {await flow(served, "/healthz", token="")}
    assert 0 < len(served.server._flow_control._kept) <= 3


async def test_a_schema_says_whether_its_level_exists() -> None:
    async with world(FlowSchemaController) as w:

        def dangling() -> dict:
            [found] = (w.get("flowschemas." + API[:-3], "mine", "")["status"].get("conditions")) or [{}]
            return {"status": found.get("status"), "reason": found.get("reason"), "message": found.get("message")}

        about = 'This FlowSchema references the PriorityLevelConfiguration object named "slow"'
        await w.client.create("flowschemas." + API[:-3], schema("mine", RULE))
        missing = {"status": "True", "reason": "NotFound", "message": f"{about} but there is no such object"}
        await w.until(lambda: dangling() == missing)
        await w.client.create("prioritylevelconfigurations." + API[:-3], level())
        await w.until(lambda: dangling() == {"status": "False", "reason": "Found", "message": f"{about} and it exists"})


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"resourceRules": [ALL]}, "spec.rules[0].subjects: Required value: subjects must contain at least one value"),
        ({"subjects": [GROUP]}, "at least one of resourceRules and nonResourceRules has to be non-empty"),
        ({"subjects": [{"kind": "Group"}], "resourceRules": [ALL]}, "group is required when subject kind is 'Group'"),
        (
            {"subjects": [GROUP | {"user": {"name": "a"}}], "resourceRules": [ALL]},
            "spec.rules[0].subjects[0].user: Forbidden: user is forbidden when subject kind is not 'User'",
        ),
        ({"subjects": [GROUP], "resourceRules": [ALL | {"verbs": ["*", "get"]}]}, "must not specify other verbs"),
        (
            {"subjects": [GROUP], "resourceRules": [ALL | {"namespaces": [], "clusterScope": False}]},
            "resource rules that are not cluster scoped must supply at least one namespace",
        ),
        (
            {"subjects": [GROUP], "nonResourceRules": [{"verbs": ["get"], "nonResourceURLs": ["/a*"]}]},
            'nonResourceURLs[0]: Invalid value: "/a*": wildcard can only do suffix matching',
        ),
    ],
)
def test_what_a_schema_may_not_say(rule: dict, words: str) -> None:
    assert words in refusal(OfflineApi(), schema("mine", rule))


@pytest.mark.parametrize(
    ("obj", "words"),
    [
        (level(type="Exempt", limited=None), "type must be 'Exempt' if and only if name is 'exempt'"),
        (
            level(limited={"limitResponse": {"type": "Queue", "queuing": {"queues": 4, "handSize": 8}}}),
            "spec.limited.limitResponse.queuing.handSize: Invalid value: 8: should not be greater than queues (4)",
        ),
        (
            level(limited={"limitResponse": {"type": "Queue", "queuing": {"queues": 1024, "handSize": 9}}}),
            "required entropy bits of deckSize 1024 and handSize 9 should not be greater than 60",
        ),
        (level("catch-all"), "spec of 'catch-all' must equal the fixed value"),
    ],
)
def test_what_a_level_may_not_say(obj: dict, words: str) -> None:
    assert words in refusal(OfflineApi(), obj)


@pytest.mark.parametrize("obj", mandatory(), ids=lambda obj: f"{obj['kind']} {obj['metadata']['name']}")
def test_what_every_cluster_has_may_be_applied_again(obj: dict) -> None:
    assert OfflineApi().create(obj)
