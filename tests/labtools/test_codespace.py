"""JupyterLab behind a codespace's proxy: its address there, and whose pages may open its WebSockets."""

import re

from labtools.workspace import codespace

THERE = {"CODESPACE_NAME": "curly-space-7", "GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN": "app.github.dev"}


def test_elsewhere_nothing_is_otherwise() -> None:
    assert codespace.options({}) == [] and codespace.url({}, 8888) == ""
    assert codespace.url(THERE | {"CODESPACE_NAME": ""}, 8888) == ""


def test_pages_of_this_codespace_alone_are_let_in() -> None:
    pattern = codespace.options(THERE)[0].removeprefix("--ServerApp.allow_origin_pat=")
    own = codespace.url(THERE, 8889)
    assert own == "https://curly-space-7-8889.app.github.dev/" and re.fullmatch(pattern, own.rstrip("/"))
    for origin in ("https://other-8889.app.github.dev", "https://curly-space-7-8889.app-github.dev", "https://x.org"):
        assert not re.fullmatch(pattern, origin)
