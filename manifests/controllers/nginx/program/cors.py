"""enable-cors and cors-*: internal/ingress/annotations/cors/main.go, template define "CORS"."""

import re
from dataclasses import dataclass

import values
from annotations import MEDIUM, Reader, Rule
from words import block, literal, quoted

_ORIGIN = re.compile(r"([a-z]+://(\*\.)?[A-Za-z0-9\-.]*(:\d+)?|\*|null)?")
METHODS = "GET, PUT, POST, DELETE, PATCH, OPTIONS"
HEADERS = (
    "DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization"
)
RULES = {
    "enable-cors": Rule(values.boolean),
    "cors-allow-origin": Rule(lambda value: len(value) < 4096 and _origins(value), MEDIUM),
    "cors-allow-headers": Rule(values.shaped(values.HEADERS, spaces_count=False), MEDIUM),
    "cors-allow-methods": Rule(lambda value: _listed(value, r"[A-Za-z]+"), MEDIUM),
    "cors-allow-credentials": Rule(values.boolean),
    "cors-expose-headers": Rule(lambda value: _listed(value, r"[A-Za-z0-9_-]+|\*"), MEDIUM),
    "cors-max-age": Rule(values.integer),
}


@dataclass(frozen=True)
class Cors:
    enabled: bool = False
    origins: tuple[str, ...] = ("*",)
    methods: str = METHODS
    headers: str = HEADERS
    credentials: bool = True
    exposed: str = ""
    max_age: int = 1728000


def read(reader: Reader) -> Cors:
    return Cors(
        enabled=reader.flag("enable-cors"),
        origins=_read_origins(reader.text("cors-allow-origin", "*")),
        methods=reader.text("cors-allow-methods", METHODS),
        headers=reader.text("cors-allow-headers", HEADERS),
        credentials=reader.flag("cors-allow-credentials", True),
        exposed=reader.text("cors-expose-headers"),
        max_age=reader.number("cors-max-age", 1728000),
    )


def http_lines(cors: Cors, id: str) -> list[str]:
    """Which origin is answered, and with what. The template asks with `if`; a map asks the same and does less harm.

    Where the origin is not allowed, the application's own header stays, as `more_set_headers` leaves it.
    """
    if not (cors.enabled and cors.origins):
        return []
    some = ['default "";', f"{quoted(_pattern(cors.origins))} $http_origin;"]
    made = block(f"map $http_origin $cors_{id}", ["default *;"] if cors.origins == ("*",) else some)
    made += block(f'map "$request_method:$cors_{id}" $preflight_{id}', ['default "";', '"~^OPTIONS:." 1;'])
    made += block(f"map $preflight_{id} $preflight_type_{id}", ['default "";', '1 "text/plain charset=UTF-8";'])
    for number, (name, value) in enumerate(_headers(cors, id)):
        own = f"$upstream_http_{name.lower().replace('-', '_')}"
        made += block(f"map $cors_{id} $cors_{id}_{number}", [f'"" {own};', f"default {value};"])
    return made


def lines(cors: Cors, id: str) -> list[str]:
    """Set in every answer, whatever its status; a preflight request ends here with 204."""
    if not (cors.enabled and cors.origins):
        return []
    made = [f"if ($preflight_{id}) {{", "    return 204;", "}"]
    for number, (name, _) in enumerate(_headers(cors, id)):
        made += [f"proxy_hide_header {name};", f"add_header {name} $cors_{id}_{number} always;"]
    return [*made, f"add_header Content-Type $preflight_type_{id} always;"]


def _headers(cors: Cors, id: str) -> list[tuple[str, str]]:
    found = [("Access-Control-Allow-Origin", f"$cors_{id}")]
    if cors.credentials:
        found.append(("Access-Control-Allow-Credentials", "true"))
    found += [
        ("Access-Control-Allow-Methods", literal(cors.methods)),
        ("Access-Control-Allow-Headers", literal(cors.headers)),
    ]
    if cors.exposed:
        found.append(("Access-Control-Expose-Headers", literal(cors.exposed)))
    return [*found, ("Access-Control-Max-Age", str(cors.max_age))]


def _pattern(origins: tuple[str, ...]) -> str:
    """buildCorsOriginRegex: ends as the origin ends; its beginning is open, as in the template."""
    one = (re.escape(origin).replace(r"\*", r"[A-Za-z0-9\-]+", 1) for origin in origins)
    return f"~*({'|'.join(f'({each})' for each in one)})$"


def _read_origins(text: str) -> tuple[str, ...]:
    origins = [origin.strip() for origin in text.split(",") if origin.strip()]
    return ("*",) if "*" in origins else tuple(origin for origin in origins if _ORIGIN.fullmatch(origin))


def _origins(value: str) -> bool:
    """corsOriginRegexValidator, origin by origin: its nested repetition would take Python's engine for ever."""
    parts = value.replace(" ", "").split(",")
    one = re.compile(r"(([a-z]+://)?(\*\.)?[A-Za-z0-9\-.]*(:\d+)?|null)*|\*")
    simple = re.compile(r"([a-z]+://)?(\*\.)?[A-Za-z0-9\-.]*(:\d+)?|\*")
    return "\n" not in value and all(
        simple.fullmatch(part) or (len(part) < 30 and one.fullmatch(part)) for part in parts
    )


def _listed(value: str, item: str) -> bool:
    """corsMethodsRegex and corsExposeHeadersRegex: items after blanks or commas."""
    one = re.compile(item)
    items = value.replace(" ", "").split(",")
    return (
        bool(value.strip())
        and all(one.fullmatch(each) for each in items if each)
        and not re.search("[\r\n]", value)
    )
