"""Which language the learner reads: English or Korean.

INGRESS_LAB_LANG says it (`en`, `ko`), which `lab --lang` sets; without it the folder does: what runs below
`notebooks/ko/`, or in the learner's copy of it, `my/ko/`, speaks Korean. Elsewhere it is the language of the person's
locale, as POSIX orders its variables: the first of LC_ALL, LC_MESSAGES and LANG that is set.
"""

import os
from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from itertools import pairwise
from pathlib import Path

LANGUAGES = ("en", "ko")  # the folders of notebooks/; the first one is the language of the sources
SOURCE = LANGUAGES[0]
FOLDER = Path(__file__).parent / "locale"
FOLDERS = ("notebooks", "my")  # what holds a folder for each language
VARIABLE = "INGRESS_LAB_LANG"
LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")


def current() -> str:
    """The language to speak now; one that the lab does not know counts as English."""
    given = os.environ.get(VARIABLE, "")
    return _known(given) if given else _of_folder() or of_locale(os.environ)


def choose(language: str | None) -> str:
    """Speak `language`, one of LANGUAGES, from now on, in this process and those it starts; None: as it is."""
    if language:
        os.environ[VARIABLE] = language
    return current()


def of_locale(environment: Mapping[str, str]) -> str:
    """The language of a person whose environment this is."""
    return _known(next((value for name in LOCALE if (value := environment.get(name))), ""))


def _known(given: str) -> str:
    """`ko`, and also `ko_KR.UTF-8` or `KO`."""
    short = given.lower().replace("-", "_").partition("_")[0].partition(".")[0]
    return short if short in LANGUAGES else SOURCE


def _of_folder() -> str:
    """The language whose folder this is; "" where it is none's."""
    try:
        parts = Path.cwd().parts
    except OSError:  # the folder was removed below us
        return ""
    here = [after for before, after in pairwise(parts) if before in FOLDERS]
    return here[-1] if here and here[-1] in LANGUAGES else ""


def file(language: str) -> Path:
    """The message file of a language: `locale/ko.po`."""
    return FOLDER / f"{language}.po"


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language, compiled in memory from its message file; English has none to load."""
    if language == SOURCE:
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with file(language).open("rb") as written:
        write_mo(compiled, read_po(written, locale=language, abort_invalid=True))
    compiled.seek(0)
    return GNUTranslations(compiled)
