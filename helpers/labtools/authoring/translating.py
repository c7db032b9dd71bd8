"""A notebook and its twin in another language: the same cells, the same code; prose of its own.

A cell of prose remembers in its metadata (`english`) a digest of the English prose that it was written from, so that
it shows when that has changed. A cell without it was not written yet, and still holds the English words.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import nbformat
from labcore.language import choice
from nbformat import NotebookNode

from labtools.workspace import series

WRITTEN_FROM = "english"


def digest(source: str) -> str:
    """Twelve letters that change when the prose does."""
    return hashlib.sha256(source.strip().encode()).hexdigest()[:12]


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def synced(english: NotebookNode, other: NotebookNode | None) -> NotebookNode:
    """The twin with every cell of the English notebook, in its order; what is no longer there goes."""
    known = {cell.id: cell for cell in other.cells} if other else {}
    made = nbformat.from_dict({**english, "cells": []})
    made.cells = [_cell(cell, known.get(cell.id)) for cell in english.cells]
    return made


def _cell(english: NotebookNode, own: NotebookNode | None) -> NotebookNode:
    made = nbformat.from_dict(english)
    if english.cell_type == "code":
        kept = own if own is not None and own.cell_type == "code" and own.source == english.source else None
        made.outputs = kept.outputs if kept else []
        made.execution_count = kept.execution_count if kept else None
    elif own is not None and own.cell_type == english.cell_type and WRITTEN_FROM in own.metadata:
        made.source = own.source
        made.metadata[WRITTEN_FROM] = own.metadata[WRITTEN_FROM]
    elif own is not None and own.cell_type == english.cell_type and own.source != english.source:
        made.source = own.source  # written by hand in the notebook: from the English as it is
        made.metadata[WRITTEN_FROM] = digest(english.source)
    return made


def accept(english: NotebookNode, other: NotebookNode, cells: Iterable[str] = ()) -> None:
    """Notes that these cells of prose (or all that are written) say what the English ones now say."""
    sources = {cell.id: cell.source for cell in english.cells}
    chosen = set(cells)
    for cell in other.cells:
        chosen_now = cell.id in chosen or (not chosen and WRITTEN_FROM in cell.metadata)
        if cell.cell_type == "markdown" and chosen_now and cell.id in sources:
            cell.metadata[WRITTEN_FROM] = digest(sources[cell.id])


def unwritten(other: NotebookNode) -> list[str]:
    """Ids of cells whose prose is not there yet."""
    return [cell.id for cell in other.cells if cell.cell_type == "markdown" and not cell.metadata.get(WRITTEN_FROM, "")]


def older(english: NotebookNode, other: NotebookNode) -> list[str]:
    """Ids of cells that were written from English prose that has changed since."""
    now = {cell.id: digest(cell.source) for cell in english.cells}
    return [
        cell.id
        for cell in other.cells
        if cell.cell_type == "markdown" and cell.metadata.get(WRITTEN_FROM, "") not in ("", now.get(cell.id))
    ]


def differences(english: NotebookNode, other: NotebookNode) -> list[str]:
    """What keeps two notebooks from being twins, one line each; `sync` fixes all but the prose."""
    ours, theirs = [c.id for c in english.cells], [c.id for c in other.cells]
    if ours != theirs:
        apart = [name for name in [*ours, *theirs] if (name in ours) != (name in theirs)]
        return [f"other cells: {', '.join(apart) or 'in another order'}"]
    lines = [line for pair in zip(english.cells, other.cells, strict=True) for line in _apart(*pair)]
    lines += [f"{name}: not written yet" for name in unwritten(other)]
    return lines + [f"{name}: older than the English" for name in older(english, other)]


def _apart(english: NotebookNode, own: NotebookNode) -> list[str]:
    if english.cell_type != own.cell_type:
        return [f"{english.id}: {own.cell_type} in place of {english.cell_type}"]
    lines = []
    if english.cell_type == "code" and english.source != own.source:
        lines.append(f"{english.id}: other code")
    if english.metadata != {name: value for name, value in own.metadata.items() if name != WRITTEN_FROM}:
        lines.append(f"{english.id}: other tags")
    if english.cell_type == "markdown":
        lines += _marks_apart(english, own)
    return lines


def _marks_apart(english: NotebookNode, own: NotebookNode) -> list[str]:
    """A prediction stays a prediction, an explanation an explanation, a title a title."""
    if WRITTEN_FROM not in own.metadata:
        return []
    mark = series.mark_of(english.source, choice.SOURCE)
    marks = {series.mark_of(own.source, name) for name in choice.LANGUAGES[1:]}
    lines = [] if not mark or mark in marks else [f"{english.id}: does not begin as {mark}"]
    if _level(english.source) != _level(own.source):
        lines.append(f"{english.id}: another level of heading")
    return lines


def _level(source: str) -> int:
    first = source.partition("\n")[0]
    return len(first) - len(first.lstrip("#")) if first.startswith("#") else 0
