"""README.ko.md beside README.md: the same commands, notebooks, tables and pictures, in words of its own."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BOTH = ("README.md", "README.ko.md")
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


def test_each_leads_to_the_other() -> None:
    assert "[한국어](README.ko.md)" in read("README.md") and "[English](README.md)" in read("README.ko.md")


def test_code_blocks_are_the_same() -> None:
    assert commands("README.ko.md") == commands("README.md") != []


def test_the_first_block_opens_the_korean_edition() -> None:
    first = re.search(r"^```\n(.*?)^```$", read("README.ko.md"), re.MULTILINE | re.DOTALL)
    assert first and first[1].startswith("INGRESS_LAB_LANG=ko make study ")


def test_commands_and_files_in_the_text_are_the_same() -> None:
    assert quoted("README.md") - quoted("README.ko.md") == set()


def test_tables_are_as_long_and_list_the_same_notebooks() -> None:
    assert tables("README.ko.md") == tables("README.md")
    stored = [path.stem for path in sorted((ROOT / "notebooks/ko").glob("*.ipynb"))]
    assert [name for name, _ in rows("README.ko.md")] == stored
    assert rows("README.ko.md") == rows("README.md")
    assert {language for _, language, _, _ in ROW.findall(read("README.ko.md"))} == {"ko"}


@pytest.mark.parametrize("name", BOTH)
def test_links_lead_to_files_and_headings(name: str) -> None:
    headings = {f"#{anchor(line)}" for line in re.findall(r"^#+ (.+)$", read(name), re.MULTILINE)}
    targets = re.findall(r"\]\(([^)]+)\)", read(name)) + re.findall(r'src="([^"]+)"', read(name))
    here = [target for target in targets if "://" not in target]
    missing = [t for t in here if not (t in headings if t.startswith("#") else (ROOT / t).exists())]
    assert missing == []


def test_it_is_polite_and_does_not_shout() -> None:
    """합니다체 throughout: no 해요체, no exclamation marks."""
    prose = re.sub(r"^```.*?^```$|`[^`]*`|!\[", "", read("README.ko.md"), flags=re.MULTILINE | re.DOTALL)
    assert re.findall(r"\S*(?:[해아어예세]요)[.\n]|!", prose) == []
