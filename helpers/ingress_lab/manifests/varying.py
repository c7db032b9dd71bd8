"""Manifests with some fields set otherwise, for experiments: the rest, comments included, stays."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from labcore.errors import BadArgument
from labcore.language.messages import phrase
from labcore.language.untrusted import fenced, visible
from labcore.yaml.documents import Source, load
from labcore.yaml.fields import path_of, put
from labcore.yaml.roundtrip import Editable, parts_of
from labcore.yaml.texts import text_of


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
    texts = []
    names = []
    for part in parts_of(text_of(source)):
        if part.is_separator or not part.text.strip():
            texts.append(part.text)
            continue
        document = Editable(part.text)
        if not isinstance(document.root, dict):
            texts.append(part.text)
            continue
        title = f"{document.root.get('kind', '')}/{(document.root.get('metadata') or {}).get('name', '')}".lower()
        names.append(title)
        if _is_meant(title, only):
            for field, value in changes.items():
                put(document.root, path_of(field), value)
        texts.append(document.written())
    if len(names) > 1 and not only:
        raise BadArgument(
            phrase("which of {names} is meant? vary(..., only={first!r})", names=", ".join(names), first=names[0])
        )
    if only and not any(_is_meant(title, only) for title in names):
        raise BadArgument(
            phrase('there is no "{only}" among {names}', only=only, names=", ".join(names) or phrase("no objects"))
        )
    return Varied("".join(texts))


def _is_meant(title: str, only: str) -> bool:
    asked = only.lower()
    return not asked or asked in (title, title.partition("/")[0])
