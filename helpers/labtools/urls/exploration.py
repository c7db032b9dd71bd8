"""What an exploration shows: the three readings, and every rule with what each reader makes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from labcore.language.messages import Readable, english, filled, phrase
from labcore.language.untrusted import html_text, visible

from labtools.traefik.ingress_paths import Claim
from labtools.urls.readers import NAMES, Read
from labtools.urls.typed import Typed

if TYPE_CHECKING:
    from ingress_lab.display.tables import Table

WINS, MAY, FITS, NOT = "✓", "?", "~", "·"
NOTE = phrase(
    "{wins} wins, {may} may win, {fits} fits but does not win, {no} does not fit. Each reader is given all of these "
    "Ingresses as if they were of its class, and nginx's annotations are not followed; lab explain says who answers on "
    "this cluster."
)
READINGS = (phrase("reader"), phrase("answer"), phrase("host compared"), phrase("path compared"), phrase("because"))
RULE = (phrase("host"), phrase("path"), phrase("pathType"), phrase("service"), phrase("ingress"))


@dataclass(frozen=True)
class Exploration(Readable):
    """One URL: `answers` has the outcome of each reader, `rules` every rule that is shown."""

    typed: Typed
    claims: Sequence[Claim] = field(repr=False)
    reads: Sequence[Read] = field(repr=False)
    namespace: str = ""
    left_out: int = 0

    @property
    def answers(self) -> dict[str, str]:
        """{"api", "traefik", "nginx": a Service or a status; several joined by "or", "-" where it is not known}."""
        return {read.name: read.answer for read in self.reads}

    @property
    def readings(self) -> "Table":
        """Who answers by each reader, what it compares with the rules, and why."""
        from ingress_lab.display.tables import plain_table

        rows = [[NAMES[one.name], one.answer, one.host, one.path, one.because] for one in self.reads]
        return plain_table(rows, READINGS, phrase("readings"))

    @property
    def rules(self) -> "Table":
        """Each rule, and why it wins or not, once for each reader."""
        from ingress_lab.display.tables import plain_table

        headings = [*RULE, *(NAMES[read.name] for read in self.reads)]
        rows = [[*self._rule(claim), *(_cell(one, n) for one in self.reads)] for n, claim in enumerate(self.claims)]
        made = plain_table(rows, headings, phrase("rules"))
        made.attrs["note"] = filled(NOTE, wins=WINS, may=MAY, fits=FITS, no=NOT) + self._left_out
        return made

    @property
    def _left_out(self) -> str:
        if not self.left_out:
            return ""
        return phrase(" Rules of other namespaces that fit for no reader, not shown: {number}.", number=self.left_out)

    def _rule(self, claim: Claim) -> list[object]:
        rule = claim.rule
        ingress = rule.ingress if rule.namespace == self.namespace else f"{rule.namespace}/{rule.ingress}"
        path = rule.path or phrase("(default backend)")
        return [rule.host or phrase("any host"), path, rule.path_type or None, rule.service, ingress]

    def _tables(self) -> list["Table"]:
        return [self.readings, self.rules] if len(self.claims) else [self.readings]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        page = f"<p><code>{html_text(self.typed.url)}</code></p>"
        return {"text/html": page + "".join(t._repr_html_() for t in self._tables()), "text/plain": str(self)}

    def __repr__(self) -> str:
        return "\n\n".join([visible(english(self.typed.url)), *(repr(table) for table in self._tables())])

    def __str__(self) -> str:
        return "\n\n".join([visible(self.typed.url), *(str(table) for table in self._tables())])


def _cell(read: Read, number: int) -> str:
    won = WINS if sum(read.wins) == 1 else MAY
    mark = won if read.wins[number] else FITS if read.fits[number] else NOT
    return phrase("{mark} {why}", mark=mark, why=read.why[number])
