"""An explanation as a reader sees it: sentences, three tables, a picture."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingress_lab.http.answers import Answer
from labcore.language.messages import english, filled, joined, phrase
from labcore.language.untrusted import html_text, visible

from labtools.explain.chain import LINKS, OK, STATES, Chain
from labtools.explain.fault import Fault

if TYPE_CHECKING:
    from ingress_lab.display.tables import Table
    from ingress_lab.pictures import Picture

RULES = ("host", "path", "path_type", "service", "ingress", "api", "controller")
READINGS = ("reading", "answer", "because")
TEXTS = ("rule", "length", "service")
CHAIN = ("link", "what", "state", "detail")
HEADINGS = {
    "host": phrase("host"),
    "path": phrase("path"),
    "path_type": phrase("pathType"),
    "service": phrase("service"),
    "ingress": phrase("ingress"),
    "match": phrase("match"),
    "route": phrase("HTTPRoute"),
    "api": phrase("API's reading"),
    "controller": phrase("{name}'s reading"),
    "reading": phrase("reading"),
    "answer": phrase("answer"),
    "because": phrase("because"),
    "rule": phrase("rule text"),
    "length": phrase("characters"),
    "priority": phrase("priority"),
    "link": phrase("link"),
    "what": phrase("what"),
    "state": phrase("state"),
    "detail": phrase("what it says"),
}


@dataclass(frozen=True)
class Explanation:
    """Why a URL gets its answer.

    `api` and `controller` are what the two readings expect (a Service, or a status; several are joined by "or"),
    `seen` is the answer that came (None: nobody asked). `fault` is the first broken link, if one is broken.
    `answered_by` is the Service whose application wrote that answer ("": the controller did, or nobody).
    `unread`: annotations on the way that the controller of the class does not read.
    `asked`: the controller's reading rests on what Traefik itself told, not on the objects alone.
    """

    url: str
    api: str
    controller: str
    seen: Answer | None
    sentences: Sequence[str]
    chain: Chain
    fault: Fault | None = None
    rule_rows: Sequence[dict] = field(default=(), repr=False)
    reading_rows: Sequence[dict] = field(default=(), repr=False)
    text_rows: Sequence[dict] = field(default=(), repr=False)
    controller_name: str = "Traefik"
    note: str = ""
    asked: bool = False
    answered_by: str = ""
    unread: Sequence[str] = ()

    @property
    def text(self) -> str:
        """All sentences, for a terminal."""
        return joined("\n", self.sentences)

    @property
    def outcome(self) -> str:
        """What came; without a request, what the controller's reading expects, or else the API's."""
        return self.seen.outcome if self.seen else self.controller or self.api

    @property
    def rules(self) -> "Table":
        """Each rule that could have had a say, and why it won or lost, once for each reading."""
        columns = RULES if self.controller else RULES[:-1]
        made = table_of(self.rule_rows, columns, phrase("rules"), controller=self.controller_name)
        made.attrs["note"] = self.note
        return made

    @property
    def readings(self) -> "Table":
        """What the API says, what this controller makes of it, and what was seen."""
        return table_of(self.reading_rows, READINGS, phrase("three readings"))

    @property
    def texts(self) -> "Table":
        """The rule texts of Traefik that fit, in the order in which it tries them: the longest first."""
        columns = TEXTS if all(row["length"] == row["priority"] for row in self.text_rows) else (*TEXTS, "priority")
        return table_of(self.text_rows, columns, phrase("rule texts"))

    @property
    def way(self) -> "Table":
        """The chain: Ingress, rule, Service, port, EndpointSlice, Pod."""
        rows = [
            {"link": LINKS[link.kind], "what": link.name, "state": STATES[link.state], "detail": link.detail or None}
            for link in self.chain.links
        ]
        return table_of(rows, CHAIN, phrase("the way of the request"))

    @property
    def picture(self) -> "Picture":
        """The hops of the request, what the controller looks up between them, and the link that is broken."""
        from ingress_lab.pictures import Hop, hops

        path = self.url.partition("://")[2].partition("/")[2]
        boxes = [Hop(phrase("client"), f"GET /{path}"), Hop(phrase("controller"), self.controller_name)]
        boxes += [
            Hop(LINKS[link.kind], link.name, link.state, link.detail, passed=link.kind == "Pod")
            for link in self.chain.links
        ]
        if all(link.state == OK for link in self.chain.links):
            boxes.append(Hop(phrase("answer"), self.outcome, "broken" if self.fault else "ok"))
        return hops(self.url, boxes)

    def _tables(self) -> list["Table"]:
        """Without rules there is no table of them."""
        return [table for table in (self.readings, self.rules, self.way) if len(table)]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        page = "".join(f"<p>{html_text(s).replace(chr(10), '<br>')}</p>" for s in self.sentences)
        page += "".join(table._repr_html_() for table in self._tables())
        return {"text/html": page, "text/plain": str(self)}

    def __repr__(self) -> str:
        return "\n\n".join([visible(english(self.text)), *(repr(table) for table in self._tables())])

    def __str__(self) -> str:
        return "\n\n".join([visible(self.text), *(str(table) for table in self._tables())])


def table_of(rows: Sequence[dict], columns: Sequence[str], title: str, **names: str) -> "Table":
    """A table of these columns, with their headings in the reader's language."""
    from ingress_lab.display.tables import plain_table

    headings = [filled(HEADINGS[column], name=names.get(column, "")) for column in columns]
    return plain_table([[row.get(column) for column in columns] for row in rows], headings, title)
