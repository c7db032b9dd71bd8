"""Kinds whose objects are checked and stored, and that nothing acts upon; most say so in a warning (docs/fidelity.md).

Other people's manifests and clients' suites contain them. A kind whose absence of effect would teach something false
is not served.
"""

from collections.abc import Callable


def not_acted_upon(why: str) -> Callable[[dict, dict | None], list[str]]:
    """The warning of a kind that is kept only; said once, at an object's creation."""

    def warn(obj: dict, old: dict | None) -> list[str]:
        if old is not None:
            return []
        return [f"{obj['kind']} is stored and not acted upon on this cluster: {why}"]

    return warn
