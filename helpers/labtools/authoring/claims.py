"""Sentences on the behaviour of a program, and the cells that prove them: `make claims`.

An author ends such a sentence with a comment that no reader sees: `<!-- proved-by: r1-run -->`, or several ids with
commas between. It stands for all sentences since the last one in its paragraph or list item. What no cell can show is
told, with a source: `<!-- told: https://kubernetes.io/... -->`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from labcore.language import choice

from labtools.workspace import series

_SUBJECT = (
    r"Traefik(?:'s [\w-]+ provider)?|ingress-nginx|nginx|[Tt]he API server|[Tt]he API|kube-proxy|[Tt]he kubelet|"
    r"[Tt]he (?:ingress )?controllers?|Kubernetes|[Tt]he L4 proxy|CoreDNS|[Tt]he scheduler"
)
_VERBS = (
    "accept add allow answer apply ask balance bind block buffer build call change check choose close compare connect "
    "copy count create decide decode default delete deny dial do drain drop encrypt end evict expect fail fall find "
    "follow forward get give go handle hide hold honour honor ignore keep know leave let lack list listen load look "
    "lose make match mean merge move need notice open own pass pick prefer print probe promise prove provide pull put "
    "quote raise read recognise redirect refuse reject reload remember remove replace report request require resolve "
    "respond restart retry return rewrite route run say schedule see select send serve set show sort split spread "
    "start stay stop store strip switch take tell terminate test treat trust turn update use validate wait warn watch "
    "work write"
)
_IRREGULAR = [
    "applies",
    "copies",
    "denies",
    "retries",
    "carries",
    "tries",
    "does",
    "has",
    "is",
    "are",
    "cannot",
    "never",
]
_ENDS = "|".join([f"{verb}(?:e?s)?" for verb in _VERBS.split()] + _IRREGULAR)
_CLAIM = re.compile(
    rf"(?:\b(?P<subject>{_SUBJECT})(?![\w'-])(?:[^.,;:()]{{0,40}}?) (?:{_ENDS})\b"
    rf"|(?:is|are|was|were|been|be) \w+ by (?P<agent>{_SUBJECT})\b)"
)
_COMMENT = re.compile(r"<!-- *(proved-by|told): *(.*?) *-->")
_SENTENCE = re.compile(r"(?<=[.?!])(?:\*\*)?\s+(?=[A-Z`*\[\"(<])")
_BLOCK = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.)\s)|\n(?=#)|\n(?=\|)")
_CODE = re.compile(r"`[^`]*`")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_EXEMPT = ("**Predict", "**Goals", "## Exercise", "## On ")
"""Options of a prediction, tasks, goals and the boxes on clusters claim nothing that a cell of this notebook shows."""


@dataclass(frozen=True)
class Claim:
    """A sentence, whose behaviour it tells, and what it rests on: ids of cells, or a source."""

    notebook: str
    cell: str
    sentence: str
    subject: str
    proofs: tuple[str, ...] = ()
    source: str = ""


def claims(path: Path) -> list[Claim]:
    """All sentences of an English notebook that tell of a program's behaviour, or say what they rest on."""
    listed = []
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            listed += [Claim(path.stem, cell.id, *told) for told in _of_text(cell.source)]
    return listed


def problems(path: Path) -> list[str]:
    """What is unproved, or rests on a cell that is not there or shows nothing."""
    cells = {cell.id: cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"}
    complaints = []
    for claim in claims(path):
        if not claim.proofs and not claim.source:
            complaints.append(f'{claim.cell}: what proves "{claim.sentence}"?')
        complaints += [f"{claim.cell}: there is no code cell {proof}" for proof in claim.proofs if proof not in cells]
        complaints += [f"{claim.cell}: {proof} shows nothing" for proof in claim.proofs if not shown(cells.get(proof))]
    return complaints


def shown(cell: nbformat.NotebookNode | None) -> str:
    """The first lines of a cell's stored output; a cell that asserts shows what it asserts."""
    texts = []
    for output in cell.outputs if cell else ():
        texts += [output.get("text", "") or output.get("evalue", "") or output.get("data", {}).get("text/plain", "")]
    asserted = [line for line in (cell.source.splitlines() if cell else ()) if line.startswith("assert ")]
    return "\n".join([*texts, *asserted]).strip() if cell else "(no such cell)"


def _of_text(source: str) -> Iterator[tuple[str, str, tuple[str, ...], str]]:
    for block in _BLOCK.split(_FENCE.sub("", source)):
        waiting: list[tuple[str, str]] = []
        exempt = source.lstrip().startswith(_EXEMPT) or "**Predict" in source
        for sentence in _sentences(block):
            comment = _COMMENT.search(sentence)
            if comment is None:
                waiting += [] if exempt or sentence.endswith("?") else _claim(sentence)
                continue
            ids = tuple(re.split(r",\s*", comment[2])) if comment[1] == "proved-by" else ()
            yield from ((text, whose, ids, "" if ids else comment[2]) for text, whose in waiting)
            waiting = []
        yield from ((text, whose, (), "") for text, whose in waiting)


def _sentences(block: str) -> Iterator[str]:
    """Sentences and comments, in their order."""
    at = 0
    for comment in [*_COMMENT.finditer(block), None]:
        text = " ".join(block[at : comment.start() if comment else None].split())
        yield from (sentence for sentence in _SENTENCE.split(text) if sentence)
        if comment:
            yield comment[0]
            at = comment.end()


def _claim(sentence: str) -> list[tuple[str, str]]:
    match = _CLAIM.search(_CODE.sub("`...`", sentence))
    if match is None or sentence.startswith("#"):
        return []
    return [(sentence, (match["subject"] or match["agent"] or "").removeprefix("The ").removeprefix("the "))]


def english(only: str = "") -> list[Path]:
    """The English notebooks with `only` in their names."""
    return [path for path in series.notebooks(choice.SOURCE) if only in path.stem]
