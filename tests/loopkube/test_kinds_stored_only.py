"""Kinds that are stored only: they say so, keep what they are given, and have Kubernetes' columns."""

from datetime import UTC, datetime

import pytest
from loopkube.api.tables import columns_of
from loopkube.kinds import Kind
from loopkube.kinds.registry import BUILT_IN, Kinds
from served import Served

GIVEN: dict[str, dict] = {
    "limitranges": {"spec": {"limits": [{"type": "Pod", "max": {"cpu": "1"}}]}},
    "persistentvolumeclaims": {
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    },
    "poddisruptionbudgets.policy": {"spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "a"}}}},
    "resourcequotas": {"spec": {"hard": {"pods": "3"}}},
}


def path(resource: str) -> str:
    plural, _, group = resource.partition(".")
    return f"/apis/{group}/v1/namespaces/default/{plural}" if group else f"/api/v1/namespaces/default/{plural}"


@pytest.mark.parametrize("resource", GIVEN)
async def test_a_warning_says_that_nothing_acts_upon_it(served: Served, resource: str) -> None:
    made = await served.call("POST", path(resource), {"metadata": {"name": "x"}} | GIVEN[resource])
    assert made.status == 201 and "is stored and not acted upon on this cluster" in made.headers["Warning"]
    labels = {"metadata": {"labels": {"a": "b"}}}
    merge = {"Content-Type": "application/merge-patch+json"}
    changed = await served.call("PATCH", f"{path(resource)}/x", labels, headers=merge)
    assert changed.status == 200 and "Warning" not in changed.headers
    assert changed.body["metadata"]["labels"] == {"a": "b"}


async def test_what_a_claim_and_a_quota_show(served: Served) -> None:
    table = {"Accept": "application/json;as=Table;g=meta.k8s.io;v=v1"}
    for resource, wanted in {"persistentvolumeclaims": "Pending", "resourcequotas": "pods: 0/3"}.items():
        await served.call("POST", path(resource), {"metadata": {"name": "x"}} | GIVEN[resource])
        rows = (await served.call("GET", path(resource), headers=table)).body["rows"]
        assert rows[0]["cells"][:2] == ["x", wanted]


@pytest.mark.parametrize("kind", BUILT_IN, ids=lambda kind: kind.kind)
def test_an_object_with_nothing_in_it_has_a_row(kind: Kind) -> None:
    columns, empty = columns_of(kind), {"metadata": {"name": "x"}, "spec": {}}
    assert len(columns.cells(empty, datetime(2026, 1, 1, tzinfo=UTC))) == len(columns.definitions)
    assert Kinds().of(kind.api_version, kind.kind) is kind
