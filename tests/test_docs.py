"""What the documents point at exists."""

import re
from pathlib import Path

import pytest
from labtools.authoring import folder_map

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_to_files(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)", document.read_text())
    missing = [link for link in links if "://" not in link and not (document.parent / link).exists()]
    assert missing == []


def test_the_map_says_what_the_docstrings_say() -> None:
    assert folder_map.file().read_text() == folder_map.text(), "make map"


def test_the_map_has_every_folder_of_tests() -> None:
    folders = {f"tests/{path.name}" for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name[0] != "_"}
    assert folders == {name for name in folder_map.OTHERS if name.startswith("tests/")}
