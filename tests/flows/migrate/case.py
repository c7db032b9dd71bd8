"""A replay case: manifests and requests, the annotations that they are about, and what each side answered.

Each case is played twice: as it is, and without the annotations that it is about (then `-without` follows its name in
every host and object). So it shows whether an annotation does anything, and not only that two answers are alike.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from labtools.migrate.replay.comparing import differences
from labtools.migrate.replay.corpus.rules import PREFIX
from labtools.migrate.replay.request import Request
from labtools.migrate.replay.seen import Seen
from labtools.migrate.replay.sides import CANDIDATES, REFERENCE

FOLDER = Path(__file__).parent / "cases"
SIDES = (REFERENCE, *CANDIDATES)
SAME, DIFFERENT, ABSENT, ANYWAY, NOT_SHOWN = "same", "different", "absent", "anyway", "not shown"
"""`absent`: other answers than nginx', and the annotation changes nothing; `anyway`: the same, with and without it."""
_ALWAYS = ("status", "error", "application", "path", "location", "cookies", "counts", "pods")
WITHOUT = "-without"


@dataclass(frozen=True)
class Case:
    """`shows` names what is looked at beside the usual: headers, `host`, `method`, `protocol`, `certificate`."""

    name: str
    about: tuple[str, ...]
    says: str
    manifests: str
    requests: tuple[Request, ...]
    shows: tuple[str, ...] = ()
    seen: Mapping[str, Sequence[Seen]] = field(default_factory=dict)
    verdicts: Mapping[str, str] = field(default_factory=dict)
    control: bool = True
    """False where the round without the annotations says nothing: only likeness counts then."""

    @property
    def objects(self) -> list[dict]:
        return [obj for obj in yaml.safe_load_all(self.manifests) if obj]

    def without(self) -> "Case":
        """The same, under other names, without the annotations that it is about."""
        objects = [_renamed(obj, self.name) for obj in self.objects]
        for obj in objects:
            for name in self.about if obj["kind"] == "Ingress" else ():
                (obj["metadata"].get("annotations") or {}).pop(PREFIX + name, None)
        requests = tuple(request_of(_renamed(plain(request), self.name)) for request in self.requests)
        return Case(self.name + WITHOUT, (), "", yaml.safe_dump_all(objects), requests, self.shows)

    def kept(self, seen: Seen) -> Seen:
        """What a case looks at; without the name that only the other round has."""
        data = {name: value for name, value in seen.data().items() if name in (*_ALWAYS, *self.shows)}
        for name in ("headers", "received"):
            found = {key: value for key, value in (seen.data().get(name) or {}).items() if key in self.shows}  # type: ignore[attr-defined]
            data |= {name: found} if found else {}
        return Seen.of(json.loads(json.dumps(data).replace(WITHOUT, "")))


def load(path: Path) -> Case:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    seen = {side: tuple(Seen.of(each) for each in listed) for side, listed in (data.get("seen") or {}).items()}
    return Case(
        path.stem, tuple(data["about"]), data["says"], data["manifests"],
        tuple(request_of(each) for each in data["requests"]), tuple(data.get("shows") or ()), seen,
        data.get("verdicts") or {}, data.get("control", True),
    )  # fmt: skip


def cases() -> list[Case]:
    return [load(path) for path in sorted(FOLDER.glob("*.yaml"))]


def request_of(data: Mapping) -> Request:
    known = dict(data)
    for name in ("headers", "first"):
        known[name] = tuple((str(key), str(value)) for key, value in (known.get(name) or {}).items())
    return Request(known.pop("url"), "", **known)


def plain(request: Request) -> dict:
    from labtools.migrate.replay.data import request_data

    return {name: value for name, value in request_data(request).items() if name != "about"}


def _renamed(value: Any, name: str) -> Any:
    """With another name in all values; the keys of annotations may well be the same words."""
    if isinstance(value, dict):
        return {key: _renamed(each, name) for key, each in value.items()}
    if isinstance(value, list):
        return [_renamed(each, name) for each in value]
    return value.replace(name, f"{name}{WITHOUT}") if isinstance(value, str) else value


def alike(requests: Sequence[Request], one: Sequence[Seen], other: Sequence[Seen]) -> bool:
    return not any(differences(a, b, r.times) for r, a, b in zip(requests, one, other, strict=True))


def verdict(case: Case, with_it: Mapping[str, Sequence[Seen]], without: Mapping[str, Sequence[Seen]], side: str) -> str:
    """What a candidate does with an annotation, by all four answers."""
    same = alike(case.requests, with_it[REFERENCE], with_it[side])
    if not case.about or not case.control:
        return SAME if same else DIFFERENT
    in_nginx = not alike(case.requests, with_it[REFERENCE], without[REFERENCE])
    there = not alike(case.requests, with_it[side], without[side])
    if not in_nginx:
        return DIFFERENT if there else NOT_SHOWN
    if not there:
        return ANYWAY if same else ABSENT
    return SAME if same else DIFFERENT


def evidence(known: Sequence[Case]) -> dict[tuple[str, str], tuple[str, str]]:
    """For each annotation and candidate what all its cases come to, and the case that shows it."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for case in known:
        for name in case.about:
            for candidate in CANDIDATES:
                found.setdefault((name, candidate), []).append((case.verdicts[candidate], case.name))
    return {key: together for key, each in found.items() if (together := _together(each))}


def _together(each: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    """One difference is enough; what has an effect in one case and none in another is different, too."""
    first: dict[str, str] = {}
    for verdict, name in each:
        first.setdefault(verdict, name)
    if DIFFERENT in first:
        return DIFFERENT, first[DIFFERENT]
    if ABSENT in first and SAME in first:
        return DIFFERENT, first[ABSENT]
    return next(((verdict, first[verdict]) for verdict in (SAME, ANYWAY, ABSENT) if verdict in first), None)
