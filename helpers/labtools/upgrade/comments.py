"""Comments of ruamel.yaml's maps: they belong to the field before them, and have to move when fields do."""

from typing import Any


def remark(at: Any, key: str) -> str:
    """What is said beside a field, on its line."""
    found = token_of(at, key)
    return found.value.partition("\n")[0].lstrip("# ").strip() if found else ""


def comment(at: Any, key: str) -> Any:
    return at.ca.items.pop(key, None)


def attach(at: Any, key: str, comment: Any) -> None:
    if comment is not None and hasattr(at, "ca"):
        at.ca.items[key] = comment


def token_of(at: Any, key: str) -> Any:
    """The comment behind a field: the rest of its line, and whole lines below it."""
    found = at.ca.items.get(key)
    return found[2] if found and len(found) > 2 else None


def pass_on(at: Any, key: str, to: str) -> None:
    """Whole lines of comment below `key` go below the new field after it; the rest of its line stays."""
    found = token_of(at, key)
    if found is None or "\n" not in found.value.rstrip("\n"):
        return
    first, _, rest = found.value.partition("\n")
    target, last = end(at, to)
    target.ca.items[last] = [None, None, _new_token("\n" + rest, found), None]
    if first.strip():
        found.value = f"{first}\n"
    else:
        at.ca.items.pop(key)


def end(at: Any, key: str) -> tuple[Any, str]:
    """The map and key of the last line of a field."""
    while isinstance(at[key], dict) and at[key]:
        at, key = at[key], list(at[key])[-1]
    return at, key


def keep_above(parent: Any, key: Any, at: Any, first: str | None) -> None:
    """Comment lines above what was the first field stay above it."""
    found = getattr(parent, "ca", None) and parent.ca.items.get(key)
    if first is None or not found or len(found) < 4 or not found[3]:
        return
    above, found[3] = found[3], None
    there = at.ca.items.setdefault(first, [None, None, None, None])
    there[1] = [*(above if isinstance(above, list) else [above]), *(there[1] or [])]


def _new_token(value: str, like: Any) -> Any:
    from ruamel.yaml.tokens import CommentToken

    return CommentToken(value, like.start_mark, None)


def beside(at: Any, key: str, old: str) -> None:
    """The old line as a comment beside the new one; a comment that is there stays behind it."""
    target, target_key = at, key
    while isinstance(target[target_key], dict) and target[target_key]:
        target, target_key = target[target_key], next(iter(target[target_key]))
    if target.fa.flow_style() or (target is not at and at.fa.flow_style()):
        return
    found = token_of(target, target_key)
    if found is None:
        target.yaml_add_eol_comment(old, target_key)
        return
    first, _, rest = found.value.partition("\n")
    own = first.lstrip("# ").strip()
    found.value = f"# {old}" + (f"; {own}" if own else "") + f"\n{rest}"
