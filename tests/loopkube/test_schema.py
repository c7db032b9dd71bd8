"""Walking along the upstream schema."""

from loopkube.upstream import schema


def test_a_node_knows_how_a_list_is_merged() -> None:
    ports = schema.node("io.k8s.api.core.v1.Container", "ports")
    assert (ports.list_type, ports.list_map_keys) == ("map", ["containerPort", "protocol"])
    assert ports.merge_key == "containerPort"
    assert ports.items is not None
    assert ports.items.name == "io.k8s.api.core.v1.ContainerPort"


def test_a_node_walks_through_references_and_maps() -> None:
    template = schema.node("io.k8s.api.apps.v1.Deployment").child("spec").child("template")  # type: ignore[union-attr]
    labels = template.child("metadata").child("labels")  # type: ignore[union-attr]
    assert (template.name, labels.is_map, labels.child("any").type) == (  # type: ignore[union-attr]
        "io.k8s.api.core.v1.PodTemplateSpec",
        True,
        "string",
    )
    assert template.child("none") is None
