"""The table of ingress-nginx's annotations: what becomes of each, by candidate; its data is annotations.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from labcore.language.messages import stored
from labcore.yaml.kubectl_yaml import contents

from labtools.migrate.reasons import REASONS

PREFIX = "nginx.ingress.kubernetes.io/"
CANDIDATES = ("provider", "ingress", "gateway")
"""Traefik's provider for ingress-nginx' annotations; plain Ingresses with Middlewares; HTTPRoutes."""
SAME, DIFFERENT, ABSENT, UNSEEN = VERDICTS = ("same", "different", "absent", "unseen")
"""Unseen: it is kept, and no request shows whether it does the same."""
SECURITY, ROUTING, DETAIL = "security", "routing", "detail"
_DATA = Path(__file__).with_name("annotations.yaml")


@dataclass(frozen=True)
class Verdict:
    """What becomes of an annotation on one candidate; `proved` is the id of the replay case that showed it."""

    verdict: str
    becomes: str = ""
    reason: str = ""
    proved: str | None = None

    @property
    def sentence(self) -> str:
        """The reason as a sentence; "" where there is nothing to say."""
        return REASONS[self.reason] if self.reason else ""


@dataclass(frozen=True)
class Annotation:
    """One annotation; `default` is the value that changes nothing, `loses` what goes missing without it."""

    name: str
    loses: str
    default: str
    verdicts: Mapping[str, Verdict]

    def is_default(self, value: str) -> bool:
        """Does the value ask for what happens anyway?"""
        return bool(self.default) and value.strip().lower() == self.default.lower()


@cache
def annotations() -> Mapping[str, Annotation]:
    """All of them, by name without prefix, in the order of the names."""
    data = _data()
    return {name: _read(name, data[name]) for name in sorted(data)}


def _data() -> dict:
    (data,) = contents(_DATA.read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    return data


def _read(name: str, entry: Mapping) -> Annotation:
    verdicts = {candidate: _verdict(**entry[candidate]) for candidate in CANDIDATES}
    return Annotation(name, entry["loses"], entry.get("default", ""), verdicts)


def _verdict(words: str = "", becomes: str = "", **entry: str) -> Verdict:
    return Verdict(becomes=stored(words) if words else becomes, **entry)


def words() -> set[str]:
    """What of the data is translated: the catalogues have it."""
    return {verdict["words"] for entry in _data().values() for c in CANDIDATES if "words" in (verdict := entry[c])}
