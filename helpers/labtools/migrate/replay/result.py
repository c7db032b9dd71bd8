"""What a replay found: all requests, all answers, and for each candidate what differs from nginx."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from labcore.language.messages import Readable, joined, phrase
from labcore.language.untrusted import html_text, visible

from labtools.migrate.replay import why
from labtools.migrate.replay.baseline import everywhere
from labtools.migrate.replay.comparing import Compared, Difference, compared
from labtools.migrate.replay.request import Request
from labtools.migrate.replay.running import Played
from labtools.migrate.replay.seen import Seen
from labtools.migrate.replay.sides import REFERENCE

if TYPE_CHECKING:
    from ingress_lab.display.tables import Table


@dataclass(frozen=True, repr=False)
class Replay(Readable):
    """`played` has every side by its name; nginx is the one that all others are compared with."""

    source: str
    requests: tuple[Request, ...]
    played: Mapping[str, Played]
    left_out: int = 0
    notes: tuple[str, ...] = field(default=())

    @property
    def candidates(self) -> list[str]:
        return [side for side in self.played if side != REFERENCE]

    @property
    def answers(self) -> dict[str, tuple[Seen, ...]]:
        """Of each side, in the order of the requests."""
        return {side: played.answers for side, played in self.played.items()}

    @cached_property
    def _compared(self) -> dict[str, list[Compared]]:
        before = self.played[REFERENCE].answers
        return {
            side: compared(self.requests, before, self.played[side].answers, self.everywhere(side))
            for side in self.candidates
        }

    def everywhere(self, candidate: str) -> list[Difference]:
        """Headers that differ in every answer of a candidate, by the rule without annotations."""
        return everywhere(self.played[REFERENCE].baseline, self.played[candidate].baseline)

    def compared(self, candidate: str) -> list[Compared]:
        """Every request with both answers."""
        return self._compared[candidate]

    def different(self, candidate: str) -> list[Compared]:
        return [pair for pair in self.compared(candidate) if not pair.same]

    @property
    def same(self) -> bool:
        """Whether every candidate answers as nginx does."""
        return not any(self.different(candidate) for candidate in self.candidates)

    def summary_of(self, candidate: str) -> str:
        """`37 of 42 the same`."""
        pairs = self.compared(candidate)
        return phrase("{same} of {all} the same", same=sum(pair.same for pair in pairs), all=len(pairs))

    @property
    def summary(self) -> str:
        """One candidate's; of several each with its name."""
        lines = [(side, self.summary_of(side)) for side in self.candidates]
        if len(lines) == 1:
            return lines[0][1]
        return joined("\n", [phrase("{side}: {summary}", side=side, summary=said) for side, said in lines])

    def table(self, candidate: str = "") -> "Table":
        """What differs: the request, what each side answered, and why that is a difference."""
        from ingress_lab.display.tables import plain_table

        side = candidate or self.candidates[0]
        rows = [
            [pair.request.title, why.outcome(pair.before), why.outcome(pair.after), why.why(pair, side)]
            for pair in self.different(side)
        ]
        made = plain_table(rows, [phrase("request"), REFERENCE, side, phrase("why")], title=phrase("differences"))
        made.attrs["note"] = self.summary_of(side)
        return made

    @property
    def all_notes(self) -> list[str]:
        """What is to be known of the replay itself, and of what a side was not given."""
        sides = self.played.items()
        told = [phrase("{side}: {note}", side=side, note=note) for side, played in sides for note in played.notes]
        return [*self.notes, *told]

    def __repr__(self) -> str:
        return visible(self.summary)

    def __str__(self) -> str:
        return visible(self.summary)

    def _repr_html_(self) -> str:
        return f"<p>{html_text(self.summary)}</p>" + "".join(self.table(side)._repr_html_() for side in self.candidates)
