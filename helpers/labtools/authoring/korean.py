"""`make korean`: the Korean prose of a notebook as one page for reading; without a number, how often words are used.

What is not written stands in tests/forbidden_korean.txt, with what is written instead; SOUGHT are words of the field.
"""

import re
import subprocess
from collections import Counter
from collections.abc import Iterable
from functools import cache
from io import BytesIO

import nbformat
from babel.messages.pofile import read_po
from labcore.errors import LabError, UnknownName
from labcore.language.messages import phrase
from labcore.machine import paths
from nbformat import NotebookNode

from labtools.workspace import series

SPOKEN = "ko"
SOUGHT = (
    *("트래픽", "로드밸런싱|로드밸런서", "분산", "단일 진입점", "배포", "고가용성", "TLS 종료", "라우팅", "엣지"),
    *("리스닝|수신 대기", "세션 어피니티|스티키 세션", "페일오버", "사용 중단", "DNS 레이블", "경로 요소", "고유 동작"),
)
_FILES = re.compile(r"(notebooks)/ko/[^/]+\.ipynb|[^/]*(README)\.ko\.md|(docs)/[^/]+\.ko\.md|.*locale/(ko\.po)")
_CODE = re.compile(r"^( *)(```|~~~).*?^\1\2|`[^`\n]*`|<!--.*?-->|\]\([^)\s]*\)", re.MULTILINE | re.DOTALL)


def prose(text: str) -> str:
    """Without code, links' targets and comments, which readers do not read as Korean; in their place a backtick."""
    return _CODE.sub("`", text)


@cache
def avoided() -> dict[re.Pattern[str], str]:
    """Each forbidden pattern with the words to write instead."""
    lines = (paths.project() / "tests/forbidden_korean.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {re.compile(pattern): instead for pattern, instead in pairs}


def page(notebook: NotebookNode) -> str:
    """The prose of a notebook, each cell below its id, without comments and without where links lead."""
    shown = [(cell.id, cell.source) for cell in notebook.cells if cell.cell_type == "markdown"]
    return "\n\n".join(f"[{name}]\n{_CODE.sub(_read, source).strip()}" for name, source in shown)


def _read(code: re.Match[str]) -> str:
    """What a reader sees of it: all but the targets of links, and comments."""
    return "]" if code[0].startswith("](") else "" if code[0].startswith("<!--") else code[0]


def show(only: str, since: str) -> int:
    """Prints the pages of the notebooks with `only` in their names; without it the counts, beside those of a commit."""
    if not only:
        print(*table(counts(texts()), counts(texts(since)) if since else None), sep="\n")
        return 0
    notebooks = [path for path in series.notebooks(SPOKEN) if only in path.name]
    if not notebooks:
        raise UnknownName(phrase('no notebook has "{only}" in its name', only=only))
    print(*(page(nbformat.read(path, as_version=4)) for path in notebooks), sep="\n\n")
    return 0


def texts(commit: str = "") -> list[tuple[str, str]]:
    """Where (notebooks, README, docs, ko.po) and the Korean prose there: of the folder as it is, or of a commit."""
    listed = [_FILES.fullmatch(name) for name in _git("ls-tree", "-r", "--name-only", commit or "HEAD").splitlines()]
    named = [(str(match[match.lastindex or 0]), match[0]) for match in listed if match]
    return [(where, _prose(name, _git("show", f"{commit}:{name}") if commit else _now(name))) for where, name in named]


def _now(name: str) -> str:
    return (paths.project() / name).read_text(encoding="utf-8")


def _git(*command: str) -> str:
    here = str(paths.project())
    done = subprocess.run(["git", "-C", here, *command], capture_output=True, text=True, encoding="utf-8")  # noqa: S607
    if done.returncode:
        raise LabError(phrase("git cannot read the Korean files: {error}", error=done.stderr.strip()))
    return done.stdout


def _prose(name: str, text: str) -> str:
    if name.endswith(".ipynb"):
        return "\n".join(cell.source for cell in nbformat.reads(text, 4).cells if cell.cell_type == "markdown")
    if name.endswith(".po"):
        strings = (message.string for message in read_po(BytesIO(text.encode())) if message.id)
        return "\n".join(string if isinstance(string, str) else "\n".join(string or ()) for string in strings)
    return text


def counts(passages: Iterable[tuple[str, str]]) -> dict[str, Counter[str]]:
    """{pattern: {where: how often}} of what is avoided and what is sought."""
    made = {pattern: Counter[str]() for pattern in [*(p.pattern for p in avoided()), *SOUGHT]}
    for where, text in passages:
        read = prose(text)
        for pattern, places in made.items():
            places[where] += len(list(re.finditer(pattern, read)))
    return made


def table(now: dict[str, Counter[str]], before: dict[str, Counter[str]] | None = None) -> list[str]:
    """A table in Markdown: what is avoided, what is sought, each where it is used; `before -> now` with two counts."""
    wheres = ("notebooks", "README", "docs", "ko.po")
    lines = [f"| words | instead | {' | '.join(wheres)} | all |", f"|---|---|{'---:|' * (len(wheres) + 1)}"]
    instead = {pattern.pattern: replacement for pattern, replacement in avoided().items()}
    for pattern, places in now.items():
        earlier = before[pattern] if before is not None else None
        cells = [_told(places[where], None if earlier is None else earlier[where]) for where in wheres]
        cells.append(_told(places.total(), earlier.total() if earlier is not None else None))
        lines.append(f"| {_cell(pattern)} | {_cell(instead.get(pattern, '(sought)'))} | {' | '.join(cells)} |")
    return lines


def _told(now: int, before: int | None) -> str:
    return str(now) if before is None else f"{before} -> {now}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
