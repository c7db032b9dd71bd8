"""README.ko.md beside README.md, and pages of docs likewise: the same commands and tables, in words of its own."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAIRS = ["README", "docs/commands", "docs/clusters", "docs/workshop", "docs/leading", "docs/preflight", "docs/browser"]
BOTH = [f"{page}{language}.md" for page in PAIRS for language in ("", ".ko")]
ROW = re.compile(r"^\| \[`(\w+)`\]\(notebooks/(\w\w)/(\w+)\.ipynb\) \|.*?(\d+)\D*\|$", re.MULTILINE)


def read(name: str) -> str:
    return (ROOT / name).read_text()


def commands(name: str) -> list[list[str]]:
    """The lines of each code block, without what a comment says of them, and without the language they choose."""
    blocks = re.findall(r"^```\w*\n(.*?)^```$", read(name), re.MULTILINE | re.DOTALL)
    return [[re.sub(r"\s+# .*|^INGRESS_LAB_LANG=ko ", "", line) for line in block.splitlines()] for block in blocks]


def quoted(name: str) -> set[str]:
    """What stands in backticks, code blocks aside; a language that it names is left out."""
    prose = re.sub(r"^```.*?^```$", "", read(name), flags=re.MULTILINE | re.DOTALL)
    return {words.replace(" --lang ko", "").replace("/ko/", "/en/") for words in re.findall(r"`([^`\n]+)`", prose)}


def rows(name: str) -> list[tuple[str, str]]:
    """Name and minutes of each notebook."""
    found = ROW.findall(read(name))
    assert all(shown == linked for shown, _, linked, _ in found)
    return [(shown, minutes) for shown, _, _, minutes in found]


def tables(name: str) -> list[int]:
    """The number of rows of each table."""
    return [len(lines.splitlines()) for lines in re.findall(r"(?:^\|.*\n)+", read(name), re.MULTILINE)]


def anchor(heading: str) -> str:
    """As GitHub makes it of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAIRS)
def test_each_leads_to_the_other(page: str) -> None:
    name = page.rpartition("/")[2]
    assert f"[한국어]({name}.ko.md)" in read(f"{page}.md") and f"[English]({name}.md)" in read(f"{page}.ko.md")


@pytest.mark.parametrize("page", PAIRS)
def test_code_blocks_are_the_same(page: str) -> None:
    assert commands(f"{page}.ko.md") == commands(f"{page}.md") != []


def test_the_first_block_opens_the_korean_edition() -> None:
    first = re.search(r"^```\n(.*?)^```$", read("README.ko.md"), re.MULTILINE | re.DOTALL)
    assert first and first[1].startswith("INGRESS_LAB_LANG=ko make study ")


@pytest.mark.parametrize("page", PAIRS)
def test_commands_and_files_in_the_text_are_the_same(page: str) -> None:
    assert quoted(f"{page}.md") - quoted(f"{page}.ko.md") == set()


@pytest.mark.parametrize("page", PAIRS)
def test_tables_are_as_long(page: str) -> None:
    assert tables(f"{page}.ko.md") == tables(f"{page}.md")


def test_tables_list_the_same_notebooks() -> None:
    stored = [path.stem for path in sorted((ROOT / "notebooks/ko").glob("*.ipynb"))]
    assert [name for name, _ in rows("README.ko.md")] == stored
    assert rows("README.ko.md") == rows("README.md")
    assert {language for _, language, _, _ in ROW.findall(read("README.ko.md"))} == {"ko"}


@pytest.mark.parametrize("name", BOTH)
def test_links_lead_to_files_and_headings(name: str) -> None:
    headings = {f"#{anchor(line)}" for line in re.findall(r"^#+ (.+)$", read(name), re.MULTILINE)}
    targets = re.findall(r"\]\(([^)]+)\)", read(name)) + re.findall(r'src="([^"]+)"', read(name))
    here = [target for target in targets if "://" not in target]
    folder = (ROOT / name).parent
    missing = [t for t in here if not (t in headings if t.startswith("#") else (folder / t.partition("#")[0]).exists())]
    assert missing == []


@pytest.mark.parametrize("page", PAIRS)
def test_it_is_polite_and_does_not_shout(page: str) -> None:
    """합니다체 throughout: no 해요체, no exclamation marks."""
    prose = re.sub(r"^```.*?^```$|`[^`]*`|!\[", "", read(f"{page}.ko.md"), flags=re.MULTILINE | re.DOTALL)
    assert re.findall(r"\S*(?:[해아어예세]요)[.\n]|!", prose) == []
