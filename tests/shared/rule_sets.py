"""Rule sets and URLs, drawn by a seed: odd hosts, paths, types, backends and annotations, for both classes.

Each set has hosts of its own, so that hundreds are applied at once without meeting each other. Annotations belong to
a whole Ingress; so there is one Ingress for each flavour of them, and every set puts its rules into a few of these.
"""

from dataclasses import dataclass, field
from random import Random

from one_pod import SERVICES

PATHS = ("/", "/a", "/a/", "/a/b", "/ab", "/a/b/c", "/A", "/a.b", "/shop", "/shop/cart", "/questions", "/x/y-z/")
REGULAR = ("/fo(o", "/a(/|$)(.*)", "/(a|shop)/(.*)", "/a.+", "/[ab]+/c", "/(?!b).*")
FREE_PATHS = (*PATHS, "", "/a~b", "/a b", "/é", *REGULAR)
TARGETS = ("/", "/$1", "/$2", "/new", "/n/$2/", "/$1x", "/${1}x", "https://elsewhere.test/$1", "/a", "/a/../b")
TRAEFIK, NGINX = "traefik.ingress.kubernetes.io/", "nginx.ingress.kubernetes.io/"
DEFAULT_BACKEND = {"service": {"name": "s5", "port": {"number": 80}}}

# Flavours: class, annotations, and more of the spec. Several alike, so that two Ingresses may claim one URL.
FLAVOURS: list[tuple[str, dict[str, str], dict]] = [
    *[("traefik", {}, {})] * 4,
    ("traefik", {}, {"defaultBackend": DEFAULT_BACKEND}),
    *[("traefik", {f"{TRAEFIK}router.priority": priority}, {}) for priority in ("5", "45", "60", "500", "high")],
    *[("traefik", {f"{TRAEFIK}router.pathmatcher": m}, {}) for m in ("Path", "PathPrefix", "PathRegexp")],
    *[("traefik", {f"{TRAEFIK}router.entrypoints": e}, {}) for e in ("web", "websecure", "web,websecure")],
    ("traefik", {f"{TRAEFIK}router.tls": "true"}, {}),
    ("traefik", {f"{NGINX}rewrite-target": "/"}, {"tls": [{"hosts": ["nobody.test"]}]}),
    *[("nginx", {}, {})] * 4,
    ("nginx", {}, {"tls": [{"hosts": ["nobody.test"]}]}),
    *[("nginx", {f"{NGINX}ssl-redirect": v}, {"tls": [{"hosts": ["nobody.test"]}]}) for v in ("false", "no", "True")],
    ("nginx", {f"{NGINX}force-ssl-redirect": "true"}, {}),
    *[("nginx", {f"{NGINX}use-regex": value}, {}) for value in ("true", "1", "false", "yes")],
    *[("nginx", {f"{NGINX}rewrite-target": target}, {}) for target in TARGETS],
    ("nginx", {f"{NGINX}permanent-redirect": "https://elsewhere.test/"}, {}),
    ("nginx", {f"{NGINX}temporal-redirect": "https://elsewhere.test/", f"{NGINX}temporal-redirect-code": "307"}, {}),
    ("nginx", {f"{NGINX}app-root": "/a"}, {}),
    ("nginx", {f"{NGINX}from-to-www-redirect": "true"}, {}),
    ("nginx", {f"{NGINX}default-backend": "s0"}, {}),
    ("nginx", {f"{NGINX}configuration-snippet": "return 200;"}, {}),
]

# These change what the whole Ingress does, so each of them has one set's hosts only.
ALONE: list[tuple[str, dict[str, str], dict]] = [
    *[("nginx", {}, {"defaultBackend": DEFAULT_BACKEND})] * 3,
    *[("nginx", {f"{NGINX}server-alias": "ALIAS, other.alias"}, {})] * 2,
    ("nginx", {f"{NGINX}server-alias": "ALIAS", f"{NGINX}rewrite-target": "/$1"}, {}),
    ("nginx", {"odd": "a Prefix with a sign of regular expressions"}, {}),
]


# What a piece of a regular expression may stand for.
MEANT = {
    "(/|$)(.*)": ("", "/x"),
    "(.*)": ("", "x", "y/z"),
    "(a|shop)": ("a", "shop"),
    "[ab]+": ("ab", "c"),
    ".+": ("", "b"),
    "(?!b).*": ("a", "b"),
    " ": ("%20",),
}


@dataclass
class RuleSets:
    """The Ingresses to apply, and the URLs to ask for, set by set."""

    ingresses: list[dict] = field(default_factory=list)
    urls: list[list[str]] = field(default_factory=list)


def rule_sets(seed: int, count: int) -> RuleSets:
    made = RuleSets([_ingress(f"flavour-{n}", *flavour) for n, flavour in enumerate(FLAVOURS)])
    shared = len(made.ingresses)
    for number in range(count):
        random = Random(f"{seed}/{number}")
        if number < len(ALONE):
            own = _ingress(f"alone-{number}", *ALONE[number], alias=f"alias.s{number}.test")
            made.ingresses.append(own)
            chosen = [own]
        else:
            chosen = _chosen(random, made.ingresses[:shared])
        made.urls.append(_fill(random, number, chosen))
    made.ingresses = [i for i in made.ingresses if i["spec"]["rules"]]
    return made


def _ingress(name: str, class_name: str, annotations: dict[str, str], more: dict, alias: str = "") -> dict:
    said = {key: value.replace("ALIAS", alias) for key, value in annotations.items()}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": name, "annotations": said},
        "spec": {"ingressClassName": class_name, "rules": [], **more},
    }


def _chosen(random: Random, ingresses: list[dict]) -> list[dict]:
    """One to three Ingresses: of one class, or now and then of both; half of them without annotations."""
    class_name = random.choice(("traefik", "nginx", "traefik", "nginx", ""))
    own = [i for i in ingresses if class_name in ("", i["spec"]["ingressClassName"])]
    plain = [i for i in own if not i["metadata"]["annotations"]]
    chosen = [random.choice(random.choice((own, plain))) for _ in range(random.choice((1, 1, 1, 2, 2, 3)))]
    return list({id(i): i for i in chosen}.values())


def _fill(random: Random, number: int, ingresses: list[dict]) -> list[str]:
    """Write a set's rules into its Ingresses; returns the URLs to ask for."""
    domain = f"s{number}.test"
    hosts = [f"a.{domain}", f"b.{domain}", f"*.{domain}", domain]
    wanted = random.sample(hosts, random.choice((1, 1, 2, 3)))
    claims: list[tuple[str, str]] = []
    for ingress in ingresses:
        alone = ingress["metadata"]["name"].startswith("alone")
        for host in wanted[:1] if alone else random.sample(wanted, random.randint(1, len(wanted))):
            paths = [_path(random) for _ in range(random.choice((1, 2, 2, 3, 4)))]
            if "odd" in ingress["metadata"]["annotations"]:
                paths[0] |= {"path": "/a~b", "pathType": "Prefix"}
            ingress["spec"]["rules"].append({"host": host, "http": {"paths": paths}})
            claims += [(host, p.get("path", "")) for p in paths]
        if random.random() < 0.06 and not alone:
            path = _path(random, PATHS)
            path["path"] = f"/set-{number}{path['path']}"
            ingress["spec"]["rules"].append({"http": {"paths": [path]}})
            claims.append(("", path["path"]))
    return _urls(random, claims, domain)


def _path(random: Random, paths: tuple[str, ...] = ()) -> dict:
    path_type = random.choice(("Prefix", "Prefix", "Prefix", "Exact", "Exact", "ImplementationSpecific"))
    path = random.choice(paths or (FREE_PATHS if path_type == "ImplementationSpecific" else PATHS))
    made = {"pathType": path_type, "backend": _backend(random)}
    return {"path": path, **made} if path else made


def _backend(random: Random) -> dict:
    name = random.choice((*SERVICES, *SERVICES, *SERVICES, "empty", "missing"))
    port: dict = random.choice(({"number": 80}, {"number": 80}, {"name": "http"}))
    return {"service": {"name": name, "port": {"number": 81} if random.random() < 0.05 else port}}


def _urls(random: Random, claims: list[tuple[str, str]], domain: str) -> list[str]:
    """URLs near the rules: their hosts and paths, and what differs from them by a little."""
    labels = ("a.", "b.", "c.", "d.c.", "", "www.a.", "alias.")
    urls = []
    for _ in range(3):
        host, path = random.choice(claims)
        if not host or host.startswith("*") or random.random() < 0.2:
            host = f"{random.choice(labels)}{domain}"
        host = random.choice((host,) * 12 + (host.upper(), f"{host}."))
        scheme = "https" if random.random() < 0.15 else "http"
        urls.append(f"{scheme}://{host}{_varied(random, _plain(random, path))}")
    return urls


def _plain(random: Random, path: str) -> str:
    """A regular expression as a path that it may match."""
    for sign, words in MEANT.items():
        path = path.replace(sign, random.choice(words))
    return path or "/"


def _varied(random: Random, path: str) -> str:
    bare = path.rstrip("/")
    return random.choice(
        (
            path, path, path, path, f"{bare}/", f"{bare}/x", f"{bare}x", path.upper(), bare or "/", f"{bare}//x",
            f"/y/..{path}", f"{bare}/./", f"{bare}%2Fx", path.replace("a", "%61"), f"{path}?q=/a", f"{bare}/%zz",
        )
    )  # fmt: skip
