"""The upstream schema, and the values of fields that it does not carry."""

import pytest
from loopkube import schema
from loopkube.enums import ENUMS


@pytest.mark.parametrize("name", ENUMS)
def test_every_enum_belongs_to_a_string_field(name: str) -> None:
    for field, values in ENUMS[name].items():
        at = schema.Node({"$ref": f"#/$defs/{name}"}).child(field)
        assert at is not None
        assert at.type == "string"
        assert at.field["enum"] == sorted(values.split())


def test_a_node_walks_to_what_is_declared() -> None:
    ports = schema.node("io.k8s.api.core.v1.Container", "ports")
    assert (ports.list_type, ports.list_map_keys, ports.merge_key) == (
        "map",
        ["containerPort", "protocol"],
        "containerPort",
    )
    assert ports.items is not None
    assert ports.items.name == "io.k8s.api.core.v1.ContainerPort"
