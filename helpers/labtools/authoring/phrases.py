"""The message files: which phrases the sources hold, and what a language says for each.

Babel finds the phrases (calls of `phrase` and `plural`) and reads and writes the .po files.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from labtools.authoring import shown

HEADER = "What the lab says. Kept in step with the sources by `make messages`; CONTRIBUTING.md tells the style."
SOURCES = Path(__file__).parents[2]
PACKAGES = ("labcore", "ingress_lab", "labexercises", "labtools")
KEYWORDS = {"phrase": None, "plural": (1, 2)}
Words = str | tuple[str, ...] | list[str]  # of a plural, its forms: in English one, many
_PARTICLE = re.compile(
    r"\}[\"')]?(은|는|이|가|을|를|과|와|으로|로|\(으\)로|였습니다|이었습니다|라는|이라는)(?=[\s.,;:]|$)"
)
_PERCENT = re.compile(r"%\(\w+\)[srd]|%[srd]")  # argparse's
_CODE = re.compile(r"`[^`]+`")
_UNKNOWN = re.compile(
    rb'^"(Project-Id|Report-Msgid|POT-Creation|PO-Revision|Last-Translator|Generated-By|Language-Team).*\n', re.M
)


def template() -> Catalog:
    """Every phrase of the sources, with the files it is in; and the words that notebooks show."""
    made = Catalog(charset="utf-8")
    for name, message in sorted({(name, message) for name, message in _in_sources() if message}, key=_order):
        made.add(message, locations=[(name, 0)])
    return made


def _order(entry: tuple[str, Words]) -> tuple[str, str]:
    return entry[0], first(entry[1])


def first(message: Words) -> str:
    """The phrase itself; of a plural the form for one, by which a message file knows it."""
    return message if isinstance(message, str) else message[0]


@cache
def _in_sources() -> list[tuple[str, Words]]:
    """Read once: it takes seconds, and sources do not change while a command or a run of tests lasts."""
    return [*_marked(), *shown.words()]


def _marked() -> Iterator[tuple[str, Words]]:
    methods = [("**.py", "python"), ("**.j2", "jinja2")]
    for package in PACKAGES:
        extracted = extract_from_dir(SOURCES / package, methods, keywords=KEYWORDS, strip_comment_tags=True)
        for name, _, message, _, _ in extracted:
            yield f"{package}/{Path(name).as_posix()}", message
        yield from _within_f_strings(package)


def _within_f_strings(package: str) -> Iterator[tuple[str, Words]]:
    """Up to Python 3.11 an f-string is one token, in which Babel finds no call."""
    for path in sorted((SOURCES / package).rglob("*.py")):
        written = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.JoinedStr))
        for call in (node for text in written for node in ast.walk(text) if isinstance(node, ast.Call)):
            match call:
                case ast.Call(ast.Name("phrase"), [ast.Constant(str(message)), *_]):
                    yield path.relative_to(SOURCES).as_posix(), message


def read(path: Path) -> Catalog:
    """A message file; its name is the language."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem)


def update(path: Path) -> list[str]:
    """Brings a message file in step with the sources; gives the phrases that have no words in it yet."""
    known = {message.id: message.string for message in read(path) if message.id} if path.exists() else {}
    made = Catalog(locale=path.stem, charset="utf-8", header_comment=f"# {HEADER}", fuzzy=False)
    for message in template():
        if message.id:
            made.add(message.id, known.get(message.id, ""), locations=message.locations)
    write(path, made)
    return [first(message.id) for message in made if message.id and not all(_texts(message.string))]


def write(path: Path, catalog: Catalog) -> None:
    """File by file and without dates and line numbers, so that two people's changes merge."""
    text = BytesIO()
    write_po(text, catalog, width=120, include_lineno=False, sort_by_file=True, omit_header=False)
    path.write_bytes(_UNKNOWN.sub(b"", text.getvalue()))


def faults(catalog: Catalog) -> list[str]:
    """What is wrong with a language's words, one line each."""
    sources = {message.id for message in template() if message.id}
    known = {message.id: message for message in catalog if message.id}
    missing = [entry for entry in sources if entry not in known or not all(_texts(known[entry].string))]
    lines = [f"missing: {entry}" for entry in sorted(map(first, missing))]
    lines += [f"stale: {entry}" for entry in sorted(map(first, set(known) - sources))]
    lines += [f"fuzzy: {first(m.id)}" for m in known.values() if m.fuzzy]
    return lines + [f"{fault}: {first(m.id)}" for m in known.values() for fault in _differences(m)]


def _texts(message: Words | None) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(message or [""])


def _differences(message: Message) -> Iterator[str]:
    """Of a plural, "another notebook" may do without the number; all else is compared with the form for many."""
    here, places = _texts(message.id)[-1], [_places(form) for form in _texts(message.id)]
    for there in filter(None, _texts(message.string)):
        if _places(there) not in places:
            yield "other placeholders"
        if sorted(_PERCENT.findall(here)) != sorted(_PERCENT.findall(there)):
            yield "other placeholders"
        if sorted(_CODE.findall(here)) != sorted(_CODE.findall(there)):
            yield "other code between backticks"
        if (here[:1].isspace(), here[-1:].isspace()) != (there[:1].isspace(), there[-1:].isspace()):
            yield "other space at its ends"
        if _PARTICLE.search(there):
            yield "a particle that depends on the last sound of a value"


def _places(message: str) -> list[str] | None:
    """Names in braces; None where the braces are not placeholders (YAML)."""
    try:
        names = sorted(name for _, name, _, _ in Formatter().parse(message) if name is not None)
    except ValueError:
        return None
    return names if all(name.isidentifier() for name in names) else None
