"""Manifests are numbered as written, and unreadable ones say where."""

from pathlib import Path

import pytest
from ingress_lab.manifests import load
from labcore.errors import BadManifest


def test_documents_count_from_one_and_empty_ones_count(tmp_path: Path) -> None:
    path = tmp_path / "two.yaml"
    path.write_text("# a note\n---\n---\napiVersion: v1\nkind: A\n---\n---\napiVersion: v1\nkind: B\n")
    assert [(d.file, d.number, d.kind) for d in load(path)] == [("two.yaml", 2, "A"), ("two.yaml", 4, "B")]


def test_a_folder_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yml", "c.json", "notes.txt"):
        (tmp_path / name).write_text('{"apiVersion": "v1", "kind": "X"}')
    assert [d.file for d in load(tmp_path)] == ["a.yml", "b.yaml", "c.json"]


def test_a_list_is_its_items() -> None:
    items = [{"apiVersion": "v1", "kind": "A"}, {"apiVersion": "v1", "kind": "B"}]
    assert [d.kind for d in load({"apiVersion": "v1", "kind": "List", "items": items})] == ["A", "B"]
    assert [d.number for d in load(items)] == [1, 2]


def test_a_path_is_found_from_the_project_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load("manifests/controllers/traefik/1-namespace.yaml")[0].kind == "Namespace"


def test_a_syntax_error_names_file_document_and_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("apiVersion: v1\nkind: A\n---\napiVersion: v1\nkind: B\nmetadata:\n  name: x\n bad: y\n")
    with pytest.raises(BadManifest) as caught:
        load(path)
    assert caught.value.where == "bad.yaml, document 2"
    assert "yaml: line 8" in caught.value.message and " bad: y" in caught.value.message


def test_of_a_key_given_twice_the_last_counts_as_for_kubectl() -> None:
    for text in (
        "apiVersion: v1\nkind: A\nmetadata: {name: a, name: b}\n",
        '{"kind":"A","kind":"B","apiVersion":"v1"}',
    ):
        assert (load(text)[0].name, load(text)[0].kind) in (("b", "A"), ("", "B"))


def test_a_date_stays_a_string() -> None:
    assert load("apiVersion: v1\nkind: A\nwhen: 2026-03-01\n")[0].obj["when"] == "2026-03-01"


@pytest.mark.parametrize(
    ("text", "words"), [("kind: A\n", "apiVersion"), ("apiVersion: v1\n", "Kind"), ("- a\n- b\n", "mapping")]
)
def test_what_is_no_object_is_named(text: str, words: str) -> None:
    with pytest.raises(BadManifest, match=words):
        load(text)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadManifest, match="no-such"):
        load("no-such.yaml")


def test_a_manifest_between_the_fences_of_markdown() -> None:
    documents = load("```yaml\napiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n```")
    assert [d.name for d in documents] == ["a"]
