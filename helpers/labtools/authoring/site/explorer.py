"""The page of the URL explorer: its words, and the rules that it begins with; the matching is site/_static/urls.js."""

import json

from jinja2 import Environment, FileSystemLoader
from labcore.language.messages import phrase
from labcore.machine import paths
from markupsafe import Markup

from labtools.explain.answerer import OR
from labtools.urls import exploration, words
from labtools.urls.readers import NAMES
from labtools.urls.sets import SETS, RuleSet

PAGE = "urls.md"
WORDS = {
    "noscript": phrase("The explorer is a script of this page: let scripts run here. It asks no other host."),
    "set": phrase("Rules"),
    "url": phrase("Host and path, as they are sent"),
    "hint": phrase(
        "What you type is read as it is. A browser, and curl without --path-as-is, would take out /../ before sending."
    ),
    "try": phrase("URLs to try"),
    "readings": phrase("Who answers"),
    "rules": phrase("Every rule, by each reader"),
    "edit": phrase("Write rules of your own"),
    "lines": phrase("One rule in a line: Ingress, host, pathType, path, Service; older Ingresses first"),
}
_MARKS = phrase("✓ wins, ? may win, ~ fits but does not win, · does not fit")
_TITLE = phrase("URL explorer")
_INTRO = phrase(
    "Type a host and a path, and see which rule takes the request. The text of the Ingress API leaves much open: "
    "which of two hosts that overlap goes first, and what a doubled slash or %2F means. Traefik and nginx each decide"
    " that in their own way. They are read here as this project sets them up: Traefik 3.7 with its own provider for "
    "Ingresses and strict prefixes, and nginx as ingress-nginx v1.15.1 configures it, both without annotations. The "
    "readings were compared with both programs on more than 2,000 URLs. For the rules of a cluster there are the "
    "command `lab urls HOST/PATH` and, in a notebook, `lab.explore_urls(url)`."
)


def page() -> str:
    """Markdown with the page's parts as HTML, in the reader's language."""
    environment = Environment(loader=FileSystemLoader(paths.project() / "site"), autoescape=True)
    shown = {name: str(text) for name, text in (WORDS | {"marks": _MARKS}).items()}
    made = environment.get_template("urls.html.j2").render(
        words=shown, headings=_headings(), data=_embedded(_data()), sets=[_plain(one) for one in SETS]
    )
    return f"# {_TITLE}\n\n{_INTRO}\n\n````{{raw}} html\n{made}\n````\n"


def _headings() -> list[str]:
    return [str(heading) for heading in (*exploration.RULE, *NAMES.values())]


def _plain(one: RuleSet) -> dict:
    return {
        "name": one.name, "title": str(one.title), "lines": [line.text for line in one.lines], "urls": list(one.urls)
    }  # fmt: skip


def _data() -> dict:
    labels = {
        "compared": phrase("it compares"),
        "because": phrase("because"),
        "any": phrase("any host"),
        "rest": phrase("(default backend)"),
    }
    return {
        "words": words.of_page(),
        "names": {name: str(text) for name, text in NAMES.items()},
        "labels": {name: str(text) for name, text in labels.items()},
        "headings": _headings(),
        "or": str(OR),
        "sets": [_plain(one) for one in SETS],
    }


def _embedded(data: dict) -> Markup:
    """JSON that cannot end the element it stands in."""
    return Markup(json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704 - no `<` is left in it
