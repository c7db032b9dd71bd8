"""`$(VAR)` in command, args and env, as Kubernetes expands it, and paths below a volumeMount."""

import re
from collections.abc import Mapping

_REFERENCE = re.compile(r"\$(?:\$|\(([^)]*)\))")


def expand(text: str, values: Mapping[str, str]) -> str:
    """`$(NAME)` becomes its value, `$$` becomes `$`; an unknown name stays as it is written."""

    def replace(match: re.Match) -> str:
        if match[0] == "$$":
            return "$"
        return values.get(match[1], match[0])

    return _REFERENCE.sub(replace, text)


class PathMap:
    """Folders (or files) of a container: where they really are. Used on command, args, env values and workingDir.

    A path is recognised where it starts a word: at the beginning, or after `=`, `:`, a quote, a blank, ...
    The longest folder wins, and `/app` is not a part of `/apple`.
    """

    def __init__(self, places: Mapping[str, str]) -> None:
        self.places = {path.rstrip("/"): target for path, target in places.items() if path.rstrip("/")}
        alternatives = "|".join(re.escape(path) for path in sorted(self.places, key=len, reverse=True))
        self._pattern = re.compile(rf"(?<![\w./~-])(?:{alternatives})(?![\w.-])") if alternatives else None

    def translate(self, text: str) -> str:
        """A text with each mount path replaced by the folder on this machine that holds it."""
        if self._pattern is None or "/" not in text:
            return text
        return self._pattern.sub(lambda match: self.places[match[0]], text)
