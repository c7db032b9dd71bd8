"""A folder of manifests, written as a whole or not at all."""

import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path

import yaml
from labcore.errors import LabError
from labcore.language.messages import phrase
from labcore.language.untrusted import file_name


def write(folder: Path, files: Sequence[tuple[str, list[dict]]]) -> list[str]:
    """Write the files into a folder that is new or empty; raises LabError, and then nothing is there."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise LabError(phrase("{folder} is no folder; name one that is new or empty", folder=folder))
    if folder.is_dir() and any(folder.iterdir()):
        raise LabError(phrase("{folder} is not empty; name a folder that is new or empty", folder=folder))
    beside = folder.parent / f".{folder.name[:200]}.{secrets.token_hex(4)}"
    try:
        beside.mkdir(parents=True)
        names = _written(beside, files)
        if folder.is_dir():
            folder.rmdir()
        beside.rename(folder)
    except OSError as error:
        raise LabError(phrase("{path} cannot be written: {why}", path=folder, why=error.strerror)) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return names


def _written(folder: Path, files: Sequence[tuple[str, list[dict]]]) -> list[str]:
    names: list[str] = []
    for name, objects in files:
        stem, ending = file_name(name.removesuffix(".yaml")), ".yaml"
        safe, number = f"{stem}{ending}", 1
        while safe in names:
            number += 1
            safe = f"{stem}-{number}{ending}"
        (folder / safe).write_text(as_yaml(objects), encoding="utf-8")
        names.append(safe)
    return names


def as_yaml(objects: Sequence[dict]) -> str:
    """Objects as one text."""
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return str(yaml.dump_all(objects, Dumper=dumper, sort_keys=False, allow_unicode=True, width=100_000))
