"""CustomResourceDefinitions: their rules, the kinds they make, their status, their end."""

import asyncio
import copy
import json
from pathlib import Path

import pytest
from loopkube.api import discovery
from loopkube.api.custom import registry
from loopkube.api.custom.keeper import DefinitionKeeper
from loopkube.api.in_process import InProcessClient
from loopkube.api.store.store import Store
from loopkube.api.verbs import Api
from loopkube.kinds.apiextensions.custom_resource_definition.validation import judge
from loopkube.kinds.registry import Kinds
from loopkube.kinds.shared.report import Report
from loopkube.shared.clock import Clock
from loopkube.shared.status import ApiError

RECORDED = json.loads((Path(__file__).parents[1] / "recordings/api/custom-resources.json").read_text())["steps"]
NAME = "kettles.golden.example.com"
NOW = "2026-01-01T00:00:00Z"


def definition(change=lambda obj: None) -> dict:
    """The recorded definition as it is stored, changed by `change`."""
    obj = copy.deepcopy(RECORDED[0]["response"]["body"])
    change(obj)
    return obj


def complaints(change, old: dict | None = None) -> list[str]:
    report = Report()
    judge(report, definition(change), old)
    return [f"{error.field}: {error.body}" for error in report.errors]


def schema(obj: dict) -> dict:
    return obj["spec"]["versions"][0]["schema"]["openAPIV3Schema"]


def test_the_recorded_definition_is_right() -> None:
    assert complaints(lambda obj: None) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            lambda o: o["metadata"].update(name="x.y"),
            'metadata.name: Invalid value: "x.y": must be spec.names.plural+"."+spec.group',
        ),
        (
            lambda o: o["spec"].update(scope="Both"),
            'spec.scope: Unsupported value: "Both": supported values: "Cluster", "Namespaced"',
        ),
        (lambda o: o["spec"]["names"].pop("kind"), "spec.names.kind: Required value"),
        (
            lambda o: o["spec"]["names"].update(listKind="Kettle"),
            'spec.names.listKind: Invalid value: "Kettle": kind and listKind may not be the same',
        ),
        (
            lambda o: o["spec"]["versions"][0].pop("schema"),
            "spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required",
        ),
        (
            lambda o: schema(o)["properties"]["spec"].pop("type"),
            "spec.versions[0].schema.openAPIV3Schema.properties[spec].type: Required value: "
            "must not be empty for specified object fields",
        ),
        (
            lambda o: schema(o)["properties"]["spec"]["properties"]["colour"].update(default="green"),
            "spec.versions[0].schema.openAPIV3Schema.properties[spec].properties[colour].default: "
            'Unsupported value: "green": supported values: "red", "blue"',
        ),
        (
            lambda o: schema(o)["properties"].update(l={"type": "array"}),
            "spec.versions[0].schema.openAPIV3Schema.properties[l].items: Required value: must be specified",
        ),
        (
            lambda o: o["spec"]["conversion"].update(strategy="Webhook"),
            "spec.conversion.webhookClientConfig: Required value: required when strategy is set to Webhook",
        ),
    ],
)
def test_mistakes_are_named(change, complaint: str) -> None:
    assert complaint in complaints(change)


def test_exactly_one_version_is_stored() -> None:
    (complaint,) = complaints(lambda o: o["spec"]["versions"][0].update(storage=False))
    assert complaint.endswith("must have exactly one version marked as storage version")


def protected(obj: dict, annotation: str = "") -> None:
    obj["spec"]["group"], obj["metadata"]["name"] = "gateway.networking.k8s.io", "kettles.gateway.networking.k8s.io"
    obj["metadata"]["annotations"] = {"api-approved.kubernetes.io": annotation} if annotation else {}


def test_groups_of_kubernetes_need_an_approval() -> None:
    (complaint,) = complaints(protected)
    assert complaint.startswith("metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups")
    url = "https://github.com/kubernetes-sigs/gateway-api/pull/1"
    assert complaints(lambda o: protected(o, url)) == []
    status = registry.status_of(definition(lambda o: protected(o, url)), [], NOW)
    assert status["conditions"][0] == {
        "type": "KubernetesAPIApprovalPolicyConformant",
        "status": "True",
        "lastTransitionTime": NOW,
        "reason": "ApprovedAnnotation",
        "message": f"approved in {url}",
    }


def test_an_established_definition_keeps_scope_and_kind() -> None:
    old = definition()
    old["status"] = registry.status_of(old, [], NOW)
    found = complaints(lambda o: o["spec"].update(scope="Cluster"), old)
    assert found == ['spec.scope: Invalid value: "Cluster": field is immutable']


def test_the_status_is_the_recorded_one() -> None:
    wanted = RECORDED[-1]["response"]["body"]["status"]
    found = registry.status_of(definition(), [], "<time>")
    assert found["conditions"] == [c for c in wanted["conditions"] if c["type"] != "Terminating"]
    assert (found["acceptedNames"], found["storedVersions"]) == (wanted["acceptedNames"], wanted["storedVersions"])
    assert registry.status_of(definition() | {"status": found}, [], "later") == found


def test_names_in_use_are_not_accepted() -> None:
    first = definition()
    first["status"] = registry.status_of(first, [], NOW)
    second = definition(lambda o: o["metadata"].update(name="cups.golden.example.com"))
    second["spec"]["names"] |= {"plural": "cups", "singular": "cup"}
    second["spec"]["names"].pop("shortNames")
    found = registry.status_of(second, [first], NOW)
    names, established = found["conditions"]
    assert (names["status"], names["reason"]) == ("False", "MultipleConflicts")
    assert (established["status"], established["reason"]) == ("False", "NotAccepted")
    assert registry.kinds_of(second | {"status": found}) == []


def test_every_served_version_is_a_kind() -> None:
    def add_versions(obj: dict) -> None:
        (first,) = obj["spec"]["versions"]
        more = [
            first | {"name": "v1beta1", "storage": False},
            first | {"name": "v0", "storage": False, "served": False},
        ]
        obj["spec"]["versions"] += more

    obj = definition(add_versions)
    obj["status"] = registry.status_of(obj, [], NOW)
    kinds = registry.kinds_of(obj)
    assert [(k.version, k.short_names, k.subresources) for k in kinds] == [
        ("v1beta1", ("ktl",), ("status",)),
        ("v1", ("ktl",), ("status",)),
    ]


class Cluster:
    """An API with a keeper, in memory."""

    def __init__(self) -> None:
        self.store, self.kinds = Store(None), Kinds()
        self.client = InProcessClient(Api(self.store, self.kinds, Clock()), "test")
        self.keeper = DefinitionKeeper(self.store, self.kinds, self.client, Clock())

    async def __aenter__(self) -> "Cluster":
        await self.keeper.start()
        await self.client.create("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "x"}})
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.keeper.stop()

    async def until(self, condition) -> None:
        async with asyncio.timeout(2):
            while not condition():
                await asyncio.sleep(0)

    async def define(self) -> None:
        await self.client.create(registry.RESOURCE, RECORDED[0]["request"]["body"])
        await self.until(lambda: self.kinds.named(NAME))


def kettle(**metadata: object) -> dict:
    meta = {"name": "a", "namespace": "x"} | metadata
    return {"apiVersion": "golden.example.com/v1", "kind": "Kettle", "metadata": meta, "spec": {"litres": 1}}


async def test_a_definition_is_served_until_it_is_gone() -> None:
    async with Cluster() as cluster:
        await cluster.define()
        assert discovery.answer(cluster.kinds, "/apis/golden.example.com")
        await cluster.client.create(NAME, kettle(), "x")
        await cluster.client.delete(registry.RESOURCE, NAME)
        await cluster.until(lambda: not cluster.store.list(registry.RESOURCE))
        assert cluster.store.list(NAME) == []
        assert cluster.kinds.named(NAME) is None
        with pytest.raises(ApiError):
            await cluster.client.create(NAME, kettle(), "x")


async def test_objects_need_their_namespace() -> None:
    async with Cluster() as cluster:
        await cluster.define()
        with pytest.raises(ApiError) as refusal:
            await cluster.client.create(NAME, kettle(namespace="none"), "none")
        assert refusal.value.message == 'namespaces "none" not found'


async def test_a_definition_waits_for_objects_with_finalizers() -> None:
    async with Cluster() as cluster:
        await cluster.define()
        await cluster.client.create(NAME, kettle(finalizers=["x/y"]), "x")
        await cluster.client.delete(registry.RESOURCE, NAME)
        await cluster.until(lambda: "deletionTimestamp" in cluster.store.list(NAME)[0].obj["metadata"])
        assert cluster.kinds.named(NAME).verbs == ("delete", "deletecollection", "get", "list", "watch")
        await cluster.client.patch(NAME, "a", {"metadata": {"finalizers": None}}, "x")
        await cluster.until(lambda: not cluster.store.list(registry.RESOURCE))


async def test_definitions_are_served_again_after_a_restart() -> None:
    async with Cluster() as cluster:
        await cluster.define()
        kinds = Kinds()
        again = DefinitionKeeper(cluster.store, kinds, cluster.client, Clock())
        await again.start()
        assert kinds.named(NAME)
        await again.stop()
