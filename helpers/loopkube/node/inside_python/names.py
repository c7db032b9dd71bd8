"""Names of Services, as cluster DNS would answer them: from a file that the node agent keeps up to date.

A line is `NAME<tab>VALUE ...`: addresses, or one other name (ExternalName).
"""

import os

_FILE, _, _NAMESPACE = os.environ.get("LOOPKUBE_NAMES", "").partition("\n")
_DOTS = 5  # a name with fewer dots is first looked for below the search domains, as in a Pod's resolv.conf
_ALIASES = 8  # ExternalNames that lead to one another
_read: tuple[int, dict[str, list[str]]] = (0, {})


def find(name):
    """What a name stands for: addresses, a name that is not the cluster's, or () when it is not a Service's name."""
    if not _FILE or not isinstance(name, str) or not name or name[-1].isdigit():
        return ()
    known, addresses = _known(), ()
    for _ in range(_ALIASES):
        values = next((known[c] for c in _candidates(name) if c in known), None)
        if values is None:
            break
        addresses, name = values, values[0]
        if name[-1].isdigit():
            break
    return addresses


def _candidates(name):
    if name.endswith("."):
        return [name[:-1]]
    domains = (f"{_NAMESPACE}.svc.cluster.local", "svc.cluster.local", "cluster.local")
    below = [f"{name}.{domain}" for domain in domains]
    return [*below, name] if name.count(".") < _DOTS else [name, *below]


def _known():
    """The file's content, read again when it has changed."""
    global _read
    try:
        changed = os.stat(_FILE).st_mtime_ns  # noqa: PTH116 - pathlib is slow to import
        if changed != _read[0]:
            with open(_FILE) as file:  # noqa: PTH123
                lines = [line.rstrip("\n").split("\t", 1) for line in file]
            _read = (changed, {name: values.split() for name, values in lines})
    except (OSError, ValueError):
        return {}
    return _read[1]
