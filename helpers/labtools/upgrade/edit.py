"""Changes to one document, each recorded with its reason; comments move along with what they stood beside."""

from dataclasses import dataclass, field
from typing import Any

from labcore.language.messages import phrase
from labcore.yaml.comment_lines import Moves
from labcore.yaml.fields import Path, get, name_of

from labtools.upgrade import comments


@dataclass(frozen=True)
class Change:
    """One field: the lines as they were and as they are ("" where there was, or is, none), and why."""

    where: str
    field: str
    old: str
    new: str
    why: str
    line: int = 0  # of the old line, from 1; 0 where there was none


class Undecided(Exception):
    """This document is left as it is; says why."""


@dataclass
class Edit:
    """One document being changed. `keep_old` writes each old line as a comment beside the new one."""

    root: Any
    where: str
    keep_old: bool = False
    first_line: int = 1
    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    moves: Moves = field(default_factory=Moves)

    def note(self, sentence: str) -> None:
        """Something that a person has to decide."""
        self.notes.append(sentence)

    def value(self, at: Any, path: Path, key: str, value: Any, why: str) -> None:
        """Another value for a field that is there."""
        require_own(at, key)
        old = at[key]
        at[key] = value
        self._record(at, path, key, f"{key}: {shown(old)}", f"{key}: {shown(value)}", why, self.line(at, key))

    def rename(self, at: Any, path: Path, key: str, new_key: str, value: Any, why: str, new: str = "") -> None:
        """A field gets another name (and perhaps another value) and keeps its place and its comment."""
        require_own(at, key)
        old, line, position = at[key], self.line(at, key), list(at).index(key)
        comment = comments.comment(at, key)
        self._renamed(line, new_key)
        del at[key]
        at.insert(position, new_key, value)
        target, target_key = (value, next(iter(value))) if isinstance(value, dict) and comment else (at, new_key)
        comments.attach(target, target_key, comment)
        made = new or f"{new_key}: {shown(value)}"
        self._record(at, path, new_key, f"{key}: {shown(old)}", made, why, line)

    def insert(self, at: Any, path: Path, after: str | None, key: str, value: Any, why: str) -> None:
        """A new field, behind another one (None: first)."""
        self.put(at, path, after, key, value)
        self._record(at, path, key, "", f"{key}: {shown(value)}", why, 0)

    def put(self, at: Any, path: Path, after: str | None, key: str, value: Any) -> None:
        """As `insert`, without a record: for what moves here from elsewhere."""
        if after is not None and after in at:
            at.insert(list(at).index(after) + 1, key, value)
            comments.pass_on(at, after, key)
        else:
            first = next(iter(at), None)
            at.insert(0, key, value)
            comments.keep_above(get(self.root, path[:-1]), path[-1] if path else "", at, first)

    def remove(self, at: Any, path: Path, key: str, why: str, new: str = "", became: str = "") -> None:
        """A field goes, and the comment above it; `became`: the field in another place that takes the comment."""
        require_own(at, key)
        old, line = at[key], self.line(at, key)
        self._went(at, key, became)
        del at[key]
        self.changes.append(Change(self.where, name_of((*path, key)), f"{key}: {shown(old)}", new, why, line))

    def move(
        self,
        at: Any,
        path: Path,
        key: str,
        to: Any,
        to_path: Path,
        after: str | None,
        new_key: str,
        value: Any,
        why: str,
    ) -> None:
        """A field goes to another map, under another name, with the comment beside it."""
        said, old = comments.remark(at, key), f"{key}: {shown(at[key])}"
        self.remove(at, path, key, why, f"{name_of((*to_path, new_key))}: {shown(value)}", new_key)
        self.put(to, to_path, after, new_key, value)
        if self.keep_old:
            said = f"{old}; {said}" if said else old
        if said and not isinstance(value, dict):
            to.yaml_add_eol_comment(said, new_key)

    def clear(self, at: Any, key: str) -> None:
        """An empty map goes, after its last field went."""
        if key in at and not at[key]:
            self._went(at, key, next(reversed(self.moves.gone.values()), ""))
            del at[key]

    def _went(self, at: Any, key: str, became: str) -> None:
        if line := self.line(at, key):
            self.moves.gone[line - self.first_line] = became

    def moved(self, at: Any, path: Path, key: str, old: str, new: str, why: str, line: int) -> None:
        """A field that already stands in its new place."""
        self._renamed(line, key)
        self._record(at, path, key, old, new, why, line)

    def _renamed(self, line: int, key: str) -> None:
        if line:
            self.moves.renamed[line - self.first_line] = key

    def _record(self, at: Any, path: Path, key: str, old: str, new: str, why: str, line: int) -> None:
        self.changes.append(Change(self.where, name_of((*path, key)), old, new, why, line))
        if self.keep_old and old:
            comments.beside(at, key, old)

    def line(self, at: Any, key: str) -> int:
        """The line of a field, from 1; 0 where it is not known."""
        try:
            return at.lc.key(key)[0] + self.first_line
        except (AttributeError, KeyError, TypeError):
            return 0


def require_own(at: Any, key: str) -> None:
    """A field that a merge key brought in is written elsewhere, where others may need it as it is."""
    if getattr(at, "merge", None):
        raise merged(key)


def merged(key: str) -> Undecided:
    """A map of YAML with `<<` is left alone: a change would be one in another map as well."""
    message = phrase(
        "{key} would have to change in a map that the merge key << joins with another; write out its fields first",
        key=key,
    )
    return Undecided(message)


def shown(value: Any) -> str:
    """A value as it stands on its line; of a longer one, its beginning."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {shown(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(shown(v) for v in value) + "]"
    return str(value)


def mapping(**values: Any) -> Any:
    """A map that ruamel writes with its comments."""
    from ruamel.yaml.comments import CommentedMap

    return CommentedMap(values)
