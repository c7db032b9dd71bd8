"""The series as pages: links, terms, folded solutions, and nothing that runs."""

import nbformat
import pytest
from labcore.machine import paths
from labtools.authoring.site import links, notebook, pages
from labtools.authoring.site.links import Document
from labtools.authoring.site.terms import Terms
from labtools.workspace import series
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

KNOWN = {
    "README.md": "index.md",
    "docs/glossary.md": "docs/glossary.md",
    "notebooks/en/07_url_mapping.ipynb": "notebooks/07_url_mapping.ipynb",
}
TERMS = Terms({"pod": "One or more <containers>."})


def document(file: str = "notebooks/en/00_start_here.ipynb", page: str = "notebooks/00_start_here.ipynb") -> Document:
    return Document(file, page, "en", TERMS.marked, KNOWN)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[07](07_url_mapping.ipynb)", "[07](../notebooks/07_url_mapping.ipynb)"),
        ("[`07`](07_url_mapping.ipynb#goals)", "[`07`](../notebooks/07_url_mapping.ipynb#goals)"),
        ("[Glossary](../../docs/glossary.md)", "[Glossary](../docs/glossary.md)"),
        ("[spec](https://kubernetes.io/docs/#a)", "[spec](https://kubernetes.io/docs/#a)"),
        ("[above](#above)", "[above](#above)"),
        ("the [file](../../manifests/cluster.yaml) itself", "the file itself"),
        ("[한국어](../../README.ko.md)", ""),
        ("`[07](07_url_mapping.ipynb)`", "`[07](07_url_mapping.ipynb)`"),
        ("```\n[07](07_url_mapping.ipynb)\n```", "```\n[07](07_url_mapping.ipynb)\n```"),
        (
            "A [Pod](../../docs/glossary.md#pod).",
            'A <span class="term" data-says="One or more &lt;containers&gt;.">[Pod](../docs/glossary.md#pod)</span>.',
        ),
    ],
)
def test_a_link_leads_to_a_page_or_is_none(monkeypatch: pytest.MonkeyPatch, written: str, shown: str) -> None:
    monkeypatch.delenv(links.SOURCE, raising=False)
    assert document().rewritten(written) == shown


def test_files_are_linked_where_they_can_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(links.SOURCE, "https://example.com/blob/HEAD/")
    written = document().rewritten("[file](../../manifests/cluster.yaml)")
    assert written == "[file](https://example.com/blob/HEAD/manifests/cluster.yaml)"


def test_pictures_of_the_readme_come_along() -> None:
    readme = document("README.md", "index.md")
    sized = readme.rewritten('<img src="docs/images/a.png" width="6" alt="A">')
    assert "<summary>A</summary>" in sized
    assert "```{image} images/a.png\n:alt: A\n:width: 6px\n:loading: lazy\n```" in sized
    assert readme.rewritten("![A](docs/images/a.svg)") == "![A](images/a.svg)"


def shown(tmp_path, *outputs) -> nbformat.NotebookNode:
    path = tmp_path / "99_page.ipynb"
    cells = [
        new_markdown_cell("# 99 Page"),
        new_markdown_cell("It answers 404. <!-- proved-by: a -->"),
        new_code_cell('lab.check("07.1")', outputs=list(outputs)),
    ]
    nbformat.write(new_notebook(cells=cells), path)
    return notebook.page(path, document())


def test_a_page_has_a_box_after_its_title_and_no_comments(tmp_path) -> None:
    title, box, text, *_ = shown(tmp_path).cells
    assert title.source == "# 99 Page" and text.source == "It answers 404."
    assert "{download}`Download this notebook <../download/99_page.ipynb>`" in box.source


def test_hints_and_solutions_are_folded_below_the_check(tmp_path) -> None:
    last = shown(tmp_path).cells[-1].source
    assert last.count('<details class="help">') == last.count("</details>") == 5  # three hints, two solutions
    assert "Hint 3 of 3" in last and "Solution 2" in last and "```yaml\n" in last


def test_nothing_on_a_page_runs(tmp_path) -> None:
    html = '<script type="x">\nalert()</script><p onclick="alert()">seen</p>'
    kinds = {"text/html": html, "application/javascript": "alert()", "application/vnd.ingress-lab.table+json": "{}"}
    svg = "<svg><style>@media screen and (prefers-color-scheme:dark){.a{fill:red}}</style><script>x</script></svg>"
    page = shown(tmp_path, new_output("display_data", kinds), new_output("display_data", {"image/svg+xml": svg}))
    first, second = (output.data for output in page.cells[3].outputs)
    assert first == {"text/html": '<div class="shown"><p>seen</p></div>'}
    assert second == {
        "text/html": '<div class="picture"><svg><style>html[data-theme=dark]{.a{fill:red}}</style></svg></div>'
    }


@pytest.mark.parametrize("of", ["en", "ko"])
def test_every_notebook_has_a_page_on_the_way(of: str) -> None:
    in_order = pages.in_order(of)
    assert [path.name[:2] for path in in_order][7:10] == ["07", "08", "12"]
    assert sorted(in_order) == series.notebooks(of) and in_order[0].name.startswith("00_")
    assert set(pages.in_language(of).values()) == set(pages.in_language("en").values())


def test_terms_are_those_of_the_glossary() -> None:
    for name in ("glossary.md", "glossary.ko.md"):
        said = Terms.read(paths.project() / "docs" / name).said
        assert (
            len(said) > 50
            and said["ingress-controller"]
            and not any("*" in text or "`" in text for text in said.values())
        )
