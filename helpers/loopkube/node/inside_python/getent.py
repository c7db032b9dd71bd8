"""`getent hosts NAME ...` and `getent ahosts NAME`, as the image of Python has it: the addresses of a name."""

import sys

from . import names, questions

_NOT_FOUND, _USAGE = 2, 1


def lines(database, key):
    """What is printed for one key; nothing where it is not known."""
    import socket  # of a Pod that shares this machine's network it is patched; elsewhere the system finds names

    if names.is_address(key):
        return [f"{key:<15} {socket.gethostbyaddr(key)[0]}"]
    canonical, addresses = names.looked_up(key) if questions.low_ports else (key, ())
    if not addresses:
        canonical, _, addresses = socket.gethostbyname_ex(key)
    if database == "hosts":
        return [f"{address:<15} {canonical}" for address in addresses]
    kinds = ("STREAM", "DGRAM", "RAW")
    rows = [(address, kind) for address in addresses for kind in kinds]
    return [f"{address:<15} {kind:<6} {canonical if row == 0 else ''}" for row, (address, kind) in enumerate(rows)]


def main(database="", *keys):
    """The exit code: 0, 1 for wrong usage, 2 when a name is not found (getent(1))."""
    if database not in ("hosts", "ahosts", "ahostsv4") or not keys:
        print("usage: getent hosts|ahosts NAME ...", file=sys.stderr)
        return _USAGE
    code = 0
    for key in keys:
        try:
            print("\n".join(lines(database, key)))
        except (OSError, names.Unknown):
            code = _NOT_FOUND
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
