"""Asks the cluster's DNS for addresses (type A), by UDP as /etc/resolv.conf says; prints lines as `dig` does.

    python ask.py hello-svc outside-svc

A question begins with a semicolon; below it stands one line for each record of the answer. A name without a dot is
one of this Pod's namespace.
"""

import socket
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

TIMEOUT = 5.0
PORT = 53
TYPES = {1: "A", 5: "CNAME"}
RECURSION_DESIRED, IN = 0x0100, 1
HEADER = 12  # bytes of a message before its question (RFC 1035, section 4.1.1)


def main() -> None:
    server, domain = settings()
    for name in sys.argv[1:]:
        asked = name if "." in name else f"{name}.{domain}"
        print(f"; {asked}. IN A, by UDP to {server} port {PORT}")
        for line in answers(exchanged(server, question(asked))):
            print(line)


def settings() -> tuple[str, str]:
    """The server, and the domain in which a short name is looked for first."""
    found: dict[str, list[str]] = {}
    with Path("/etc/resolv.conf").open() as file:
        for line in file:
            if words := line.split():
                found.setdefault(words[0], words[1:])
    return found["nameserver"][0], found["search"][0]


def question(name: str) -> bytes:
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.rstrip(".").split("."))
    return struct.pack("!6H", 1, RECURSION_DESIRED, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!2H", 1, IN)


def exchanged(server: str, message: bytes) -> bytes:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(TIMEOUT)
        udp.connect((server, PORT))
        udp.send(message)
        return udp.recv(4096)


def answers(message: bytes) -> Iterator[str]:
    code, number = message[3] & 15, struct.unpack_from("!H", message, 6)[0]
    if not number:
        yield {0: "no record of this type", 3: "NXDOMAIN"}.get(code, f"error {code}")
    at = name_at(message, HEADER)[1] + 4
    for _ in range(number):
        name, at = name_at(message, at)
        kind, _, _, size = struct.unpack_from("!2HIH", message, at)
        at += 10
        address = socket.inet_ntoa(message[at : at + 4]) if kind == 1 else ""
        yield f"{name} IN {TYPES.get(kind, kind)} {address or name_at(message, at)[0]}"
        at += size


def name_at(message: bytes, at: int) -> tuple[str, int]:
    """A name, whose end may be a pointer to one further up, and where what follows it begins."""
    labels, after = "", 0
    while size := message[at]:
        if size >= 0xC0:
            after = after or at + 2
            at = struct.unpack_from("!H", message, at)[0] & 0x3FFF
            continue
        labels += message[at + 1 : at + 1 + size].decode() + "."
        at += 1 + size
    return labels, after or at + 1


if __name__ == "__main__":
    main()
