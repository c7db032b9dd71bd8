"""What the shop answers when all is well: the requests of its customers, and what each of them should get."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from ingress_lab.http.answers import NOBODY, Answer
from labcore.language.messages import phrase, stored

NAMESPACE, DOMAIN = "capstone", "capstone.example.com"
NGINX = "real-nginx"
"""The old controller's namespace, Service, class, and the name of its rights."""
OLD_WAY, ENTRY = f"{NGINX}.{NGINX}", "entry"
BY_NGINX = "X-Request-ID"
"""A header that nginx adds on the way to the application, and Traefik does not."""
SHOWN = "shown"
"""Of an answer's layers: subject and issuer of a certificate that the shop's customers refuse."""
USER = ("gardener", "seeds")
SECURE = ("www", "basket", "api", "admin")
"""The hosts with a certificate, each in the Secret HOST-tls."""
CANARY, SHARE = "api-next-svc", 0.2


@dataclass(frozen=True)
class Ask:
    """One request, and its right answer: a Service that sees a path, a redirect, or nobody (`closed`)."""

    url: str
    services: tuple[str, ...] = ()
    path: str = ""
    user: bool = False
    location: str = ""
    late: bool = False
    """The API has refused its manifest, so it is not served before somebody repairs that."""

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def closed(self) -> bool:
        return not self.services and not self.location

    @property
    def expected(self) -> str:
        """In words."""
        if self.closed:
            return phrase("no answer of an application")
        if self.location:
            return phrase("a redirect to {url}", url=self.location)
        return phrase("{service}, which sees the path {path}", service=" / ".join(self.services), path=self.path)

    def wrong(self, answer: Answer) -> str:
        """What came instead, in words; "" where it is right."""
        if self.closed:
            return got(answer) if answer.service != NOBODY else ""
        if self.location:
            right = answer.status in (301, 302, 303, 307, 308) and _plain(answer.location) == self.location
        else:
            right = answer.outcome in self.services and answer.path == self.path
        return "" if right else got(answer)


def _plain(location: str) -> str:
    """Without a port that goes without saying."""
    parts = urlsplit(location)
    port = {"https": ":443", "http": ":80"}.get(parts.scheme, "")
    return parts._replace(netloc=parts.netloc.removesuffix(port)).geturl()


def got(answer: Answer) -> str:
    """What came back, in words."""
    if answer.location:
        return phrase("{status}, a redirect to {url}", status=answer.status, url=answer.location)
    shown = answer.layers.get(SHOWN)
    if isinstance(shown, dict):
        return phrase("the certificate {subject} of {issuer}", subject=shown["subject"], issuer=shown["issuer"])
    if answer.outcome == answer.service:
        return phrase("{service}, which sees the path {path}", service=answer.service, path=answer.path)
    return stored(answer.outcome)


def url(place: str, scheme: str = "https") -> str:
    """`www/plants` as a URL of the shop."""
    host, _, path = place.partition("/")
    return f"{scheme}://{host}.{DOMAIN}/{path}"


_API = ("api-svc", CANARY)
BASKET = Ask(url("basket/"), ("basket-svc",), "/")
VERSIONED = Ask(url("api/v1/plants"), _API, "/plants")
_PLACES = ("www/plants", "basket/pay", "api/v1/plants", "admin/orders")
REDIRECTS = tuple(Ask(url(place, "http"), location=url(place)) for place in _PLACES)
SERVED = (
    Ask(url("www/"), ("web-svc",), "/"),
    Ask(url("www/plants/7"), ("web-svc",), "/plants/7"),
    BASKET,
    VERSIONED,
    Ask(url("api/v1"), _API, "/"),
    Ask(url("api/V1/seeds"), _API, "/seeds"),
    Ask(url("admin/orders"), ("admin-svc",), "/orders", user=True),
)
LATE = (
    Ask(url("help/", "http"), ("help-svc",), "/", late=True),
    Ask(url("help/catalogue", "http"), ("web-svc",), "/catalogue", late=True),
    Ask(url("gift/", "http"), ("gift-svc",), "/", late=True),
)
CLOSED = (
    Ask(url("admin/orders")),
    Ask(url("api/internal")),
    Ask(url("api/internal/sales")),
    Ask(url("api/v10")),
    Ask(url("api/")),
    Ask(url("nobody/", "http")),
)
TRAFFIC = (*SERVED, *REDIRECTS, *LATE, *CLOSED)
