"""$(VAR) and paths below a volumeMount."""

import pytest
from loopkube.node.expansion import PathMap, expand

VALUES = {"A": "one", "B": "two words", "EMPTY": ""}


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("$(A)", "one"),
        ("-$(A)-$(B)-", "-one-two words-"),
        ("$(NONE)", "$(NONE)"),
        ("$$(A)", "$(A)"),
        ("$$$(A)", "$one"),
        ("$(EMPTY)x", "x"),
        ("$A ${A} $", "$A ${A} $"),
        ("$(A", "$(A"),
    ],
)
def test_expansion(text: str, expanded: str) -> None:
    assert expand(text, VALUES) == expanded


@pytest.mark.parametrize(
    ("text", "translated"),
    [
        ("/app", "/v/code"),
        ("/app/main.py", "/v/code/main.py"),
        ("--file=/app/x", "--file=/v/code/x"),
        ("/app/bin:/usr/bin:/app/lib", "/v/code/bin:/usr/bin:/v/code/lib"),
        ("cat '/app/x' > /app/y", "cat '/v/code/x' > /v/code/y"),
        ("/app/conf.d/a", "/v/conf/a"),
        ("/apple", "/apple"),
        ("/app.py", "/app.py"),
        ("/usr/app/x", "/usr/app/x"),
        ("http://host/app/x", "http://host/app/x"),
        ("../app", "../app"),
    ],
)
def test_only_whole_paths_below_a_mount_are_translated(text: str, translated: str) -> None:
    assert PathMap({"/app": "/v/code", "/app/conf.d/": "/v/conf", "/": "/nowhere"}).translate(text) == translated


def test_without_mounts_nothing_changes() -> None:
    assert PathMap({}).translate("/app") == "/app"
