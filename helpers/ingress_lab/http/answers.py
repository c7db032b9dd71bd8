"""One `Answer` per request, and lists of them as tables."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from labcore.errors import unknown
from labcore.language.messages import Readable, phrase

if TYPE_CHECKING:
    from ingress_lab.display.tables import Table

NOBODY = "-"  # the service of an answer that no application gave
SHOWN = ("url", "status", "service")


@dataclass(frozen=True)
class Answer:
    """What came back for one request.

    `service`, `pod` (an alias), `node`, `path`, `visits` and `seen` (headers) are the application's own words;
    `service` is "-" when none of the lab's applications answered. `status` is 0 when no HTTP answer came: see `error`.
    """

    url: str
    status: int
    service: str = NOBODY
    pod: str = ""
    node: str = ""
    path: str = ""
    host: str = ""
    method: str = "GET"
    visits: int | None = None
    client: str = ""
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    seen: dict[str, str] = field(default_factory=dict, repr=False)
    layers: dict[str, object] = field(default_factory=dict, repr=False)
    text: str = field(default="", repr=False)
    milliseconds: float = field(default=0.0, repr=False, compare=False)
    error: str = ""

    @property
    def location(self) -> str:
        """Where a redirect leads, as the header Location has it; "" without one."""
        return self.headers.get("Location", "")

    @property
    def connection(self) -> str:
        """`new` or `kept`."""
        return str(self.layers.get("connection", ""))

    @property
    def outcome(self) -> str:
        """The service that answered well, else the status, else the error: what a prediction is compared with."""
        if self.status and self.status < 400 and self.service != NOBODY:
            return self.service
        return str(self.status) if self.status else self.error


class Answers(Readable, list[Answer]):
    """Answers in the order of the requests; shows itself as a table of url, status and service."""

    def table(self, *more: str, only: Sequence[str] = SHOWN) -> "Table":
        """A table: url, status, service, and more columns (`pod`, `node`, `path`, `visits`, `connection` ...)."""
        from ingress_lab.display.tables import table

        columns = [*only, *(c for c in more if c not in only)]
        for column in columns:
            _require(column)
        rows = [{c: _cell(answer, c) for c in columns} for answer in self]
        return table(rows, columns, title="answers")

    def count(self, by: str = "service") -> "Table":  # type: ignore[override]
        """How many answers each service (or pod, node, status) gave, most first."""
        from ingress_lab.display.tables import table

        _require(by)
        counted = Counter(_cell(answer, by) for answer in self)
        rows = [{by: value, "answers": n} for value, n in sorted(counted.items(), key=lambda i: (-i[1], str(i[0])))]
        return table(rows, [by, "answers"], title="distribution")

    @property
    def services(self) -> list[str]:
        """Who answered, one name for each request in its order; "-" where no application did."""
        return [answer.service for answer in self]

    @property
    def statuses(self) -> list[int]:
        """The HTTP status of each answer in its order; 0 where no answer came."""
        return [answer.status for answer in self]

    @property
    def pods(self) -> list[str]:
        """The alias of the Pod behind each answer, in its order; "" where none is known."""
        return [answer.pod for answer in self]

    def _default(self) -> "Table":
        return self.table("error") if any(answer.error for answer in self) else self.table()

    def _repr_html_(self) -> str:
        return self._default()._repr_html_()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        return self._default()._repr_mimebundle_()

    def __repr__(self) -> str:
        return repr(self._default())

    def __str__(self) -> str:
        return str(self._default())

    def __add__(self, other: Iterable[Answer]) -> "Answers":  # type: ignore[override]
        return Answers([*self, *other])


COLUMNS = (
    "url", "status", "service", "pod", "node", "path", "host", "method", "visits", "client", "location",
    "connection", "error",
)  # fmt: skip


def _require(column: str) -> None:
    if column not in COLUMNS:
        raise unknown(phrase("column"), column, COLUMNS, place=phrase("answers"))


def _cell(answer: Answer, column: str) -> object:
    value = getattr(answer, column)
    if column == "status":
        return value or None
    return value if value not in ("", None) else None
