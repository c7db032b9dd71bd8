"""Reading manifests: YAML files, folders, text and dictionaries become numbered documents."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from labcore.errors import BadManifest
from labcore.language.messages import joined, phrase, verbatim
from labcore.machine import paths
from labcore.yaml import encoded
from labcore.yaml.kubectl_yaml import TooMuch, contents

Source = str | Path | dict | Iterable[dict]
_SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(frozen=True)
class Document:
    """One object to apply, and where it was written: file and document number (from 1)."""

    obj: dict
    file: str
    number: int

    @property
    def where(self) -> str:
        """File and number of the document, for messages."""
        return phrase("{file}, document {number}", file=self.file, number=self.number)

    @property
    def api_version(self) -> str:
        return str(self.obj.get("apiVersion", ""))

    @property
    def kind(self) -> str:
        return str(self.obj.get("kind", ""))

    @property
    def name(self) -> str:
        return self._meta("name")

    @property
    def namespace(self) -> str:
        """Empty where the manifest names none."""
        return self._meta("namespace")

    def _meta(self, field: str) -> str:
        meta = self.obj.get("metadata")
        return str(meta.get(field) or "") if isinstance(meta, dict) else ""


def load(source: Source) -> list[Document]:
    """The documents of a file, a folder, YAML text, one object or several; raises BadManifest."""
    if isinstance(source, dict):
        return list(_expanded(source, phrase("the object"), 1))
    if isinstance(source, str | Path) and is_path(source):
        return _from_path(source)
    if isinstance(source, str):
        return list(_from_text(_unfenced(source), phrase("the text")))
    if isinstance(source, Path) or not isinstance(source, Iterable):
        raise BadManifest(
            phrase("{source!r} is not a manifest; give a file, a folder, YAML text, or dictionaries", source=source)
        )
    return [d for number, obj in enumerate(source, 1) for d in _expanded(obj, phrase("the objects"), number)]


def is_path(source: Source) -> bool:
    """Does it name a file or folder, rather than being YAML or objects?"""
    return isinstance(source, Path) or (isinstance(source, str) and "\n" not in source and ":" not in source)


def _unfenced(text: str) -> str:
    """YAML as Markdown shows it, without the lines around it; line numbers stay."""
    if not text.lstrip().startswith("```"):
        return text
    return "\n".join("" if line.strip().startswith("```") else line for line in text.splitlines())


def _from_path(path: str | Path) -> list[Document]:
    source = paths.find(path)
    if source is None:
        raise BadManifest(
            phrase(
                "there is no file or folder {path} (looked here and in {project})", path=path, project=paths.project()
            ),
            str(path),
        )
    if source.is_file():
        return list(_from_text(encoded.read(source).text, source.name))
    files = sorted(f for f in source.iterdir() if f.suffix in _SUFFIXES)
    if not files:
        raise BadManifest(
            phrase("the folder {path} holds no {suffixes} file", path=path, suffixes=", ".join(_SUFFIXES)), str(path)
        )
    return [d for file in files for d in _from_text(encoded.read(file).text, file.name)]


def _from_text(text: str, file: str) -> Iterator[Document]:
    number = 0
    try:
        for number, content in enumerate(contents(text), 1):
            yield from _expanded(content, file, number)
    except (TooMuch, RecursionError) as error:
        where = phrase("{file}, document {number}", file=file, number=number + 1)
        raise BadManifest(_not_converted(where, str(error)), where) from error
    except yaml.MarkedYAMLError as error:
        raise _unreadable(error, text, file, number + 1) from error
    except yaml.YAMLError as error:
        raise BadManifest(
            phrase("{file}, document {number}: this is not YAML: {error}", file=file, number=number + 1, error=error),
            file,
        ) from error


def _unreadable(error: yaml.MarkedYAMLError, text: str, file: str, number: int) -> BadManifest:
    mark = error.problem_mark or error.context_mark
    line = mark.line if mark else 0
    lines = text.split("\n")
    shown = "\n".join(f"  {n + 1:>4} | {lines[n]}" for n in range(max(0, line - 1), min(len(lines), line + 1)))
    where = phrase("{file}, document {number}", file=file, number=number)
    return BadManifest(_not_converted(where, f"line {line + 1}: {error.problem}\n{shown}"), where)


def _not_converted(where: str, problem: str) -> str:
    return joined(": ", [where, verbatim(f"error converting YAML to JSON: yaml: {problem}")])


def _expanded(content: object, file: str, number: int) -> Iterator[Document]:
    """One document as objects: none when it is empty, several when it is a List."""
    where = phrase("{file}, document {number}", file=file, number=number)
    if content is None:
        return
    if not isinstance(content, dict):
        raise BadManifest(
            phrase(
                "{where}: a manifest is a mapping (apiVersion, kind, metadata, ...), not {content!r}",
                where=where,
                content=content,
            ),
            where,
        )
    missing = [field for field in ("apiVersion", "kind") if not content.get(field)]
    if missing:
        field = "apiVersion" if missing[0] != "kind" else "Kind"
        raise BadManifest(joined(": ", [where, verbatim(f"Object '{field}' is missing")]), where)
    if content["kind"].endswith("List") and isinstance(content.get("items"), list):
        for item in content["items"]:
            yield from _expanded(item, file, number)
        return
    yield Document(content, file, number)
