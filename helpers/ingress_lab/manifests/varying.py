"""Manifests with some fields set otherwise, for experiments: the rest, comments included, stays."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingress_lab.errors import BadArgument
from ingress_lab.manifests.documents import Source, load
from ingress_lab.manifests.fields import path_of, put
from ingress_lab.manifests.roundtrip import Editable, parts_of
from ingress_lab.manifests.texts import text_of
from ingress_lab.messages import phrase
from ingress_lab.untrusted import fenced, visible


@dataclass(frozen=True)
class Varied:
    """Changed manifests: `text`, and the objects in it (`lab.apply(varied)` takes it as it is)."""

    text: str

    def __iter__(self) -> Iterator[dict]:
        return (document.obj for document in load(self.text))

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return visible(self.text)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        return {"text/plain": visible(self.text), "text/markdown": fenced(self.text, "yaml")}


def vary(source: Source, changes: Mapping[str | Sequence[str | int], object], only: str = "") -> Varied:
    """The manifests with fields set: `{"spec.replicas": 3}`; None takes a field away.

    `only` names the object that is meant, where there are several: `deployment/web`, or a kind.
    """
    found = []
    names = []
    for part in parts_of(text_of(source)):
        if part.is_separator or not part.text.strip():
            found.append(part.text)
            continue
        document = Editable(part.text)
        if not isinstance(document.root, dict):
            found.append(part.text)
            continue
        title = f"{document.root.get('kind', '')}/{(document.root.get('metadata') or {}).get('name', '')}".lower()
        names.append(title)
        if _is_meant(title, only):
            for field, value in changes.items():
                put(document.root, path_of(field), value)
        found.append(document.written())
    if len(names) > 1 and not only:
        raise BadArgument(
            phrase("which of {names} is meant? vary(..., only={first!r})", names=", ".join(names), first=names[0])
        )
    if only and not any(_is_meant(title, only) for title in names):
        raise BadArgument(
            phrase('there is no "{only}" among {names}', only=only, names=", ".join(names) or phrase("no objects"))
        )
    return Varied("".join(found))


def _is_meant(title: str, only: str) -> bool:
    wanted = only.lower()
    return not wanted or wanted in (title, title.partition("/")[0])
