"""What changed since an earlier report: manifests first, for they are usually why; then what was seen otherwise."""

import difflib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ingress_lab.errors import BadArgument
from ingress_lab.messages import phrase, text

COLUMNS = ("where", "what", "before", "after")
_SEEN = ("state", "tables", "checks", "texts", "pictures", "error")


class Change(NamedTuple):
    """One difference: where (a file, a package, a notebook's cell), what of it, and both sides in words."""

    where: str
    what: str
    before: str
    after: str


def read(path: Path) -> dict:
    """A report.json, or the one in a report's folder; raises BadArgument."""
    file = path / "report.json" if path.is_dir() else path
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadArgument(phrase("{file} is no report: {error}", file=file, error=error)) from error
    if not str(found.get("schema", "")).startswith("ingress-lab/report/"):
        raise BadArgument(phrase("{file} is no report: it names no schema of the lab's", file=file))
    return found


def changes(earlier: dict, now: dict) -> list[Change]:
    """All differences of two reports as data; outputs that vary from run to run, and durations, do not count."""
    found = list(_of_facts(earlier, now))
    before = {notebook["name"]: notebook for notebook in earlier["notebooks"]}
    for notebook in now["notebooks"]:
        if notebook["name"] not in before:
            found.append(Change(notebook["name"], phrase("notebook"), text("none"), notebook["state"]))
            continue
        found += _of_notebook(before[notebook["name"]], notebook)
    return found


def _of_facts(earlier: dict, now: dict) -> Iterator[Change]:
    kinds = {"manifests": phrase("manifest"), "versions": phrase("version"), "cluster": phrase("cluster")}
    for kind, word in kinds.items():
        old, new = earlier.get(kind) or {}, now.get(kind) or {}
        for name in sorted(old.keys() | new.keys()):
            if old.get(name) != new.get(name) and name != "entry":
                yield Change(name, word, old.get(name, text("none")), new.get(name, text("none")))


def _of_notebook(earlier: dict, now: dict) -> Iterator[Change]:
    before = {cell.get("id") or cell["number"]: cell for cell in earlier["cells"]}
    for cell in now["cells"]:
        name = cell.get("id") or cell["number"]
        where = f"{now['name']}, {name}"
        old = before.pop(name, None)
        if old is None:
            yield Change(where, phrase("cell"), text("none"), cell["state"])
            continue
        if old["source"] != cell["source"]:
            yield Change(where, phrase("code"), old["source"], cell["source"])
        if not cell.get("varies"):
            yield from (Change(where, *change) for key in _SEEN for change in _apart(key, old[key], cell[key]))
    yield from (
        Change(f"{now['name']}, {name}", phrase("cell"), old["state"], text("none")) for name, old in before.items()
    )


def _apart(key: str, old: object, new: object) -> Iterator[tuple[str, str, str]]:
    """What differs: of tables the rows, of anything else the whole."""
    if old == new:
        return
    if key == "tables" and isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for one, other in zip(old, new, strict=True):
            rows = [[r for r in a["rows"] if r not in b["rows"]] for a, b in ((one, other), (other, one))]
            if one != other:
                yield key, _rows(rows[0]), _rows(rows[1])
        return
    gone, new_lines = _lines_apart(_as_text(old), _as_text(new))
    yield key, gone, new_lines


def _as_text(seen: object) -> str:
    if isinstance(seen, list) and all(isinstance(one, str) for one in seen):
        return "\n".join(seen)
    return seen if isinstance(seen, str) else json.dumps(seen, ensure_ascii=False)


def _lines_apart(old: str, new: str) -> tuple[str, str]:
    """The lines that only one of the two has."""
    lines = list(difflib.ndiff(old.splitlines(), new.splitlines()))
    return tuple("; ".join(line[2:].strip() for line in lines if line.startswith(sign)) or "-" for sign in "-+")  # type: ignore[return-value]


def _rows(rows: list[list]) -> str:
    return "; ".join(" | ".join("-" if cell is None else str(cell) for cell in row) for row in rows) or "-"
