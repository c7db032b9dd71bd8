"""What a source file says: its comments, and the kinds of Kubernetes objects that its code names."""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path

_FOR_TOOLS = re.compile(r"#\s*(type: ignore|noqa|fmt:)")
_WORDS = re.compile(r"\w+")


def comments(text: str) -> int:
    """How many lines of comments a source has, without those that only tools read."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return sum(token.type == tokenize.COMMENT and not _FOR_TOOLS.match(token.string) for token in tokens)


def kinds(folder: Path) -> dict[str, str]:
    """{kind: plural} as the modules of `folder` define them: `GROUP.kind("Ingress", "ingresses", ...)`."""
    found = {}
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "kind":
                names = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
                if len(names) > 1:
                    found[names[0]] = names[1]
    return found


def files_that_name(kinds: dict[str, str], sources: Iterable[ast.Module]) -> dict[str, int]:
    """{kind: how many of the sources have its name or plural among the words of their string constants}."""
    touched = dict.fromkeys(kinds, 0)
    for tree in sources:
        words = {word for text in _constants(tree) for word in _WORDS.findall(text)}
        for kind, plural in kinds.items():
            touched[kind] += kind in words or plural in words
    return touched


def _constants(tree: ast.Module) -> Iterator[str]:
    """The strings of a source without its docstrings, those below constants included."""
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value
