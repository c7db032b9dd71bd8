"""The words of the glossary: a link to one shows its sentence while it is pointed at or has the focus."""

import html
import re
from dataclasses import dataclass, field
from pathlib import Path

_TERM = re.compile(r"^### (.+)\n\n(.+?)$", re.MULTILINE)
_MARKUP = re.compile(r"[`*]|\[([^\]]*)\]\([^)]*\)")


def slug(heading: str) -> str:
    """The anchor of a heading, as links name it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@dataclass(frozen=True)
class Terms:
    """{anchor: what the glossary says}, as plain text."""

    said: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, glossary: Path) -> "Terms":
        found = _TERM.findall(glossary.read_text("utf-8"))
        return cls({slug(name): _MARKUP.sub(r"\1", sentence) for name, sentence in found})

    def marked(self, label: str, link: str, fragment: str) -> str:
        """A link to the glossary, in what shows the sentence."""
        said = self.said.get(fragment, "")
        return f'<span class="term" data-says="{html.escape(said)}">{link}</span>' if said else link
