"""One text upgraded, document by document, and nothing given back that has not been read again.

Each document is changed twice: as plain objects, which says what should come out, and as the text that a person wrote,
with its comments. Only when the text reads as those objects is it taken.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import yaml
from labcore.errors import BadManifest
from labcore.language.messages import phrase
from labcore.yaml.json_text import rewritten
from labcore.yaml.kubectl_yaml import contents, json_values, template_line
from labcore.yaml.roundtrip import Editable, parts_of

from labtools.upgrade import ingress, renames, services, workloads
from labtools.upgrade.edit import Change, Edit, Undecided, merged

LARGEST = 1_000_000  # characters of documents that change: about 30,000 lines, half a minute


@dataclass(frozen=True)
class Upgraded:
    """A text as it was, as it is, what changed, what a person has to decide; or why it was left as it is."""

    before: str
    after: str
    changes: Sequence[Change] = ()
    notes: Sequence[str] = ()
    left: str = ""


def upgraded(before: str, name: str, old_lines: bool = False) -> Upgraded:
    """Raises BadManifest for a text that cannot be read."""
    if line := template_line(before):
        why = phrase(
            "it is a template (line {line}), which is filled in before it is YAML; upgrade what comes out of it, as "
            "with: helm template",
            line=line,
        )
        return Upgraded(before, before, left=why)
    try:
        return _documents(before, name, old_lines)
    except Undecided as undecided:
        return Upgraded(before, before, left=str(undecided))


def _documents(before: str, name: str, old_lines: bool) -> Upgraded:
    after, number, line, changing = "", 1, 1, 0
    changes: list[Change] = []
    notes: list[str] = []
    for part in parts_of(before):
        if part.is_separator or not part.text.strip():
            after += part.text
            number += part.is_separator and bool(changes or after.strip("-\n "))
        else:
            where = phrase("{file}, document {number}", file=name or phrase("the text"), number=number)
            edit = Edit(None, where, old_lines, line)
            text = _document(part.text, edit, changing)
            changing += len(part.text) if text != part.text else 0
            after += text
            changes += edit.changes
            notes += edit.notes
        line += part.text.count("\n")
    return Upgraded(before, after, changes, notes)


def _document(text: str, edit: Edit, changing: int) -> str:
    """The text of one document after its changes, which `edit` then holds."""
    planned = _planned(text, edit)
    edit.notes += planned.notes
    if not planned.changes:
        return text
    if changing + len(text) > LARGEST:
        raise Undecided(phrase("more of it would change than {size} KB; split it", size=LARGEST // 1000))
    if (values := json_values(text)) is not None:
        edit.changes += planned.changes
        if edit.keep_old:
            edit.note(phrase("{where}: JSON has no comments, so the old lines are not kept", where=edit.where))
        attempts = iter([_json(text, values, planned.root)])
    else:
        attempts = _yaml(text, edit, planned)
    objects = _plain(planned.root)
    made = next((made for made in attempts if _reads_as(made, objects)), None)
    if made is None:
        raise _other(edit)
    return made


def _reads_as(text: str, objects: list) -> bool:
    try:
        return list(contents(text)) == objects
    except yaml.YAMLError:
        return False


def _planned(text: str, edit: Edit) -> Edit:
    """The change of the plain objects: what the text should say afterwards."""
    try:
        roots = list(contents(text))
    except (yaml.YAMLError, RecursionError) as error:
        raise BadManifest(
            phrase("{where}: this is not YAML: {error}", where=edit.where, error=error), edit.where
        ) from error
    return _changed(roots, edit)


def _changed(roots: list, edit: Edit) -> Edit:
    """Plain objects after their changes."""
    made = Edit([_commented(root) for root in roots], edit.where)
    try:
        for root in made.root:
            apply(root, replace(made, root=root))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        message = phrase("{where}: a field holds something else than its kind has there", where=edit.where)
        raise Undecided(message) from error
    if _titles(made.root) != _titles(roots):
        raise Undecided(phrase("{where}: it would become another object", where=edit.where))
    return made


def _json(text: str, values: list[tuple[int, int, object]], roots: list) -> str:
    made, last = "", 0
    for (begin, end, value), root in zip(values, _plain(roots), strict=True):
        made += text[last:begin] + (rewritten(text[begin:end], value, root) if root != value else text[begin:end])
        last = end
    return made + text[last:]


def _yaml(text: str, edit: Edit, planned: Edit) -> Iterator[str]:
    """The new text with the changed lines alone; then, where a person indents one list so and another so, all of it."""
    document = Editable(text, edit.where)
    edit.root = document.root
    notes = list(edit.notes)
    try:
        apply(document.root, edit)
    except KeyError as error:  # ruamel.yaml takes no field away from a map that is merged elsewhere
        raise merged(str(error)) if "<<" in text else error from error
    edit.notes[:] = notes
    if not {change.field for change in edit.changes} <= {change.field for change in planned.changes}:
        raise _other(edit)
    yield document.written(edit.moves)
    yield document.written(edit.moves, afresh=True)


def _other(edit: Edit) -> Undecided:
    message = phrase("{where}: the new text would not say what it should; change it by hand", where=edit.where)
    return Undecided(message)


def today(obj: dict, where: str) -> dict:
    """One object in today's form, without a text around it. Raises Undecided."""
    planned = _changed([obj], Edit(None, where))
    return dict(_plain(planned.root)[0])


def apply(root: Any, edit: Edit) -> None:
    """Change one object, or each of a List."""
    if not isinstance(root, dict):
        return
    kind = root.get("kind")
    if kind in ("List", "IngressList", "DeploymentList", "ServiceList"):
        for item in root.get("items") or []:
            apply(item, replace(edit, root=item))
    elif kind == "Ingress":
        ingress.upgrade(edit)
    elif kind in workloads.KINDS:
        workloads.upgrade(edit)
    elif kind == "Service":
        services.upgrade(edit)
    else:
        renames.upgrade(edit)


def _titles(value: Any) -> list[tuple]:
    """(kind, name) of every object, in order."""
    if isinstance(value, list):
        return [title for item in value for title in _titles(item)]
    if not isinstance(value, dict):
        return []
    meta = value.get("metadata")
    meta = meta if isinstance(meta, dict) else {}
    own = (value.get("kind"), meta.get("name"), meta.get("namespace"))
    return [own, *(_titles(value["items"]) if isinstance(value.get("items"), list) else [])]


def _commented(value: Any) -> Any:
    """Plain objects as the edits know them; what aliases share is copied, so that each place is changed."""
    from ruamel.yaml.comments import CommentedMap

    if isinstance(value, dict):
        return CommentedMap((key, _commented(one)) for key, one in value.items())
    return [_commented(one) for one in value] if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value
