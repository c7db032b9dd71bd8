"""The short list of a capture reads the same however TCP cut the bytes, and whatever passed between two messages."""

import ssl

import pytest
from ingress_lab.lessons.layers import packets
from ingress_lab.lessons.layers.exchange import Capture
from ingress_lab.lessons.layers.recorder import Piece, Recording
from ingress_lab.lessons.layers.tap import Frame

CLIENT, ENTRY = True, False


def record(kind: int, size: int = 40) -> bytes:
    return bytes([kind, 3, 3]) + size.to_bytes(2) + bytes(size)


def client_hello() -> bytes:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    shy = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname="a.com")
    with pytest.raises(ssl.SSLWantReadError):
        shy.do_handshake()
    return outgoing.read()


HELLO = client_hello()
SERVER_HELLO = bytes([22, 3, 3, 0, 40, 2]) + bytes(39)
CIPHER, SEALED = record(20), record(23)
LONG = record(23, 9_000)
EXCHANGE = [
    (CLIENT, HELLO), (ENTRY, SERVER_HELLO + CIPHER + LONG), (CLIENT, CIPHER + SEALED), (CLIENT, SEALED),
    (ENTRY, SEALED), (CLIENT, b""), (ENTRY, SEALED), (ENTRY, b""),
]  # fmt: skip
SAID = """\
from    TCP flags  carries
client  SYN        wants to open the connection
entry   SYN ACK    accepts it
client  PSH ACK    TLS 1.3 ClientHello, for the name a.com
entry   PSH ACK    TLS: ServerHello
entry   PSH ACK    TLS: change cipher spec
entry   PSH ACK    TLS: application data
client  PSH ACK    TLS: change cipher spec
client  PSH ACK    TLS: application data
entry   PSH ACK    TLS: application data
client  FIN ACK    ends its side"""


def capture(exchange: list[tuple[bool, bytes]]) -> Capture:
    pieces = [Piece(1.0, who, data) for who, data in exchange]
    return Capture(packets.of_recording(Recording(("127.0.0.1", 50_000), ("127.0.0.1", 443), pieces)))


def cut(size: int) -> list[tuple[bool, bytes]]:
    return [(who, data[n : n + size]) for who, data in EXCHANGE for n in range(0, len(data) or 1, size)]


def joined() -> list[tuple[bool, bytes]]:
    return [*EXCHANGE[:2], (CLIENT, CIPHER + SEALED + SEALED), *EXCHANGE[4:]]


def with_ticket(place: int) -> list[tuple[bool, bytes]]:
    apart = [*EXCHANGE[:2], (CLIENT, CIPHER), (CLIENT, SEALED), *EXCHANGE[3:]]
    return [*apart[:place], (ENTRY, SEALED), *apart[place:]]


@pytest.mark.parametrize("exchange", [EXCHANGE, joined(), cut(7), cut(100), *map(with_ticket, (2, 3, 4, 5))])
def test_bytes_in_other_packets_are_the_same_list(exchange: list[tuple[bool, bytes]]) -> None:
    assert str(capture(exchange).list()) == SAID


def test_all_packets_are_as_they_were() -> None:
    assert len(capture(cut(100)).list(all=True)) > len(capture(EXCHANGE).list(all=True)) == 3 + 2 * len(EXCHANGE)


def test_what_came_twice_or_not_at_all_does_not_shift_the_records() -> None:
    whole = capture(cut(100)).packets
    twice = [packet for packet in whole for _ in range(2)]
    assert str(Capture(twice).list()) == SAID
    starts = [n for n, packet in enumerate(whole) if bytes(packet["TCP"].payload)[:3] == SERVER_HELLO[:3]]
    lost = [*whole[: starts[0] + 2], *whole[starts[0] + 4 :]]
    assert [words for words in Capture(lost).list()["carries"] if "Server" in words] == ["TLS: ServerHello"]


def test_handshakes_after_a_change_of_cipher_cannot_be_read() -> None:
    encrypted_like_a_hello = bytes([22, 3, 3, 0, 40, 1]) + b"\xff" * 39
    found = capture([(CLIENT, HELLO), (ENTRY, SERVER_HELLO), (CLIENT, CIPHER + encrypted_like_a_hello)])
    assert found.list()["carries"].tolist()[-2:] == ["TLS: change cipher spec", "TLS: handshake"]


@pytest.mark.parametrize("size", [10, 1000])
def test_text_is_listed_by_its_first_line(size: int) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + b"x" * 3 * size
    pieces = [(ENTRY, answer[n : n + size]) for n in range(0, len(answer), size)] if size > 100 else [(ENTRY, answer)]
    found = capture([(CLIENT, b"GET / HTTP/1.1\r\nHost: a.com\r\n\r\n"), *pieces])
    assert found.list()["carries"].tolist()[2:] == ["HTTP: GET /, Host: a.com", "HTTP: 200 OK"]


def test_a_frame_that_passes_a_bridge_and_a_cable_is_one_packet() -> None:
    whole = capture(EXCHANGE).packets
    seen = [Frame(1.0, bytes(packet), where) for packet in whole for where in ("bridge", "cable")]
    found = packets.of_frames(seen, ("127.0.0.1", 50_000), ("127.0.0.1", 443), 443)
    assert [bytes(packet) for packet in found] == [bytes(packet) for packet in whole]
