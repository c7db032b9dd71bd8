"""Rule texts as Traefik tells them, read: `Host("a.com") && (Path("/x") || PathPrefix("/x/"))`.

Source: https://doc.traefik.io/traefik/reference/routing-configuration/http/routing/rules-and-priority/
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from labtools.traefik import goregexp
from labtools.traefik.router import Match, host_fits

_TOKEN = re.compile(r"""\s*(?:(&&|\|\||!|\(|\)|,)|([A-Za-z]+)(?=\()|"((?:[^"\\]|\\.)*)"|`([^`]*)`)""")
_ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|(.))")
_LETTERS = {"n": "\n", "t": "\t", "r": "\r"}

Test = Callable[[str | None, str | None], bool]
"""(host, path) -> does it fit? None stands for any host, or any path."""


class NotRead(ValueError):
    """The text is not a rule, or asks for what a host and a path do not tell (headers, methods, addresses)."""


@dataclass(frozen=True)
class Written(Match):
    """The rule of a router as Traefik itself told it."""

    written: str = ""

    @property
    def text(self) -> str:  # type: ignore[override]
        return self.written

    @property
    def problem(self) -> str:
        return ""

    def fits_host(self, host: str) -> bool:
        """Whether some path of this host can fit; False for a rule that is not understood."""
        test = read(self.written)
        return test is not None and test(host, None)

    def fits_path(self, path: str) -> bool:
        """Whether some host with this path can fit; False for a rule that is not understood."""
        test = read(self.written)
        return test is not None and test(None, path)


@lru_cache(maxsize=4096)
def read(text: str) -> Test | None:
    """What the rule fits; None where that cannot be told from host and path."""
    try:
        reader = _Reader(_tokens(text))
        test = reader.either()
        return test if reader.at_end else None
    except NotRead:
        return None


def _tokens(text: str) -> list[tuple[str, str]]:
    """(kind, text): a sign, a matcher's name, or a string."""
    tokens, position = [], 0
    while text[position:].strip():
        token = _TOKEN.match(text, position)
        if token is None:
            raise NotRead(text)
        sign, name, quoted, raw = token.groups()
        position = token.end()
        if sign or name:
            tokens.append(("sign", sign) if sign else ("name", name))
        else:
            tokens.append(("string", raw if raw is not None else _ESCAPE.sub(_unescaped, quoted)))
    return tokens


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _LETTERS.get(match[3], match[3])


class _Reader:
    """Recursive descent: `||` binds weaker than `&&`, and `!` stronger than both."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens, self._position = tokens, 0

    @property
    def at_end(self) -> bool:
        return self._position == len(self._tokens)

    def _take(self, kind: str, text: str = "") -> str:
        if self.at_end or self._tokens[self._position][0] != kind or (text and self._tokens[self._position][1] != text):
            return ""
        self._position += 1
        return self._tokens[self._position - 1][1] or " "

    def either(self) -> Test:
        tests = [self.both()]
        while self._take("sign", "||"):
            tests.append(self.both())
        return tests[0] if len(tests) == 1 else lambda host, path: any(test(host, path) for test in tests)

    def both(self) -> Test:
        tests = [self.one()]
        while self._take("sign", "&&"):
            tests.append(self.one())
        return tests[0] if len(tests) == 1 else lambda host, path: all(test(host, path) for test in tests)

    def one(self) -> Test:
        if self._take("sign", "!"):
            test = self.one()
            return lambda host, path: not test(host, path)
        if self._take("sign", "("):
            test = self.either()
            if not self._take("sign", ")"):
                raise NotRead(")")
            return test
        return self._matcher(self._take("name"))

    def _matcher(self, name: str) -> Test:
        if name not in _MATCHERS or not self._take("sign", "("):
            raise NotRead(name)
        value = self._take("string")
        if not value or not self._take("sign", ")"):
            raise NotRead(name)
        return _MATCHERS[name](value)


def _host(pattern: str) -> Test:
    return lambda host, path: host is None or host_fits(pattern, host)


def _of_path(fits: Callable[[str, str], bool]) -> Callable[[str], Test]:
    return lambda pattern: lambda host, path: path is None or fits(path, pattern)


def _regexp(pattern: str, text: str) -> bool:
    compiled = goregexp.compiled(pattern)
    return compiled is not None and bool(compiled.search(text))


_MATCHERS: dict[str, Callable[[str], Test]] = {
    "Host": _host,
    "HostRegexp": lambda pattern: lambda host, path: host is None or _regexp(pattern, host),
    "Path": _of_path(lambda path, value: path == value),
    "PathPrefix": _of_path(lambda path, prefix: path.startswith(prefix)),
    "PathRegexp": _of_path(lambda path, pattern: _regexp(pattern, path)),
}
