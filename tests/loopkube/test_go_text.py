"""Go's structs and values as they are printed for hashing."""

import pytest
from loopkube.controllers.go_quantity import quantity
from loopkube.controllers.go_structs import EMBEDDED, structs
from loopkube.controllers.go_text import LEAVES, MAPS, NEVER, shape, template_text
from loopkube.schema import Node, definitions, node

CORE, META = "io.k8s.api.core.v1.", "io.k8s.apimachinery.pkg.apis.meta.v1."
SCALARS = {"bool": "boolean", "int32": "integer", "int64": "integer"}
ONLY_EMBEDDED = ("v1.VolumeSource", "v1.ProbeHandler")


def fields(kind: str) -> dict[str, str]:
    """A struct's Go types by the fields' names in the API, with those of embedded structs."""
    found: dict[str, str] = {}
    for field in structs()[kind]:
        found |= fields(field.kind) if field.name == EMBEDDED else {field.name: field.kind}
    return found


def agrees(kind: str, schema: Node) -> bool:
    """Whether a Go type is what the API's schema says of the field."""
    kind = kind.removeprefix("*")
    if kind in NEVER:
        return True
    if kind.startswith("[]"):
        return schema.type == "array" and schema.items is not None and agrees(kind[2:], schema.items)
    if kind in MAPS:
        return schema.is_map
    if kind in structs() or (kind in LEAVES and "." in kind):
        return schema.name.rpartition(".")[2] == kind.partition(".")[2]
    return schema.type == SCALARS.get(kind, "string")


@pytest.mark.parametrize("kind", [kind for kind in structs() if kind not in ONLY_EMBEDDED])
def test_structs_have_the_fields_of_the_schema(kind: str) -> None:
    name = kind.removeprefix("v1.")
    schema = node(CORE + name if CORE + name in definitions() else META + name)
    assert fields(kind).keys() == schema.properties.keys()
    for field, go in fields(kind).items():
        inner = schema.child(field)
        assert inner is not None
        assert agrees(go, inner), f"{field} is no {go}"


def test_every_struct_is_reached() -> None:
    kinds = {field.kind.lstrip("*[]") for found in structs().values() for field in found}
    assert structs().keys() - kinds == {"v1.PodTemplateSpec"}


def test_an_empty_template() -> None:
    assert template_text({}) == f"(v1.PodTemplateSpec){shape('v1.PodTemplateSpec').nothing}"
    assert "CreationTimestamp:(v1.Time){Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:" in template_text({})


@pytest.mark.parametrize(
    ("volume", "text"),
    [
        ({"emptyDir": {}}, "(*v1.EmptyDirVolumeSource){Medium:(v1.StorageMedium) SizeLimit:(*resource.Quantity)<nil>}"),
        (
            {"hostPath": {"path": "/d", "type": ""}},
            "(*v1.HostPathVolumeSource){Path:(string)/d Type:(*v1.HostPathType)}",
        ),
        (
            {"storageos": {"volumeName": "n", "secretRef": {}}},
            "FSType:(string) ReadOnly:(bool)false SecretRef:(*v1.LocalObjectReference){Name:(string)}}",
        ),
        (
            {"rbd": {"monitors": ["a", "b"], "image": "i", "pool": "p"}},
            "(*v1.RBDVolumeSource){CephMonitors:([]string)[a b] RBDImage:(string)i FSType:(string) RBDPool:(string)p",
        ),
        (
            {"ephemeral": {"volumeClaimTemplate": {"spec": {"accessModes": ["ReadWriteOnce"]}}}},
            "(v1.PersistentVolumeClaimSpec){AccessModes:([]v1.PersistentVolumeAccessMode)[ReadWriteOnce] Selector:",
        ),
        (
            {"csi": {"driver": "d", "readOnly": False, "volumeAttributes": {"z": "1", "a": "2"}}},
            "ReadOnly:(*bool)false FSType:(*string)<nil> VolumeAttributes:(map[string]string)map[a:2 z:1]",
        ),
    ],
)
def test_volumes(volume: dict, text: str) -> None:
    assert text in template_text({"spec": {"volumes": [{"name": "v"} | volume]}})


@pytest.mark.parametrize(
    ("text", "value", "scale", "kept", "form"),
    [
        ("0", 0, 0, "0", "DecimalSI"),
        ("500m", 500, -3, "500m", "DecimalSI"),
        ("2", 2, 0, "2", "DecimalSI"),
        ("2k", 2, 3, "2k", "DecimalSI"),
        ("-250m", -250, -3, "-250m", "DecimalSI"),
        ("129e6", 129, 6, "129e6", "DecimalExponent"),
        ("70Mi", 70 << 20, 0, "70Mi", "BinarySI"),
        ("128Mi", 128 << 20, 0, "", "BinarySI"),
        ("1Gi", 1 << 30, 0, "1Gi", "BinarySI"),
        ("99Ti", 99 << 40, 0, "99Ti", "BinarySI"),
        ("0.5", 500, -3, "500m", "DecimalSI"),
        ("1.5Gi", 1536 << 20, 0, "", "BinarySI"),
    ],
)
def test_ordinary_quantities_are_scaled_integers(text: str, value: int, scale: int, kept: str, form: str) -> None:
    amount = f"(resource.int64Amount){{value:(int64){value} scale:(resource.Scale){scale}}}"
    rest = f"(resource.infDecAmount){{Dec:(*inf.Dec)<nil>}} s:(string){kept} Format:(resource.Format){form}"
    assert quantity(text) == f"{{i:{amount} d:{rest}}}"


@pytest.mark.parametrize(
    ("text", "unscaled", "places", "form"),
    [
        ("1Pi", (1 << 50) * 10**9, 9, "BinarySI"),
        ("100Ti", (100 << 40) * 10**9, 9, "BinarySI"),
        ("9223372036854775807", (2**63 - 1) * 10**9, 9, "DecimalSI"),
    ],
)
def test_large_quantities_are_decimals(text: str, unscaled: int, places: int, form: str) -> None:
    words = [unscaled >> 64 * n & 2**64 - 1 for n in range(3)]
    big = " ".join(str(word) for word in words if word)
    number = f"{{unscaled:(big.Int){{neg:(bool)false abs:(big.nat)[{big}]}} scale:(inf.Scale){places}}}"
    nothing = "i:(resource.int64Amount){value:(int64)0 scale:(resource.Scale)0}"
    rest = f"s:(string) Format:(resource.Format){form}"
    assert quantity(text) == f"{{{nothing} d:(resource.infDecAmount){{Dec:(*inf.Dec){number}}} {rest}}}"
