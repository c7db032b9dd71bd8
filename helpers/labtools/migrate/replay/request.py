"""One request of the corpus: what is sent, and why it is asked."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from labcore.language.messages import joined, phrase, plural

STAND_IN = "X-Stand-In"
"""The header by which a request tells a stand-in how to answer; see `stand_in.py`."""


@dataclass(frozen=True)
class Request:
    """`times` over 1 counts answers (`together`: all at once); `jar` sends each time the cookies that were set before.

    `first` are headers of the first of several alone; `slowly` sends the body in two halves; `within` is how many
    seconds a client waits for a next piece (0: as long as usual); `certificate` names one of `client_certificates`.
    `about` names what the request is to show: annotations of ingress-nginx without their prefix.
    """

    url: str
    reason: str = field(compare=False)
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: int = 0
    times: int = 1
    together: bool = False
    jar: bool = False
    first: tuple[tuple[str, str], ...] = ()
    slowly: bool = False
    within: float = 0
    certificate: str = ""
    about: tuple[str, ...] = field(default=(), compare=False)

    @property
    def title(self) -> str:
        """As a reader sees it: the method, the URL, and what else is sent."""
        parts: list[object] = [f"{self.method} {self.url}"]
        parts += [f"{name}: {_short(value)}" for name, value in self.headers]
        if self.body:
            parts.append(plural("{number} byte", "{number} bytes", self.body))
        if self.times > 1:
            parts.append(
                phrase("{number} at once", number=self.times)
                if self.together
                else phrase("{number} times", number=self.times)
            )
        return joined(" · ", parts)


def unique(requests: Iterable[Request]) -> list[Request]:
    """Each request once, in its order; the first reason stays, and what later ones are about is added."""
    found: dict[Request, Request] = {}
    for request in requests:
        first = found.get(request)
        if first is None:
            found[request] = request
        elif new := tuple(name for name in request.about if name not in first.about):
            found[request] = replace(first, about=first.about + new)
    return list(found.values())


def _short(value: str) -> str:
    return value if len(value) <= 60 else f"{value[:40]}… ({len(value)})"
