"""Plain rules and URLs, drawn by a seed: what the API, Traefik and nginx read in different ways."""

from collections.abc import Sequence
from random import Random

from labtools.traefik.ingress_paths import claims_of
from labtools.urls import nginx_config, plain
from labtools.urls.plain import DEFAULT, Line
from one_pod import SERVICES

PATHS = ("/", "/a", "/a/", "/a/b", "/a/b/", "/ab", "/A", "/a.b", "/a/b/c", "/healthz", "/x/y-z", "/a//b", "/%61")
"""The last two are refused by the API, or by ingress-nginx's webhook: drawn for the readers in memory only."""
ODD_PATHS = PATHS[-2:]
LABELS = ("a.", "b.", "*.", "", "*.c.", "a.c.")


def lines(random: Random, domain: str, name: str, *, default: bool = False, odd: bool = False) -> list[Line]:
    """One to five rules of an Ingress for hosts of a domain; with `default` perhaps a default backend."""
    paths = PATHS if odd else [path for path in PATHS if path not in ODD_PATHS]
    made = [
        Line(
            name,
            f"{random.choice(LABELS)}{domain}",
            random.choice((*plain.TYPES, "Prefix", "Exact")),
            random.choice(paths),
            random.choice(SERVICES[:5]),
        )
        for _ in range(random.choice((1, 2, 3, 4, 5)))
    ]
    return [*made, Line(name, "", DEFAULT, "", random.choice(SERVICES))] if default and random.random() < 0.5 else made


def anywhere(random: Random, name: str, root: str) -> Line:
    """A rule without a host, for paths of its own."""
    path = root + random.choice(("", "", "/a", "/a/"))
    return Line(name, "", random.choice(plain.TYPES), path, random.choice(SERVICES[:5]))


def is_taken(made: Sequence[Line]) -> bool:
    """Whether nginx would refuse its whole configuration for these."""
    return nginx_config.config(claims_of(plain.objects(made).ingresses)).broken is not None


def url(random: Random, made: Sequence[Line], domain: str) -> str:
    """A host and a path near the rules."""
    one = random.choice(made)
    host = one.host.replace("*", random.choice(("x", "y_z", "x.y", "-", "a", "x~y")))
    if not host or random.random() < 0.2:
        host = f"{random.choice(('a.', 'b.', 'q.', '', 'x.c.', 'a.b.'))}{domain}"
    return _host(random, host) + _path(random, one.path or "/")


def _host(random: Random, host: str) -> str:
    kinds = (host, host.upper(), f"{host}:80", f"{host}:8080", f"{host}.", f"{host}.:80", host.title(), f"{host}:")
    return random.choice((host,) * 8 + kinds)


def _path(random: Random, path: str) -> str:
    bare = path.rstrip("/")
    made = random.choice(
        (
            path, path, path, path, f"{bare}/", f"{bare}/", bare, bare, f"{bare}/b", f"{bare}x", f"{bare}/b/c",
            path.upper(), f"{bare}//b", f"/{path}", f"{bare}//", f"{bare}/./b", f"{bare}/.", f"/y/..{path}",
            f"{bare}/b/..", f"{bare}/..", f"/..{path}", f"{bare}/%2e%2E/a", f"{bare}%2Fb", f"%2f{path[1:]}",
            f"/%2F{path[1:]}", f"{bare}%2f", f"{path}%20", f"{bare}/%C3%A9", f"{bare}/é", f"{bare}/%ff", f"{path}?q=/a",
            f"?{path}", f"{path}%3Fb", f"{path}%23b", f"{path}#b", f"{bare}/%zz", f"{bare}/%", f"{bare}/%00",
            f"{bare};v=1", f"{bare}/;b", f"{bare}/+b", f"{bare}/a,b", f"{bare}/~", f"{bare}/%7E", f"{bare}/%25",
            f"{bare}/%252F", f"{bare}/\\b", f"{bare}/a:b", f"{bare}/@", f"{bare}/[b]", f"{bare}/{{b}}", f'{bare}/"',
            f"{bare}/<b>", f"{bare}/...", f"{bare}/..b", f"{bare}/.b", path.replace("a", "%61"),
            path.replace("/a", "/%61/..//a"), f"{bare}/&b=c", f"{bare}/!b", f"{bare}/$b", f"{bare}/*", f"{bare}/|b",
            f"{bare}/^", f"{bare}/`b`", f"{bare}/'b'", "",
        )
    )  # fmt: skip
    return made if made[:1] in ("", "/", "?", "#") else f"/{made}"
