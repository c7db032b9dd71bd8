"""`lab migrate PATH --replay`: which requests nginx and a candidate answer differently."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingress_lab.display import progress
from labcore.errors import LabError
from labcore.language.messages import phrase, plural
from labcore.language.untrusted import visible

from labtools.commands import FAILED, OK

if TYPE_CHECKING:
    from labtools.migrate.found import Input
    from labtools.migrate.replay.result import Replay


def replayed(given: "Input", candidates: Sequence[str], *, as_json: bool, report: Path | None, most: int = 0) -> int:
    """Exit code 0 when every answer is the same, 1 when one differs."""
    from labtools.migrate.replay import data, page
    from labtools.migrate.replay.corpus import MOST
    from labtools.migrate.replay.replaying import replay

    if report and not report.resolve().parent.is_dir():
        raise LabError(phrase("there is no folder {folder} for the report", folder=report.resolve().parent))
    with progress.line(phrase("replay")) as line:
        found = replay(given, candidates, most=most if most > 0 else MOST, said=line.say)
    if report:
        report.write_text(page.as_page(found), encoding="utf-8")
    print(data.as_json(found) if as_json else visible("\n".join(map(str, _lines(found)))), end="" if as_json else "\n")
    if report:
        print(visible(phrase("report: {file}", file=report)), file=sys.stderr)
    return OK if found.same else FAILED


def _lines(found: "Replay") -> Iterator[str]:
    from labtools.migrate.replay import why

    for side in found.candidates:
        yield from _of_candidate(found, side)
        if general := found.everywhere(side):
            yield phrase("Different in every answer, and not counted:")
            yield from (f"  {sentence}" for sentence in why.everywhere(general, side))
        yield ""
    if found.left_out:
        yield plural(
            "{number} further request was left out.", "{number} further requests were left out.", found.left_out
        )
    yield from found.all_notes
    for side in found.candidates:
        yield phrase("nginx and {side}: {summary}", side=side, summary=found.summary_of(side))


def _of_candidate(found: "Replay", side: str) -> Iterator[str]:
    from labtools.migrate.replay import why

    for pair in found.different(side):
        yield pair.request.title
        yield phrase("  asked because: {reason}", reason=pair.request.reason)
        yield f"  {why.why(pair, side)}"
