"""How PersistentVolumes and their claims may be used, as their columns show it."""

_MODES = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}
UNSET = "<unset>"


def shown_modes(modes: list[str] | None) -> str:
    """In kubectl's short words: `RWO,ROX`."""
    return ",".join(_MODES.get(mode, mode) for mode in modes or ())
