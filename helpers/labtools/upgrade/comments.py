"""Comments of ruamel.yaml's maps: they belong to the field before them, and have to move when fields do."""

from typing import Any


def remark(at: Any, key: str) -> str:
    """What is said beside a field, on its line."""
    token = token_of(at, key)
    return token.value.partition("\n")[0].lstrip("# ").strip() if token else ""


def comment(at: Any, key: str) -> Any:
    """Takes the comments of a field away, to `attach` them elsewhere."""
    return at.ca.items.pop(key, None)


def attach(at: Any, key: str, comment: Any) -> None:
    """Gives a field the comments that `comment` took from another one."""
    if comment is not None and hasattr(at, "ca"):
        at.ca.items[key] = comment


def token_of(at: Any, key: str) -> Any:
    """The comment behind a field: the rest of its line, and whole lines below it."""
    tokens = at.ca.items.get(key)
    return tokens[2] if tokens and len(tokens) > 2 else None


def pass_on(at: Any, key: str, to: str) -> None:
    """Whole lines of comment below `key` go below the new field after it; the rest of its line stays."""
    token = token_of(at, key)
    if token is None or "\n" not in token.value.rstrip("\n"):
        return
    first, _, rest = token.value.partition("\n")
    target, last = end(at, to)
    target.ca.items[last] = [None, None, _new_token("\n" + rest, token), None]
    if first.strip():
        token.value = f"{first}\n"
    else:
        at.ca.items.pop(key)


def end(at: Any, key: str) -> tuple[Any, str]:
    """The map and key of the last line of a field."""
    while isinstance(at[key], dict) and at[key]:
        at, key = at[key], list(at[key])[-1]
    return at, key


def keep_above(parent: Any, key: Any, at: Any, first: str | None) -> None:
    """Comment lines above what was the first field stay above it."""
    tokens = getattr(parent, "ca", None) and parent.ca.items.get(key)
    if first is None or not tokens or len(tokens) < 4 or not tokens[3]:
        return
    above, tokens[3] = tokens[3], None
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
    token = token_of(target, target_key)
    if token is None:
        target.yaml_add_eol_comment(old, target_key)
        return
    first, _, rest = token.value.partition("\n")
    own = first.lstrip("# ").strip()
    token.value = f"# {old}" + (f"; {own}" if own else "") + f"\n{rest}"
