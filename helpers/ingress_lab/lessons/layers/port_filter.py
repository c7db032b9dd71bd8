"""A packet filter of the kernel: TCP segments of one port pass, all other frames never reach the program.

Without it, busy traffic beside a capture fills the socket's buffer, and frames of the capture are lost. It is what
`tcpdump -d 'tcp port N'` prints, for frames with an Ethernet header; see bpf(4) of FreeBSD and socket(7) of Linux.
"""

import ctypes
import socket
import struct

_SO_ATTACH_FILTER = 26  # asm-generic/socket.h; the socket module does not name it
_LOAD_HALF, _LOAD_BYTE, _LOAD_HALF_AFTER_X = 0x28, 0x30, 0x48
_X_IS_HEADER_LENGTH, _IF_EQUAL, _IF_BITS, _RETURN = 0xB1, 0x15, 0x45, 0x06
_WHOLE, _NOTHING = 0x40000, 0


def instructions(port: int) -> list[tuple[int, int, int, int]]:
    """The program: operation, steps to skip if true, steps to skip if false, operand."""
    return [
        (_LOAD_HALF, 0, 0, 12),  # the EtherType
        (_IF_EQUAL, 0, 6, 0x86DD),  # IPv6 ...
        (_LOAD_BYTE, 0, 0, 20),
        (_IF_EQUAL, 0, 15, 6),  # ... and TCP: the ports stand at fixed places
        (_LOAD_HALF, 0, 0, 54),
        (_IF_EQUAL, 12, 0, port),
        (_LOAD_HALF, 0, 0, 56),
        (_IF_EQUAL, 10, 11, port),
        (_IF_EQUAL, 0, 10, 0x0800),  # IPv4 ...
        (_LOAD_BYTE, 0, 0, 23),
        (_IF_EQUAL, 0, 8, 6),  # ... and TCP ...
        (_LOAD_HALF, 0, 0, 20),
        (_IF_BITS, 6, 0, 0x1FFF),  # ... and not a later fragment, which has no ports
        (_X_IS_HEADER_LENGTH, 0, 0, 14),
        (_LOAD_HALF_AFTER_X, 0, 0, 14),
        (_IF_EQUAL, 2, 0, port),
        (_LOAD_HALF_AFTER_X, 0, 0, 16),
        (_IF_EQUAL, 0, 1, port),
        (_RETURN, 0, 0, _WHOLE),
        (_RETURN, 0, 0, _NOTHING),
    ]


def attach(tap: socket.socket, port: int) -> None:
    """Let only TCP segments from or to `port` reach the socket."""
    program = instructions(port)
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in program))
    tap.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("@HP", len(program), ctypes.addressof(code)))
