"""Recorded answers as patterns: what must be the same, and what may differ from run to run (`<uid>`, `<time>`, ...)."""

import json
import re
from collections.abc import Iterator
from functools import cache

PLACEHOLDERS = {
    "uid": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "rv": r"\d+",
    "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z",
    "age": r"(\d+[smhd]){1,2}",
    "ip": r"\d+\.\d+\.\d+\.\d+",
    "port": r"\d+",
    "continue": r"\S+",
    "suffix": r"[a-z0-9]{5}",
    "hash": r"[bcdfghjklmnpqrstvwxz2456789]{6,10}",
}
HASHED = re.compile(r'(ReplicaSet \\*"[a-z-]+-)' + PLACEHOLDERS["hash"] + r'(?=\\*")')
"""Names that end in a template's hash, which nobody may rely on (docs/fidelity.md)."""
IGNORED = {"managedFields"}
_HOLE = re.compile(f"<({'|'.join(PLACEHOLDERS)})>")


@cache
def pattern(text: str) -> re.Pattern[str] | None:
    """What a recorded text with placeholders matches; None where it has none."""
    text = HASHED.sub(r"\1<hash>", text)
    if not _HOLE.search(text):
        return None
    parts = _HOLE.split(text)
    return re.compile("".join(PLACEHOLDERS[p] if i % 2 else re.escape(p) for i, p in enumerate(parts)), re.DOTALL)


def differences(wanted: object, found: object, at: str = "") -> Iterator[str]:
    """Each place where an answer is not the recorded one."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        ignored = IGNORED | ({"description"} if "priority" in found else set())
        for key in sorted((wanted.keys() | found.keys()) - ignored):
            if key not in found or key not in wanted:
                side = "missing" if key not in found else "unexpected"
                yield f"{at}.{key}: {side} {json.dumps(wanted.get(key, found.get(key)))[:120]}"
            else:
                yield from differences(wanted[key], found[key], f"{at}.{key}")
    elif isinstance(wanted, list) and isinstance(found, list):
        if len(wanted) != len(found):
            yield f"{at}: {len(found)} items, recorded {len(wanted)}"
        for index, pair in enumerate(zip(wanted, found, strict=False)):
            yield from differences(*pair, f"{at}[{index}]")
    elif not _same(wanted, found):
        yield f"{at}: {json.dumps(found)[:200]}, recorded {json.dumps(wanted)[:200]}"


def _same(wanted: object, found: object) -> bool:
    hole = pattern(wanted) if isinstance(wanted, str) else None
    if hole is not None and isinstance(found, str | int):
        return hole.fullmatch(str(found)) is not None
    return wanted == found


def served_entries(wanted: dict, found: dict) -> Iterator[str]:
    """Discovery: a server may list fewer entries; each that it lists is as recorded."""
    for part in ("resources", "groups", "versions"):
        recorded = {_name(entry): entry for entry in wanted.get(part, ())}
        listed = {_name(entry): entry for entry in found.get(part, ())}
        if recorded and not listed:
            yield f"{part}: nothing is listed"
        for name in recorded.keys() & listed.keys():
            yield from differences(_plain(recorded[name]), _plain(listed[name]), name)


def _name(entry: dict | str) -> str:
    return entry["name"] if isinstance(entry, dict) and "name" in entry else json.dumps(entry)


def _plain(entry: dict | str) -> object:
    return {k: v for k, v in entry.items() if k != "storageVersionHash"} if isinstance(entry, dict) else entry
