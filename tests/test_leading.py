"""The leader's guide: every notebook with the minutes that the README says, and plans whose times add up."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GUIDES = ["docs/leading.md", "docs/leading.ko.md"]


def rows(text: str, pattern: str) -> list[tuple[str, ...]]:
    return re.findall(pattern, text, re.MULTILINE)


@pytest.mark.parametrize("guide", GUIDES)
def test_each_notebook_takes_as_long_as_the_readme_says(guide: str) -> None:
    readme = rows((ROOT / "README.md").read_text(), r"^\| \[`(\d\d)_\w+`\].*\| (\d+) min[^|]*\|$")
    assert rows((ROOT / guide).read_text(), r"^\| (\d\d) \| (\d+)[^|]*\|") == readme != []


@pytest.mark.parametrize("guide", GUIDES)
def test_each_line_of_a_plan_begins_when_the_one_before_ends(guide: str) -> None:
    for table in re.findall(r"(?:^\|.*\n)+", (ROOT / guide).read_text(), re.MULTILINE):
        plan = [(60 * int(h) + int(m), int(long)) for h, m, long in rows(table, r"^\| (\d+):(\d\d) \|.*\| (\d+) \|$")]
        ends = [begin + minutes for begin, minutes in plan]
        assert [begin for begin, _ in plan[1:]] == ends[:-1]
