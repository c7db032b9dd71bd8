"""What differs between two states of a manifest: which object, which field of it; of other files, which lines."""

import json
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import PurePath
from typing import Any, NamedTuple

from ingress_lab.manifests import load
from labcore.errors import BadManifest
from labcore.language.messages import phrase
from labcore.yaml.fields import Path, name_of

from labtools.report.changed_outputs import lines_apart

Words = tuple[str, str, str]  # what, before, after
_THERE = phrase("there")


class Side(NamedTuple):
    """A file as a report knows it: its digest (None: it was not there), and its text where the report has kept it."""

    digest: str | None
    text: str | None


def differences(name: str, old: Side, new: Side) -> Iterator[Words]:
    """What (`Ingress/web spec.rules[0].host`), before and after; `name` is the file's."""
    if old.digest is None or new.digest is None:
        yield phrase("file"), _presence(old.digest is not None), _presence(new.digest is not None)
    elif old.text is None or new.text is None:
        yield phrase("file"), old.digest, new.digest
    else:
        fields = list(_of_manifest(old.text, new.text)) if PurePath(name).suffix in (".yaml", ".yml") else []
        yield from fields or [(phrase("lines"), *lines_apart(old.text, new.text))]


def _presence(there: bool) -> str:
    return _THERE if there else phrase("-")


def _of_manifest(old: str, new: str) -> Iterator[Words]:
    try:
        before, after = _objects(old), _objects(new)
    except BadManifest:
        return
    for name in [*before, *(name for name in after if name not in before)]:
        if name not in before or name not in after:
            yield name, _presence(name in before), _presence(name in after)
            continue
        for path, *sides in _apart(before[name], after[name], ()):
            yield f"{name} {name_of(path)}", *_said(*sides)


def _objects(written: str) -> dict[str, dict]:
    """The objects by kind and name; a second one of the same name gets a number."""
    objects: dict[str, dict] = {}
    for document in load(written if "\n" in written else f"{written}\n"):
        name = f"{document.kind}/{document.name}".rstrip("/")
        again = sum(key.partition(" ")[0] == name for key in objects)
        objects[f"{name} ({again + 1})" if again else name] = document.obj
    return objects


def _apart(old: Any, new: Any, path: Path) -> Iterator[tuple[Path, Any, Any]]:
    """Each field that differs; None stands for one that is not there."""
    if old == new and type(old) is type(new):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from _apart(old.get(key), new.get(key), (*path, key))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _of_lists(old, new, path)
    else:
        yield path, old, new


def _of_lists(old: list, new: list, path: Path) -> Iterator[tuple[Path, Any, Any]]:
    """Items that came or went are named as such; those after them have not changed."""
    before, after = ([json.dumps(item, sort_keys=True, default=str) for item in items] for items in (old, new))
    for tag, start, end, new_start, new_end in SequenceMatcher(None, before, after, False).get_opcodes():
        if tag == "equal":
            continue
        both = min(end - start, new_end - new_start)
        for number in range(both):
            yield from _apart(old[start + number], new[new_start + number], (*path, new_start + number))
        yield from (((*path, n), old[n], None) for n in range(start + both, end))
        yield from (((*path, n), None, new[n]) for n in range(new_start + both, new_end))


def _said(old: Any, new: Any) -> tuple[str, str]:
    if isinstance(old, str) and isinstance(new, str) and "\n" in old + new:
        return lines_apart(old, new)
    return _value(old), _value(new)


def _value(value: Any) -> str:
    if value is None:
        return phrase("-")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
