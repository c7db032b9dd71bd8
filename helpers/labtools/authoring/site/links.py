"""A document's links on the site: to pages, to the project's files where they can be seen, else to nothing."""

import os
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath

from labtools.authoring.site import pages

SOURCE = "INGRESS_LAB_SITE_SOURCE"
"""Where the project's files can be seen: https://github.com/OWNER/REPOSITORY/blob/HEAD."""
IMAGES = "docs/images/"

_FENCE = r"^(?P<fence>```+|~~~+).*?^(?P=fence)"
_LINK = r"(?P<image>!?)\[(?P<label>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?P<target>[^)\s]+)\)"
_FOUND = re.compile(rf"{_FENCE}|{_LINK}|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_IMG = re.compile(r'<img src="(?P<target>[^"]+)" width="(?P<width>\d+)" alt="(?P<label>[^"]*)">')


def _plain(label: str, link: str, fragment: str) -> str:
    return link


@dataclass(frozen=True)
class Document:
    """A Markdown text of the project: its file, its page, its language; `marked` has a glossary's link as it stands."""

    file: str
    page: str
    of: str
    marked: Callable[[str, str, str], str] = _plain
    pages: dict[str, str] = field(default_factory=dict)

    def rewritten(self, text: str) -> str:
        """The text with links that hold on the site; code stays as it is."""
        text = _IMG.sub(partial(_sized, self), text)
        return _FOUND.sub(partial(_replaced, self), text)


def _sized(document: Document, found: re.Match[str]) -> str:
    """A picture with a width, folded: a browser loads it when somebody opens it, and the page stays small."""
    place, label = _image(document, found["target"]), found["label"]
    picture = f"```{{image}} {place}\n:alt: {label}\n:width: {found['width']}px\n:loading: lazy\n```"
    return f'<details class="help"><summary>{label}</summary>\n\n{picture}\n\n</details>'


def _image(document: Document, file: str) -> str:
    return pages.way(document.page, "images/" + file.removeprefix(IMAGES))


def _replaced(document: Document, found: re.Match[str]) -> str:
    target = found["target"]
    if target is None or "://" in target or target.startswith("#"):
        return found[0]
    path, _, fragment = target.partition("#")
    file = posixpath.normpath(posixpath.join(PurePosixPath(document.file).parent, path))
    label = document.rewritten(found["label"])
    if file in document.pages:
        return _to_page(document, label, document.pages[file], fragment)
    if file.startswith(IMAGES):
        return f"![{label}]({_image(document, file)})"
    if file in pages.of_others(document.of):
        return ""
    source = os.environ.get(SOURCE, "").rstrip("/")
    return f"[{label}]({source}/{file})" if source else label


def _to_page(document: Document, label: str, page: str, fragment: str) -> str:
    link = f"[{label}]({pages.way(document.page, page)}{'#' * bool(fragment)}{fragment})"
    return document.marked(label, link, fragment) if page == pages.GLOSSARY and fragment else link
