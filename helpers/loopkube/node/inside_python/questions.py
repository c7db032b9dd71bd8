"""One question to cluster DNS and its answer, over UDP, and over TCP where it is too long (RFC 1035)."""

import _socket
import os
import struct

FOUND, FAILED, NO_SUCH_NAME, REFUSED, SILENT = 0, 2, 3, 5, -1
_TYPES = {"A": 1, "CNAME": 5, "PTR": 12, "TXT": 16, "AAAA": 28, "SRV": 33}
_HEADER = struct.Struct("!6H")
_CUT = 0x0200
PORT = 53
low_ports = None
"""The module of that name, from whoever patches `socket`: to import it here would be a circle."""


def is_own(address):
    return address.startswith(low_ports.OWN)


def ask(settings, name, kind):
    """(code, values): addresses, or the last other name where the answer ends with one that is not the cluster's."""
    code, records = ask_all(settings, name, kind)
    values = [value for _, type, value in records if type == kind]
    return code, values or [value for _, type, value in records if type == "CNAME"][-1:]


def ask_all(settings, name, kind):
    """(code, [(name, type, value)]) of the first server that answers; SILENT where none does."""
    question = _question(name, kind)
    if question is None:
        return NO_SUCH_NAME, []
    for _ in range(max(settings["attempts"], 1)):
        for server in settings["nameserver"]:
            try:
                message = _udp(server, question, settings["timeout"])
                if _HEADER.unpack_from(message)[1] & _CUT:
                    message = _tcp(server, question, settings["timeout"])
                return _read(message)
            except (OSError, ValueError, IndexError, struct.error):
                continue
    return SILENT, []


def _question(name, kind):
    labels = [label.encode("idna" if not label.isascii() else "ascii") for label in name.split(".")]
    if any(not 0 < len(label) < 64 for label in labels) or len(name) > 253:
        return None
    wire = b"".join(bytes([len(label)]) + label for label in labels)
    return (
        _HEADER.pack(int.from_bytes(os.urandom(2), "big"), 0x0100, 1, 0, 0, 0)
        + wire
        + struct.pack("!xHH", _TYPES[kind], 1)
    )


def _connected(server, type, seconds):
    sock = _socket.socket(_socket.AF_INET, type, 0)
    sock.settimeout(seconds)
    try:
        sock.connect(low_ports.moved(server, PORT, low_ports.lowest()))
    except BaseException:
        sock.close()
        raise
    return sock


def _udp(server, question, seconds):
    sock = _connected(server, _socket.SOCK_DGRAM, seconds)
    try:
        sock.send(question)
        # what comes late, to an earlier question, has another number
        while (message := sock.recv(4096))[:2] != question[:2]:
            pass
        return message
    finally:
        sock.close()


def _tcp(server, question, seconds):
    sock = _connected(server, _socket.SOCK_STREAM, seconds)
    try:
        sock.sendall(len(question).to_bytes(2, "big") + question)
        return _exactly(sock, int.from_bytes(_exactly(sock, 2), "big"))
    finally:
        sock.close()


def _exactly(sock, size):
    data = b""
    while len(data) < size:
        piece = sock.recv(size - len(data))
        if not piece:
            raise ValueError("the server closed the connection")
        data += piece
    return data


def _read(message):
    _, flags, questions, answers, _, _ = _HEADER.unpack_from(message)
    at, records, known = _HEADER.size, [], {number: name for name, number in _TYPES.items()}
    for _ in range(questions):
        at = _label(message, at)[1] + 4
    for _ in range(answers):
        name, at = _label(message, at)
        number, _, _, length = struct.unpack_from("!HHIH", message, at)
        at += 10
        if number in known:
            records.append((name, known[number], _value(known[number], message, at, length)))
        at += length
    return flags & 15, records


def _value(kind, message, at, length):
    if kind == "A":
        return ".".join(map(str, message[at : at + 4]))
    if kind == "AAAA":
        return _socket.inet_ntop(_socket.AF_INET6, message[at : at + 16])
    if kind == "TXT":
        return message[at + 1 : at + length].decode("latin-1")
    if kind == "SRV":
        return (*struct.unpack_from("!3H", message, at), _label(message, at + 6)[0])
    return _label(message, at)[0]


def _label(message, at):
    """(a name, where it ends); names may point to what stands before them, at most 128 times."""
    labels, end = [], 0
    for _ in range(128):
        size = message[at]
        if size >= 192:
            end = end or at + 2
            at = (size & 63) << 8 | message[at + 1]
        elif size == 0:
            return ".".join(labels), end or at + 1
        else:
            labels.append(message[at + 1 : at + 1 + size].decode("latin-1"))
            at += 1 + size
    raise ValueError("a name without end")
