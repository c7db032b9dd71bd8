"""The rule sets that the page begins with, each with URLs on which the readers differ."""

from dataclasses import dataclass

from labcore.language.messages import phrase

from labtools.urls.plain import Line, line


@dataclass(frozen=True)
class RuleSet:
    """A few rules under one title, and URLs that are worth a look."""

    name: str
    title: str
    lines: tuple[Line, ...]
    urls: tuple[str, ...]


def _set(name: str, title: str, rules: str, *urls: str) -> RuleSet:
    return RuleSet(name, title, tuple(map(line, rules.strip().splitlines())), urls)


SETS = (
    _set(
        "hosts",
        phrase("Hosts that overlap (notebook 06)"),
        """
        full  www.h.example.com  Prefix   /      www-svc
        wild  *.h.example.com    Prefix   /help  wild-svc
        any   -                  Prefix   /help  help-svc
        rest  -                  default  -      rest-svc
        """,
        "www.h.example.com/help",
        "shop.h.example.com/",
        "a.b.h.example.com/help",
        "WWW.H.EXAMPLE.COM:8080/help",
        "www.h.example.com./",
        "elsewhere.example.org/",
    ),
    _set(
        "paths",
        phrase("Paths: Exact, Prefix, slashes (notebook 07)"),
        """
        shop  shop.example.com  Prefix  /             home-svc
        shop  shop.example.com  Prefix  /cart         cart-svc
        shop  shop.example.com  Exact   /cart         total-svc
        shop  shop.example.com  Prefix  /cart/items/  items-svc
        shop  shop.example.com  Exact   /login/       login-svc
        """,
        "shop.example.com/cart",
        "shop.example.com/cart/",
        "shop.example.com/cart/items",
        "shop.example.com/login",
        "shop.example.com/carts",
        "shop.example.com/CART",
        "shop.example.com//cart",
        "shop.example.com/x/../cart",
        "shop.example.com/%63art",
        "shop.example.com/cart%2Fitems/1",
        "shop.example.com/..",
    ),
    _set(
        "owners",
        phrase("Two Ingresses for one host, and two default backends"),
        """
        first   team.example.com  Prefix   /      one-svc
        first   -                 default  -      first-svc
        second  team.example.com  Prefix   /      two-svc
        second  team.example.com  Prefix   /blog  blog-svc
        third   team.example.com  Exact    /news  news-svc
        rest    -                 default  -      rest-svc
        """,
        "team.example.com/",
        "team.example.com/blog",
        "team.example.com/news",
        "other.example.com/",
        "other.example.com/healthz",
    ),
)
