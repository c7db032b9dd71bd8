"""An explanation of a URL at a Gateway as a reader sees it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labcore.language.messages import phrase

from labtools.explain.explanation import Explanation, table_of

if TYPE_CHECKING:
    from ingress_lab.display.tables import Table

RULES = ("host", "match", "service", "route", "controller")


@dataclass(frozen=True, repr=False)
class RouteExplanation(Explanation):
    """`api` is the specification's reading; the rows of rules are matches of HTTPRoutes."""

    @property
    def rules(self) -> "Table":
        """Each match that could have had a say, and why it won or lost."""
        made = table_of(self.rule_rows, RULES, phrase("rules"), controller=self.controller_name)
        made.attrs["note"] = self.note
        return made
