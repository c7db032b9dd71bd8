"""What the documents point at exists."""

import re
import subprocess
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


TOPS = {"helpers", *folder_map.PACKAGES, *(folder.partition("/")[0] for folder in folder_map.OTHERS)}
PLACEHOLDER = re.compile(r"[A-Z]{2,}")
"""`NN`, `TOPIC`: any name."""


def named(document: Path) -> set[str]:
    """The files and folders in a document's code: words with a path that begins at the top or in helpers."""
    text = document.read_text()
    code = re.findall(r"```.*?```", text, re.DOTALL) + re.findall(r"`[^`\n]+`", text)
    words = {word.strip("`,.:;") for span in code for word in span.split()}
    return {word for word in words if word.partition("/")[0] in TOPS and re.fullmatch(r"[\w./*-]+/.*", word)}


def exists(path: str) -> bool:
    pattern = PLACEHOLDER.sub("*", path).rstrip("/")
    return any(list(folder.glob(pattern)) for folder in (ROOT, ROOT / "helpers"))


def test_files_that_the_walks_name_are_there() -> None:
    paths = named(ROOT / "CONTRIBUTING.md")
    assert {"manifests/TOPIC/", "tests/flows/fidelity.py", "loopkube/kinds"} <= paths
    assert [path for path in sorted(paths) if not exists(path)] == []
    assert not exists("loopkube/kinds/no_such_file.py")


def test_files_that_continuous_integration_names_are_there() -> None:
    (names,) = re.findall(r"^as_root=\(\n.*?^\)", (ROOT / ".ci" / "run").read_text(), re.DOTALL | re.MULTILINE)
    script = f"{names}\nprintf '%s\\n' \"${{as_root[@]}}\""
    listed = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert len(listed) > 10
    assert [path for path in listed if not (ROOT / path).is_file()] == []


def test_links_within_a_document_lead_to_its_headings() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    headings = {heading.lower().replace(" ", "-").replace("'", "") for heading in re.findall(r"^#+ (.+)$", text, re.M)}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= headings


def test_the_map_says_what_the_docstrings_say() -> None:
    assert folder_map.file().read_text() == folder_map.text(), "make map"


def test_the_map_has_every_folder_of_tests() -> None:
    folders = {f"tests/{path.name}" for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name[0] != "_"}
    assert folders == {name for name in folder_map.OTHERS if name.startswith("tests/")}
