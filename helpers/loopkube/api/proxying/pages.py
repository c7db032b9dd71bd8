"""Links of a page and of a redirection that lead to the root of its server: back through the proxy."""

import re
from urllib.parse import urlsplit, urlunsplit

_ATTRIBUTES = {
    "href": "a area link",
    "src": "audio embed frame iframe img input script source video",
    "action": "form",
    "formaction": "button input",
    "cite": "blockquote del ins q",
    "longdesc": "frame iframe img",
    "usemap": "img input object",
    "background": "body",
    "codebase": "applet object",
    "classid": "object",
    "data": "object",
    "icon": "command",
    "manifest": "html",
    "poster": "video",
    "profile": "head",
}
_HREF_OF_BASE = ("base", "href")
_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)((?:\s+|/)[^<>]*)?>")
_ATTRIBUTE = re.compile(r"""(\s)([a-zA-Z]+)(\s*=\s*)(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")


def rewritten(link: str, prefix: str, hosts: set[str]) -> str:
    """`prefix` stands before the server's paths; `hosts` are the names by which the server knows itself."""
    try:
        url = urlsplit(link)
    except ValueError:
        return link
    if (url.netloc and url.netloc not in hosts) or not url.path.startswith("/"):
        return link
    path = url.path if url.path.startswith(prefix) else prefix + url.path
    return urlunsplit(("", "", path, url.query, url.fragment))


def html(text: str, prefix: str, hosts: set[str]) -> str:
    """A page with its links led back."""

    def tag(match: re.Match) -> str:
        name = match[1].lower()

        def attribute(part: re.Match) -> str:
            word = part[2].lower()
            if name not in _ATTRIBUTES.get(word, "").split() and (name, word) != _HREF_OF_BASE:
                return part[0]
            value = next(v for v in part.groups()[3:] if v is not None)
            return f'{part[1]}{part[2]}="{rewritten(value, prefix, hosts)}"'

        return f"<{match[1]}{_ATTRIBUTE.sub(attribute, match[2] or '')}>"

    return _TAG.sub(tag, text)
