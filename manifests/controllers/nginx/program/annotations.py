"""Reading one Ingress's annotations: internal/ingress/annotations/parser/main.go and annotations.go (Extract)."""

from dataclasses import dataclass, field

import values

PREFIX = "nginx.ingress.kubernetes.io/"
LOW, MEDIUM, HIGH, CRITICAL = range(4)
ALLOWED_RISK = HIGH
"""`annotations-risk-level`, as ingress-nginx sets it (config.go line 769): what is critical is refused."""


class Refused(Exception):
    """The whole Ingress is not served: Extract gives an error, and the store keeps what it had before."""


class Denied(Exception):
    """The Ingress's locations answer 503 (errors.LocationDenied); the message is the reason."""


class Skipped(Exception):
    """One group of annotations is passed over, without a word to the person who wrote it."""


@dataclass(frozen=True)
class Rule:
    """What a value may be, how much harm the annotation can do, and its older names."""

    valid: values.Valid
    risk: int = LOW
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Note:
    """What a person should know of an Ingress: becomes a line in the log, and an Event."""

    ingress: str
    """namespace/name"""
    reason: str
    message: str


def key(obj: dict) -> str:
    """`namespace/name`."""
    return f"{obj['metadata'].get('namespace', 'default')}/{obj['metadata']['name']}"


def normalized(text: str) -> str:
    """normalizeString: every line without the blanks around it."""
    return "\n".join(line.strip() for line in text.split("\n"))


@dataclass
class Reader:
    """The annotations of one Ingress. `strict` readings refuse the Ingress where others take the default."""

    ingress: dict
    rules: dict[str, Rule]
    notes: list[Note] = field(default_factory=list)

    @property
    def given(self) -> dict[str, str]:
        """Name without prefix: value."""
        found = self.ingress["metadata"].get("annotations") or {}
        return {name.removeprefix(PREFIX): value for name, value in found.items() if name.startswith(PREFIX)}

    @property
    def namespace(self) -> str:
        return self.ingress["metadata"].get("namespace", "default")

    def note(self, reason: str, message: str) -> None:
        note = Note(key(self.ingress), reason, message)
        if note not in self.notes:
            self.notes.append(note)

    def has(self, name: str) -> bool:
        return self._value(name) is not None

    def text(self, name: str, default: str = "", strict: bool = False) -> str:
        """GetStringAnnotation."""
        value = self._valid(name, strict)
        return default if value is None else normalized(value) or default

    def flag(self, name: str, default: bool = False, strict: bool = False) -> bool:
        """GetBoolAnnotation."""
        value = self._valid(name, strict)
        return value in values.TRUE if value is not None and values.boolean(value) else default

    def number(self, name: str, default: int = 0, strict: bool = False) -> int:
        """GetIntAnnotation."""
        value = self._valid(name, strict)
        return int(value) if value is not None and values.integer(value) else default

    def _value(self, name: str) -> str | None:
        for alias in (name, *self.rules[name].aliases):
            if self.given.get(alias):
                return self.given[alias]
        return None

    def _valid(self, name: str, strict: bool) -> str | None:
        value = self._value(name)
        if value is None or self.rules[name].valid(value):
            return value
        if strict:
            raise Refused(f"annotation {PREFIX}{name} contains invalid value")
        self.note("InvalidAnnotation", f"{PREFIX}{name}: the value {value!r} is invalid; the default holds instead")
        return None
