"""All pages of one language as Sphinx reads them, in a folder that is made anew."""

import re
import shutil
from pathlib import Path

import nbformat
from labcore.language import choice
from labcore.language.messages import phrase
from labcore.machine import paths

from labtools.authoring.site import explorer, notebook, pages
from labtools.authoring.site.links import Document
from labtools.authoring.site.terms import Terms

PARTS = ("notebooks/index", "urls", "docs/glossary", "docs/index")
"""What the head of each page leads to."""
_OTHER_LANGUAGE = re.compile(r"^(English · \[한국어\]\(.*\)|\[English\]\(.*\) · 한국어)\n", re.MULTILINE)
"""The line that leads from a document to its other edition; the site has a switch on each page."""


def write(of: str, folder: Path) -> None:
    """Writes the pages of a language below `folder`; its words are in that language."""
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("notebooks", "docs", "download"):
        (folder / part).mkdir(parents=True)
    shutil.copytree(paths.project() / "docs" / "images", folder / "images")
    shutil.copytree(paths.project() / "site" / "locale", folder / "locale")
    known = pages.in_language(of)
    glossary = next(file for file, page in known.items() if page == pages.GLOSSARY)
    terms = Terms.read(paths.project() / glossary)
    for file, page in known.items():
        document = Document(file, page, of, terms.marked, known)
        if page.endswith(".ipynb"):
            _notebook(document, folder)
        else:
            (folder / page).write_text(_text(document), encoding="utf-8")
    (folder / "notebooks" / "index.md").write_text(_list_of_notebooks(of), encoding="utf-8")
    (folder / "docs" / "index.md").write_text(_list_of_documents(), encoding="utf-8")
    (folder / explorer.PAGE).write_text(explorer.page(), encoding="utf-8")


def _notebook(document: Document, folder: Path) -> None:
    path = paths.project() / document.file
    nbformat.write(notebook.page(path, document), folder / document.page)
    shutil.copy(path, folder / "download" / path.name)


def _text(document: Document) -> str:
    text = _OTHER_LANGUAGE.sub("", (paths.project() / document.file).read_text("utf-8"), count=1)
    if document.page == "index.md":
        text += _contents(*PARTS)
    if document.page == pages.GLOSSARY:
        text = text.replace("\n### ", "\n## ")
    written = document.rewritten(text)
    if document.file in pages.documents() and document.of != choice.SOURCE:
        said = phrase("This document is in English.")
        return _after_title(written, f":::{{note}}\n{said}\n:::")
    return written


def _after_title(text: str, block: str) -> str:
    title, _, rest = text.partition("\n")
    return f"{title}\n\n{block}\n{rest}"


def _list_of_notebooks(of: str) -> str:
    title, words = phrase("Notebooks"), phrase("In the order in which they are best read; each runs alone, too.")
    names = [path.stem for path in pages.in_order(of)]
    return f"# {title}\n\n{words}\n{_contents(*names, hidden=False)}"


def _list_of_documents() -> str:
    listed = [page for page in (*pages.TRANSLATED, *pages.documents().values()) if page != pages.GLOSSARY]
    title = phrase("Documents")
    return f"# {title}\n{_contents(*(Path(page).stem for page in listed), hidden=False)}"


def _contents(*names: str, hidden: bool = True) -> str:
    options = ":hidden:\n" if hidden else ":maxdepth: 1\n"
    return f"\n```{{toctree}}\n{options}\n" + "\n".join(names) + "\n```\n"
