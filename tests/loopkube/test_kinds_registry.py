"""`BUILT_IN` against the recorded discovery documents, and the registry."""

import json
import re
from importlib import import_module
from pathlib import Path

import pytest
from loopkube.kinds import Kind
from loopkube.kinds.registry import BUILT_IN, NOT_STORED, SPECS, Kinds
from loopkube.kinds.spec import Spec
from loopkube.upstream.schema import definitions

RECORDED = json.loads((Path(__file__).parents[1] / "recordings/api/discovery.json").read_text())["steps"]
LISTS = {
    s["response"]["body"]["groupVersion"]: s["response"]["body"]["resources"]
    for s in RECORDED
    if "resources" in s["response"]["body"]
}


@pytest.mark.parametrize("kind", [k for k in BUILT_IN if k.api_version in LISTS], ids=lambda kind: kind.resource)
def test_every_kind_is_named_as_kubernetes_names_it(kind: Kind) -> None:
    resources = {resource["name"]: resource for resource in LISTS[kind.api_version]}
    recorded = resources[kind.plural]
    assert (kind.kind, kind.singular, kind.namespaced) == (
        recorded["kind"],
        recorded["singularName"],
        recorded["namespaced"],
    )
    assert list(kind.short_names) == recorded.get("shortNames", [])
    assert list(kind.categories) == recorded.get("categories", [])
    assert list(kind.verbs) == recorded["verbs"]
    assert {f"{kind.plural}/{name}" for name in kind.subresources} <= set(resources)
    assert kind.schema in definitions()


def test_a_kind_is_found_by_path_by_name_and_by_manifest() -> None:
    kinds = Kinds()
    ingress = kinds.at("networking.k8s.io", "v1", "ingresses")
    assert ingress is kinds.of("networking.k8s.io/v1", "Ingress")
    assert ingress is kinds.named("ingresses.networking.k8s.io")
    kinds.remove(ingress)
    assert kinds.at("networking.k8s.io", "v1", "ingresses") is None
    assert kinds.groups()["networking.k8s.io"] == ["v1"]


@pytest.mark.parametrize("kind", [*BUILT_IN, *NOT_STORED], ids=lambda kind: kind.resource)
def test_the_upstream_schema_knows_every_kind(kind: Kind) -> None:
    """Also in groups of which there is no recording."""
    declared = {"group": kind.group, "version": kind.version, "kind": kind.kind}
    assert definitions()[kind.schema]["x-kubernetes-group-version-kind"] == [declared]


@pytest.mark.parametrize(("module", "spec"), SPECS.items(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_kind_stands_in_the_module_that_its_names_lead_to(module: str, spec: Spec) -> None:
    package, _, last = module.rpartition(".")
    assert last == re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", spec.kind.kind).lower()
    assert import_module(package).GROUP.name == spec.kind.group
