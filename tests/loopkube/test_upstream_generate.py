"""From Go's sources to the table: names, types, numbers, flags, constants."""

import json
from pathlib import Path

import pytest
from loopkube.upstream.generate import PACKAGES, generate, written

GO = """
package v1

import (
	schedulingv2 "k8s.io/api/scheduling/v2alpha1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// Size of a cup.
// +enum
// +k8s:something
type Size string

const (
	Small Size = "Small"
	// Large is more.
	Large Size = Size("Large")
	Usual      = Size(Small)
	Other Kind = "Other"
)

type Kind string
type Sizes []Size
// Kept may be null.
// +protobuf.nullable=true
// +protobuf.options.(gogoproto.goproto_stringer)=false
type Kept []string
type Prices map[Size]resource.Quantity

// Cup holds tea.
type Cup struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty" protobuf:"bytes,1,opt,name=metadata"`

	// Filled when, `really`.
	Filled *metav1.Time `json:"filled,omitempty,omitzero" protobuf:"bytes,2,opt,name=filled"`
	ID types.UID `json:"id" protobuf:"bytes,3,opt,name=id,casttype=UID" patchStrategy:"merge"`
	Sizes []Size `json:"sizes" protobuf:"-"`
	Prices map[Size][]string `json:"prices,omitempty" protobuf:"bytes,5,rep,name=prices"`
	CupSource `json:",inline" protobuf:"bytes,6,opt,name=cupSource"`
	Order *schedulingv2.Order `json:"order" protobuf:"bytes,9,opt,name=order"`
	Saucer `json:"" protobuf:"bytes,8,opt,name=saucer"`
	Hidden string `json:"-" protobuf:"bytes,7,opt,name=hidden"`
	private int
}

type CupSource struct {
	Spoons int32 `json:"spoons,omitempty" protobuf:"varint,1,opt,name=spoons"`
}

type Nothing struct{}

type hidden struct {
	A string `json:"a"`
}
"""


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    for folder in PACKAGES.values():
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "doc.go").write_text("package v1\n")
    core = tmp_path / PACKAGES["core"]
    (core / "types.go").write_text(GO)
    (tmp_path / "api/scheduling/v2alpha1").mkdir(parents=True)
    (tmp_path / "api/scheduling/v2alpha1/types.go").write_text("package v2alpha1\n\ntype Order struct {}\n")
    (core / "types_test.go").write_text("type Tested struct {\n}\n")
    (core / "zz_generated.deepcopy.go").write_text("type Copied struct {\n}\n")
    return tmp_path


def test_a_struct_is_one_line_of_its_fields(sources: Path) -> None:
    structs = generate(sources)["structs"]
    assert sorted(structs) == ["core.Cup", "core.CupSource", "core.Nothing", "scheduling/v2alpha1.Order"]
    assert structs["core.Cup"].split(", ") == [
        "* meta.TypeMeta 0",
        "metadata meta.ObjectMeta 1 omitempty",
        "filled *meta.Time 2 omitempty omitzero",
        "id types.UID 3",
        "sizes []core.Size 0",
        "prices map[core.Size][]string 5 omitempty",
        "* core.CupSource 6",
        "order *scheduling/v2alpha1.Order 9",
        "* core.Saucer 8",
    ]
    assert structs["core.CupSource"] == "spoons int32 1 omitempty"
    assert structs["core.Nothing"] == ""


def test_named_types_and_enumerated_ones(sources: Path) -> None:
    table = generate(sources)
    assert table["named"] == {
        "core.Size": "string",
        "core.Kind": "string",
        "core.Sizes": "[]core.Size",
        "core.Kept": "[]string",
        "core.Prices": "map[core.Size]resource.Quantity",
    }
    assert table["enums"] == {"core.Size": "Large Small"}
    assert table["nullable"] == {"core.Kept": "[]string"}


def test_the_file_has_one_sorted_line_for_each_type(sources: Path) -> None:
    table = generate(sources)
    text = written(table, "v0.1.2")
    assert json.loads(text) == {"version": "v0.1.2"} | table
    assert [line.partition('"')[2].partition('"')[0] for line in text.splitlines() if line.startswith('"core.')] == [
        *("core.Cup", "core.CupSource", "core.Nothing"),
        *("core.Kept", "core.Kind", "core.Prices", "core.Size", "core.Sizes"),
        "core.Size",
        "core.Kept",
    ]
    assert text == written(generate(sources), "v0.1.2"), "the same sources make the same file"


def test_missing_sources_are_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"has no Go files\. SOURCES must hold the repositories"):
        generate(tmp_path)
