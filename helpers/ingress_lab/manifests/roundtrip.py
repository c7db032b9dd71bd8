"""YAML that is changed and written back with its comments, quotes and layout.

ruamel.yaml keeps comments, but lays a document out afresh. So only documents that changed are written by it, and of
these only the lines that changed: all others stay as they were, byte for byte.
"""

import difflib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ingress_lab.errors import BadManifest
from ingress_lab.messages import phrase

_SEPARATOR = re.compile(r"^---(\s.*)?$")


@dataclass(frozen=True)
class Part:
    """A piece of a YAML stream: one document with its comments, or a `---` line."""

    text: str
    is_separator: bool = False


def parts_of(text: str) -> list[Part]:
    """The documents of a stream and the lines between them; joined, they are the stream again."""
    parts: list[Part] = []
    for line in text.splitlines(keepends=True):
        if _SEPARATOR.match(line.rstrip("\r\n")):
            parts.append(Part(line, is_separator=True))
        elif parts and not parts[-1].is_separator:
            parts[-1] = Part(parts[-1].text + line)
        else:
            parts.append(Part(line))
    return parts


class Editable:
    """One document: `root` may be changed in place; `written()` is its text afterwards."""

    def __init__(self, text: str, where: str = phrase("the text")) -> None:
        from ruamel.yaml import YAML, YAMLError

        self.text = text
        self._yaml = YAML(typ="rt")
        self._yaml.preserve_quotes = True
        self._yaml.width = 100_000
        offset = _offset(text)
        self._yaml.indent(mapping=_step(text), sequence=offset + 2, offset=offset)
        try:
            self.root: Any = self._yaml.load(text)
            self._before = self._dumped()
        except YAMLError as error:
            raise BadManifest(phrase("{where}: this is not YAML: {error}", where=where, error=error), where) from error

    def written(self) -> str:
        return "".join(_only_changed(self.text, self._before, self._dumped()))

    def _dumped(self) -> str:
        stream = io.StringIO()
        self._yaml.dump(self.root, stream)
        return stream.getvalue()


def _offset(text: str) -> int:
    """How far a list's dashes stand to the right of the key above them: 0 or 2."""
    found = re.search(r"^( *)(?:- )*[^\s#][^\n]*:[ ]*(?:#[^\n]*)?\n(?: *(?:#[^\n]*)?\n)*( *)- ", text, re.MULTILINE)
    if not found:
        return 2
    key = found[0].partition(":")[0]
    indent = len(key) - len(key.lstrip(" -"))
    return max(0, len(found[2]) - indent)


def _step(text: str) -> int:
    """How far a map stands to the right of its key."""
    found = re.search(r"^( *)[\w./-]+:[ ]*\n( +)[\w./\"'-]+:", text, re.MULTILINE)
    return max(1, len(found[2]) - len(found[1])) if found else 2


def _only_changed(original: str, before: str, after: str) -> Iterator[str]:
    """The lines after a change; those that ruamel only laid out differently are the original's."""
    ours, theirs, new = (text.splitlines(keepends=True) for text in (original, before, after))
    if len(ours) != len(theirs):
        yield after
        return
    for tag, start, end, new_start, new_end in difflib.SequenceMatcher(None, theirs, new, False).get_opcodes():
        yield from ours[start:end] if tag == "equal" else new[new_start:new_end]
