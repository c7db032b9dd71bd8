"""The generated lines of docs/fidelity.md: `python tests/flows/fidelity.py` writes them.

Figures come from the recordings and from the table of exceptions (whose rows test_recorded_stories.py proves), kinds
from loopkube itself. tests/test_fidelity.py says when they are stale.
"""

import json
import re
from pathlib import Path

from loopkube.kinds.registry import BUILT_IN

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "fidelity.md"
RECORDINGS = ROOT / "tests" / "recordings"
_ROW = re.compile(r"^\| ([a-z-]+) \| `([^`]+)` \| (.+) \|$", re.MULTILINE)
_PART = "<!-- {0} -->\n{1}\n<!-- end -->"


def exceptions(text: str = "") -> dict[tuple[str, str], str]:
    """{(story, moment): why it differs}, as the document lists them."""
    return {(story, moment): why for story, moment, why in _ROW.findall(text or DOCUMENT.read_text())}


def stories() -> dict[str, list[str]]:
    """{story: its moments}."""
    found = {}
    for path in sorted((RECORDINGS / "stories").glob("*.json")):
        story = json.loads(path.read_text())
        steps = [step for step in story["steps"] if step["do"] != "wait"]
        found[story["story"]] = [_moment(step) for step in steps]
    return found


def _moment(step: dict) -> str:
    if step["do"] == "apply":
        return "apply"
    return f"{step['do']} {' '.join(step['with'])}"


def _figures(text: str) -> str:
    requests = sum(len(json.loads(path.read_text())["steps"]) for path in (RECORDINGS / "api").glob("*.json"))
    told = stories()
    moments, differing = sum(map(len, told.values())), len(exceptions(text))
    return (
        f"- Recorded requests: {requests}, and {requests} of {requests} answers are the same.\n"
        f"- Recorded stories: {len(told)} with {moments} moments; {moments - differing} are the same, "
        f"{differing} differ as the table says."
    )


def _kinds(text: str) -> str:
    groups: dict[str, list[str]] = {}
    for kind in BUILT_IN:
        groups.setdefault(kind.api_version, []).append(kind.kind)
    return "\n".join(f"- `{version}`: {', '.join(sorted(names))}" for version, names in groups.items())


PARTS = {"figures": _figures, "kinds": _kinds}


def renewed(text: str) -> str:
    """The document with its generated parts as they should be."""
    for name, make in PARTS.items():
        pattern = re.compile(rf"<!-- {name} -->\n.*?\n<!-- end -->", re.DOTALL)
        assert pattern.search(text), f"the part {name} is missing"
        text = pattern.sub(lambda _, n=name, m=make, t=text: _PART.format(n, m(t)), text)
    return text


if __name__ == "__main__":
    DOCUMENT.write_text(renewed(DOCUMENT.read_text()))
