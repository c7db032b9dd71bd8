"""Names, as a Pod's resolver finds them: in its /etc/hosts, then by asking cluster DNS as its /etc/resolv.conf says.

A name that cluster DNS does not answer for is left to this machine's own resolver.
"""

from . import files, questions

_NONAME, _AGAIN = (-2, "Name or service not known"), (-3, "Temporary failure in name resolution")
_NODATA = (-5, "No address associated with hostname")


class Unknown(Exception):
    """The name does not exist, or has no address, or nobody answers; the arguments are those of a gaierror."""


def find(name):
    """Addresses, another name that is not the cluster's, or () where this machine's resolver is to be asked."""
    if isinstance(name, (bytes, bytearray)):
        name = name.decode("latin-1")
    if not isinstance(name, str) or not name or name == "localhost" or is_address(name):
        return ()
    return looked_up(name)[1]


def looked_up(name):
    """(the whole name, addresses) from /etc/hosts or cluster DNS; see `find`."""
    addresses = _in_hosts(name)
    return (name, addresses) if addresses else _asked(name)


def name_of(address):
    """The name of an address of the cluster, or ``."""
    settings = _settings()
    if not settings["nameserver"] or not is_address(address):
        return ""
    code, names = questions.ask(settings, ".".join(reversed(address.split("."))) + ".in-addr.arpa", "PTR")
    return names[0] if code == questions.FOUND and names else ""


def is_address(name):
    return ":" in name or not name.strip("0123456789.")


def _in_hosts(name):
    host, addresses = name.rstrip(".").lower(), []
    for words in _lines("/etc/hosts"):
        if host in (word.lower() for word in words[1:]) and ":" not in words[0]:
            addresses.append(words[0])
    return tuple(addresses)


def _asked(name):
    settings, code = _settings(), questions.REFUSED
    if not settings["nameserver"]:
        return name, ()
    empty = False
    for candidate in _candidates(name, settings):
        code, addresses = questions.ask(settings, candidate, "A")
        if addresses:
            return candidate, tuple(addresses)
        if code == questions.SILENT:
            raise Unknown(*_AGAIN)
        empty = empty or code == questions.FOUND
    if code in (questions.REFUSED, questions.FAILED):
        return name, ()
    raise Unknown(*(_NODATA if empty else _NONAME))


def _candidates(name, settings):
    """In the order of resolv.conf(5): a name with fewer dots than `ndots` is first looked for below each domain."""
    if name.endswith("."):
        return [name[:-1]]
    below = [f"{name}.{domain}" for domain in settings["search"]]
    return [*below, name] if name.count(".") < settings["ndots"] else [name, *below]


def _settings():
    settings = {"nameserver": [], "search": [], "ndots": 1, "timeout": 5, "attempts": 2}
    for words in _lines("/etc/resolv.conf"):
        if words[0] == "nameserver" and questions.is_own(words[1]):
            settings["nameserver"].append(words[1])
        elif words[0] == "search":
            settings["search"] = words[1:]
        elif words[0] == "options":
            options = dict(word.split(":", 1) for word in words[1:] if ":" in word)
            settings |= {k: int(v) for k, v in options.items() if k in settings and v.isdigit()}
    return settings


def _lines(path):
    """The words of each line of a file that the node agent has made for this Pod; with mounts it is at its own path."""
    file_path = files.PATHS.get(path) if files.PATHS else path
    if not file_path:
        return []
    try:
        with open(file_path) as file:  # noqa: PTH123 - pathlib is slow to import
            return [words for line in file if len(words := line.partition("#")[0].split()) > 1]
    except (OSError, ValueError):
        return []
