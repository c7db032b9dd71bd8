"""The replay as one HTML page that needs no other file. Nothing that an answer or a manifest holds acts in it."""

from importlib.resources import files

from jinja2 import Environment
from labcore.language import choice
from labcore.language.messages import phrase, plural
from labcore.language.untrusted import html_text
from markupsafe import Markup

from labtools.migrate.replay import why
from labtools.migrate.replay.result import Replay
from labtools.migrate.replay.sides import REFERENCE


def as_page(replay: Replay) -> str:
    """In the reader's language; every value goes through `html_text`, the one door for what is not ours."""
    environment = Environment(autoescape=False, trim_blocks=True, lstrip_blocks=True, finalize=_escaped)  # noqa: S701
    source = files("labtools.migrate.replay").joinpath("page.html.j2").read_text(encoding="utf-8")
    style = files("labtools.report").joinpath("page.css").read_text(encoding="utf-8")
    return environment.from_string(source).render(
        language=choice.current(),
        style=Markup(style),  # noqa: S704 - the project's own file
        title=phrase("Replay of {source}", source=replay.source),
        replay=replay,
        reference=REFERENCE,
        why=why,
        left_out=plural(
            "{number} further request was left out.", "{number} further requests were left out.", replay.left_out
        ),
        notes=replay.all_notes,
        phrase=phrase,
    )


def _escaped(value: object) -> object:
    return value if isinstance(value, Markup) else html_text("" if value is None else value)
