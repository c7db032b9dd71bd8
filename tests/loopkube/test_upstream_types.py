"""What is kept of Go's types, against the schema, and a few facts that everybody knows."""

import re

import pytest
from loopkube.kinds.registry import BUILT_IN
from loopkube.upstream import go_types, schema, version

OF_SCHEMA = [
    name
    for name, definition in schema.definitions().items()
    if "properties" in definition and go_types.is_struct(go_types.struct_of(name))
]


def test_types_and_schema_are_of_the_one_version() -> None:
    """After a change of VERSION: `make upstream` (CONTRIBUTING.md, "A Kubernetes version")."""
    assert go_types.version() == version.GO_MODULES
    assert re.fullmatch(r"v1\.\d+\.\d+", version.VERSION)
    assert version.VERSION.startswith(version.SCHEMA.removesuffix("0"))


def test_every_served_kind_has_its_type() -> None:
    assert [kind.schema for kind in BUILT_IN if kind.schema not in OF_SCHEMA] == []


@pytest.mark.parametrize("definition", OF_SCHEMA)
def test_the_schema_has_the_same_fields(definition: str) -> None:
    declared = set(schema.definition(definition)["properties"])
    assert {field.name for field, _ in go_types.flat(go_types.struct_of(definition))} | {"apiVersion", "kind"} == (
        declared | {"apiVersion", "kind"}
    )


def test_an_unknown_struct_is_an_error() -> None:
    with pytest.raises(KeyError):
        go_types.fields(go_types.struct_of("io.k8s.api.autoscaling.v3.HorizontalPodAutoscaler"))


def test_what_an_object_always_shows() -> None:
    assert go_types.always("core.Container") == {"name": "", "resources": {}}
    assert go_types.always("core.ServicePort") == {"port": 0, "targetPort": 0}
    assert go_types.always("discovery.EndpointSlice") == {
        "metadata": {}, "addressType": "", "endpoints": None, "ports": None
    }  # fmt: skip
    assert go_types.always("core.ResourceFieldSelector") == {"resource": "", "divisor": "0"}
    assert go_types.always("core.ContainerStateRunning") == {"startedAt": None}
    assert "creationTimestamp" not in go_types.always("meta.ObjectMeta"), "omitzero"


def test_pointers_keep_their_zero() -> None:
    assert {"priority", "hostUsers", "subdomain"} - go_types.dropped("core.PodSpec") == {"priority", "hostUsers"}
    assert "targetPort" not in go_types.dropped("core.ServicePort"), "omitempty leaves no struct out"


def test_embedded_structs_are_named() -> None:
    assert go_types.embedded("core.Volume").keys() >= {"emptyDir", "secret"}
    assert set(go_types.embedded("core.Volume").values()) == {"VolumeSource"}
    assert go_types.embedded("core.ConfigMapKeySelector") == {"name": "LocalObjectReference"}


def test_types_are_printed_as_go_prints_them() -> None:
    found = go_types.printed("core.Capabilities") | go_types.printed("core.ResourceRequirements")
    assert (found["add"], found["limits"]) == ("[]v1.Capability", "v1.ResourceList")
    assert go_types.printed("meta.ObjectMeta")["uid"] == "types.UID"
    assert go_types.printed("authentication.UserInfo")["extra"] == "map[string]v1.ExtraValue"


def test_enumerated_types_list_their_values() -> None:
    assert go_types.enums("networking.HTTPIngressPath") == {"pathType": ("Exact", "ImplementationSpecific", "Prefix")}
    assert go_types.enums("core.ServiceSpec")["ipFamilyPolicy"] == (
        "PreferDualStack", "RequireDualStack", "SingleStack"
    )  # fmt: skip
    assert "ipFamilies" not in go_types.enums("core.ServiceSpec"), "lists have no values of their own"
