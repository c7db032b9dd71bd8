"""Markdown and HTML that somebody wrote, as HTML in which nothing acts and nothing is loaded from elsewhere."""

import re

import bleach
from bleach.css_sanitizer import CSSSanitizer
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

_TAGS = {
    "a", "b", "blockquote", "br", "code", "del", "details", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i",
    "img", "li", "ol", "p", "pre", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "th", "thead",
    "tr", "ul",
}  # fmt: skip
_STYLES = ["background", "border-radius", "color", "padding", "text-align", "white-space", "print-color-adjust"]
_EVERYWHERE = ("class", "style", "title", "id")
_LOADS = re.compile(r"\\|(?<!rgb)(?<!rgba)(?<!hsl)(?<!hsla)\(")  # a function that may name an address, or hides one
_PICTURE = "data:image/"


class _Renderer(IPythonRenderer):
    """As Jupyter's; a picture that is not attached to its cell is its words, not the end of the page."""

    def image(self, text: str, url: str, title: str | None = None) -> str:
        known = not url.startswith("attachment:")
        return super().image(text, url, title) if known else f"<em>{self.escape_html(text)}</em>"


class _Css(CSSSanitizer):
    """Without what would load a picture."""

    def sanitize_css(self, style: str) -> str:
        return "" if _LOADS.search(style) else str(super().sanitize_css(style))


def markdown(source: str) -> str:
    """HTML, as Jupyter renders a cell's prose."""
    return MarkdownWithMath(renderer=_Renderer(escape=False)).render(source)


def cleaned(page: str) -> str:
    """HTML without scripts, frames, handlers and addresses that act; pictures are those that it holds itself."""
    return bleach.clean(
        page, tags=_TAGS, attributes=_may_stay, protocols={"http", "https", "mailto", "data"},
        css_sanitizer=_Css(allowed_css_properties=_STYLES),
    )  # fmt: skip


def _may_stay(tag: str, name: str, value: str) -> bool:
    if tag == "img" and name == "src":
        return value.startswith(_PICTURE)
    return name in _EVERYWHERE or (tag, name) in (("a", "href"), ("img", "alt"))


def with_pictures(source: str, attachments: dict[str, dict[str, str]]) -> str:
    """A cell's Markdown that holds the pictures which are attached to it."""
    for name, forms in attachments.items():
        kind = next((kind for kind in ("image/png", "image/jpeg", "image/gif", "image/webp") if kind in forms), "")
        if kind and isinstance(forms[kind], str):
            source = source.replace(f"(attachment:{name})", f"(data:{kind};base64,{''.join(forms[kind].split())})")
    return source


def without_pictures(source: str) -> str:
    """Markdown with the words of each picture in its place, for where only text is read."""
    return re.sub(r"!\[([^\]\n]*)\]\((?:data|attachment):[^)\s]*\)", r"*\1*", source)
