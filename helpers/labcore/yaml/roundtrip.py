"""YAML that is changed and written back with its comments, quotes and layout.

ruamel.yaml keeps comments, but lays a document out afresh. So only documents that changed are written by it, and of
these only the lines that changed: all others stay as they were, byte for byte.
"""

import difflib
import io
import itertools
import re
from dataclasses import dataclass
from typing import Any

from labcore.errors import BadManifest
from labcore.language.messages import phrase
from labcore.yaml.comment_lines import Line, Moves, put_right
from labcore.yaml.kubectl_yaml import untabbed

_SEPARATOR = re.compile(r"^---(\s.*)?$")


@dataclass(frozen=True)
class Part:
    """A piece of a YAML stream: one document with its comments, or a `---` line."""

    text: str
    is_separator: bool = False


def parts_of(text: str) -> list[Part]:
    """The documents of a stream and the lines between them; joined, they are the stream again."""
    parts: list[Part] = []
    for is_separator, lines in itertools.groupby(lines_of(text), lambda line: bool(_SEPARATOR.match(line.rstrip()))):
        remaining = list(lines)
        parts += [Part(line, True) for line in remaining] if is_separator else [Part("".join(remaining))]
    return parts


class Editable:
    """One document: `root` may be changed in place; `written()` is its text afterwards."""

    def __init__(self, text: str, where: str = phrase("the text")) -> None:
        from ruamel.yaml import YAML, YAMLError
        from ruamel.yaml.constructor import DuplicateKeyError

        self.text = text
        self._yaml = YAML(typ="rt")
        self._yaml.preserve_quotes = True
        self._yaml.width = 100_000
        offset = _offset(text)
        self._yaml.indent(mapping=_step(text), sequence=offset + _dash(text), offset=offset)
        try:
            self.root: Any = self._yaml.load(untabbed(text))
            self._before = self._dumped()
        except DuplicateKeyError as error:
            raise BadManifest(_twice(error, where), where) from error
        except (YAMLError, RecursionError) as error:
            raise BadManifest(phrase("{where}: this is not YAML: {error}", where=where, error=error), where) from error

    def written(self, moves: Moves | None = None, *, afresh: bool = False) -> str:
        """`moves` says where comments have to follow their fields.

        `afresh` lays out all lines, not those alone that changed: new lines have one indentation for all lists of the
        document, and beside old lines with another one they may not be YAML.
        """
        laid_out = self._dumped()
        if afresh:
            result: list[Line] = [(line, None) for line in lines_of(laid_out)]
        else:
            result = only_changed(self.text, self._before, laid_out)
        return "".join(line for line, _ in put_right(lines_of(self.text), result, moves or Moves()))

    def _dumped(self) -> str:
        stream = io.StringIO()
        self._yaml.dump(self.root, stream)
        return stream.getvalue()


def _offset(text: str) -> int:
    """How far a list's dashes stand to the right of the key above them: 0 or 2."""
    match = re.search(r"^( *)(?:- )*[^\s#][^\n]*:[ ]*(?:#[^\n]*)?\n(?: *(?:#[^\n]*)?\n)*( *)- ", text, re.MULTILINE)
    if not match:
        return 2
    key = match[0].partition(":")[0]
    indent = len(key) - len(key.lstrip(" -"))
    return max(0, len(match[2]) - indent)


def _dash(text: str) -> int:
    """How far a list's items stand to the right of their dashes."""
    match = re.search(r"^ *(- +)[\w./\"'-]+:(?: |$)", text, re.MULTILINE)
    return len(match[1]) if match else 2


def _step(text: str) -> int:
    """How far a map stands to the right of its key."""
    match = re.search(r"^( *)[\w./-]+:[ ]*\n( +)[\w./\"'-]+:", text, re.MULTILINE)
    return max(1, len(match[2]) - len(match[1])) if match else 2


def only_changed(original: str, before: str, after: str) -> list[Line]:
    """The lines after a change; those that were only laid out differently are the original's."""
    ours, theirs, new = (lines_of(text) for text in (original, before, after))
    if len(ours) != len(theirs):
        return [(line, None) for line in new]
    made: list[Line] = []
    for tag, start, end, new_start, new_end in difflib.SequenceMatcher(None, theirs, new, False).get_opcodes():
        if tag == "equal":
            made += [(ours[n], n) for n in range(start, end)]
        else:
            made += [(line, None) for line in new[new_start:new_end]]
    if made and made[-1][1] is None and not original.endswith("\n"):
        made[-1] = (made[-1][0].rstrip("\n"), None)
    return made


def lines_of(text: str) -> list[str]:
    """Its lines with their ends; only a line feed ends a line, as YAML and editors have it."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _twice(error: Any, where: str) -> str:
    line = error.problem_mark.line + 1 if error.problem_mark else 0
    return phrase(
        "{where}: the same key stands twice in one map (line {line}); kubectl takes the last. Remove one of them first",
        where=where,
        line=line,
    )
