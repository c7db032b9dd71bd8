"""The YAML text of whatever names manifests: a file, a folder, text, objects."""

from pathlib import Path

import yaml

from labcore.errors import BadManifest
from labcore.language.messages import phrase
from labcore.machine import paths
from labcore.yaml import encoded
from labcore.yaml.documents import Source, is_path, load


def named(source: str | Path) -> Path:
    """The file or folder of a path, looked for here and in the project. Raises BadManifest."""
    path = paths.find(source)
    if path is None:
        raise BadManifest(
            phrase(
                "there is no file or folder {source} (looked here and in {project})",
                source=source,
                project=paths.project(),
            ),
            str(source),
        )
    return path


def files_of(source: str | Path) -> list[Path]:
    """The manifest files that a path names: itself, or those in the folder."""
    path = named(source)
    if path.is_file():
        return [path]
    files = sorted(f for f in path.rglob("*") if f.suffix in (".yaml", ".yml"))
    if not files:
        raise BadManifest(phrase("the folder {source} holds no .yaml or .yml file", source=source), str(source))
    return files


def text_of(source: Source) -> str:
    """As it is written where that is known; objects are written as YAML."""
    if isinstance(source, str | Path) and is_path(source):
        texts = [encoded.read(file).text for file in files_of(source)]
        return "---\n".join(text if text.endswith("\n") else f"{text}\n" for text in texts)
    if isinstance(source, str):
        return source if source.endswith("\n") else f"{source}\n"
    objects = [document.obj for document in load(source)]
    return yaml.safe_dump_all(objects, sort_keys=False, allow_unicode=True, width=100_000)
