"""Discovery against the recorded documents of a real API server."""

import json
from pathlib import Path

import pytest
from loopkube.api import discovery, metrics
from loopkube.kinds import Kind
from loopkube.kinds.registry import Kinds
from served import Served

RECORDED = json.loads((Path(__file__).parents[1] / "recordings/api/discovery.json").read_text())["steps"]
KUBECTL = (
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json"
)


def entries(document: dict) -> dict[str, dict]:
    """By name; without the group that metrics-server adds, which was not on the cluster that was recorded."""
    parts = document.get("resources") or document.get("groups") or document.get("versions")
    named = {entry["name"] if isinstance(entry, dict) and "name" in entry else str(entry): entry for entry in parts}
    return {name: entry for name, entry in named.items() if name != metrics.GROUP}


@pytest.mark.parametrize("step", RECORDED, ids=lambda step: step["id"])
def test_lists_everything_served_as_recorded(step: dict) -> None:
    found = discovery.answer(Kinds(), step["request"]["path"])
    recorded = step["response"]["body"]
    assert {k: v for k, v in found.items() if isinstance(v, str)} == {
        k: v for k, v in recorded.items() if isinstance(v, str)
    }
    assert entries(found)
    for name, entry in entries(found).items():
        assert entry == entries(recorded)[name]


def test_groups_and_resources_stand_in_the_recorded_order() -> None:
    for step in RECORDED:
        found = list(entries(discovery.answer(Kinds(), step["request"]["path"])))
        assert found == [name for name in entries(step["response"]["body"]) if name in found]


@pytest.mark.parametrize("path", ["/apis/none", "/apis/apps/v2", "/api/v2", "/apis//v1", "/other"])
def test_nothing_where_nothing_is_served(path: str) -> None:
    assert discovery.answer(Kinds(), path) is None


def test_metrics_are_a_group_of_their_own() -> None:
    assert metrics.GROUP in [group["name"] for group in discovery.answer(Kinds(), "/apis")["groups"]]
    resources = discovery.answer(Kinds(), "/apis/metrics.k8s.io/v1beta1")["resources"]
    assert [(r["name"], r["kind"], r["verbs"]) for r in resources] == [
        ("nodes", "NodeMetrics", ["get", "list"]),
        ("pods", "PodMetrics", ["get", "list"]),
    ]


def test_a_custom_kind_is_listed_while_it_is_registered() -> None:
    kinds = Kinds()
    kettle = Kind("x.example.com", "v1beta1", "Kettle", "kettles", "kettle", True, ("ktl",), custom={})
    newer = Kind("x.example.com", "v1", "Kettle", "kettles", "kettle", True, ("ktl",), custom={})
    kinds.add(kettle)
    kinds.add(newer)
    group = discovery.answer(kinds, "/apis/x.example.com")
    assert [v["version"] for v in group["versions"]] == ["v1", "v1beta1"]
    assert group["preferredVersion"]["version"] == "v1"
    assert entries(discovery.answer(kinds, "/apis/x.example.com/v1"))["kettles"]["shortNames"] == ["ktl"]
    kinds.remove(kettle)
    kinds.remove(newer)
    assert discovery.answer(kinds, "/apis/x.example.com") is None


def test_aggregated_discovery_says_the_same_as_the_plain_one() -> None:
    plain = entries(discovery.answer(Kinds(), "/apis/apps/v1"))
    groups = discovery.answer(Kinds(), "/apis", KUBECTL)
    assert discovery.content_type(groups) == discovery.AGGREGATED
    apps = next(item for item in groups["items"] if item["metadata"].get("name") == "apps")
    deployments = next(r for r in apps["versions"][0]["resources"] if r["resource"] == "deployments")
    assert deployments["verbs"] == plain["deployments"]["verbs"]
    assert deployments["responseKind"] == {"group": "apps", "version": "v1", "kind": "Deployment"}
    scale = next(s for s in deployments["subresources"] if s["subresource"] == "scale")
    assert scale["responseKind"] == {"group": "autoscaling", "version": "v1", "kind": "Scale"}
    core = discovery.answer(Kinds(), "/api", KUBECTL)
    assert [item["metadata"].get("name", "") for item in core["items"]] == [""]


def test_plain_discovery_for_clients_that_ask_for_json() -> None:
    for accept in ("", "application/json", "*/*", "application/json, */*"):
        assert discovery.answer(Kinds(), "/apis", accept)["kind"] == "APIGroupList"


@pytest.mark.parametrize(
    ("names", "ordered"),
    [(["v1alpha1", "v1", "v2beta1", "v10", "v1beta1"], ["v10", "v1", "v2beta1", "v1beta1", "v1alpha1"])],
)
def test_versions_sort_by_stability(names: list[str], ordered: list[str]) -> None:
    assert sorted(names, key=discovery.version_priority) == ordered


V2 = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
BETA = "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "APIGroupList"),
        ("*/*", "APIGroupList"),
        (V2, "APIGroupDiscoveryList"),
        (f"{V2},application/json", "APIGroupDiscoveryList"),
        (f"{BETA},{V2},application/json", "APIGroupDiscoveryList"),
        (f"{BETA},application/json", "APIGroupList"),
        (f"application/json;q=0.5,{V2};q=0.8", "APIGroupDiscoveryList"),
        (f"{V2.replace('/json', '/vnd.kubernetes.protobuf')},{V2}", "APIGroupDiscoveryList"),
    ],
)
async def test_the_form_of_discovery_is_the_first_that_is_served(served: Served, accept: str, kind: str) -> None:
    reply = await served.call("GET", "/apis", headers={"Accept": accept})
    assert (reply.status, reply.body["kind"]) == (200, kind)
    assert reply.headers["Content-Type"] == (V2 if kind == "APIGroupDiscoveryList" else "application/json")


@pytest.mark.parametrize("accept", [BETA, "application/json;as=Table;g=meta.k8s.io;v=v1", "image/png"])
async def test_a_form_that_discovery_does_not_have_is_not_acceptable(served: Served, accept: str) -> None:
    assert (await served.call("GET", "/apis", headers={"Accept": accept})).status == 406


async def test_aggregated_discovery_is_kept_by_its_etag(served: Served) -> None:
    first = await served.call("GET", "/apis", headers={"Accept": V2})
    assert (first.headers["Vary"], first.headers["Cache-Control"]) == ("Accept", "public")
    again = {"Accept": V2, "If-None-Match": first.headers["Etag"]}
    assert (await served.call("GET", "/apis", headers=again)).status == 304
    kettle = Kind("x.example.com", "v1", "Kettle", "kettles", "kettle", True, custom={})
    served.api.kinds.add(kettle)
    reply = await served.call("GET", "/apis", headers=again)
    assert reply.status == 200 and "x.example.com" in [item["metadata"]["name"] for item in reply.body["items"]]


async def test_a_review_is_no_table(served: Served) -> None:
    body = {"spec": {"nonResourceAttributes": {"path": "/", "verb": "get"}}}
    table = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}
    path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    reply = await served.call("POST", path, body, headers=table)
    assert (reply.status, reply.body["reason"]) == (406, "NotAcceptable")
    assert reply.body["message"].startswith("only the following media types are accepted: application/json, ")
