"""What a conversion gives: the routes, and what was left out of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import yaml
from labcore.language.messages import phrase
from labcore.language.untrusted import html_text, visible

if TYPE_CHECKING:
    from ingress_lab.display.tables import Table


@dataclass(frozen=True)
class Left:
    """Something that an HTTPRoute cannot say, or says in another object."""

    ingress: str
    what: str
    why: str
    missing: bool = field(default=False, compare=False)
    """Is a path, a backend or a redirect missing, so that requests are answered otherwise?"""


@dataclass
class HttpRoutes:
    """The routes (`lab.apply(routes)` takes them), and what was left."""

    routes: list[dict] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)

    def __iter__(self) -> Iterator[dict]:
        return iter(self.routes)

    @property
    def text(self) -> str:
        """The routes as YAML."""
        return yaml.safe_dump_all(self.routes, sort_keys=False, allow_unicode=True, width=100_000)

    @property
    def not_converted(self) -> "Table":
        """What is left, and why."""
        from ingress_lab.display.tables import table

        rows = [{"ingress": one.ingress, "what": one.what, "why": one.why} for one in self.left]
        return table(rows, ["ingress", "what", "why"], title=phrase("not converted"))

    def __repr__(self) -> str:
        return visible(self.text) + (f"\n{self.not_converted!r}" if self.left else "")

    def __str__(self) -> str:
        return visible(self.text) + (f"\n{self.not_converted}" if self.left else "")

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        page = f"<pre>{html_text(self.text)}</pre>" + (self.not_converted._repr_html_() if self.left else "")
        return {"text/plain": str(self), "text/html": page}
