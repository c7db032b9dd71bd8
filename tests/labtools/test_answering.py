"""What a connection to the entry tells: somebody answers, nobody listens behind the mapping, or the node is stopped."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from labtools.clusters.shared import answering
from stand_in import running


@contextmanager
def listening(handle: Callable[[socket.socket], None]) -> Iterator[int]:
    """A listener that does one thing with its first connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                handle(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(5)


def reset(connection: socket.socket) -> None:
    """As a mapped port does when nothing listens on the node's port (recorded: curl 56)."""
    connection.recv(100)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def test_any_status_is_an_answer() -> None:
    with running() as entry:
        assert answering.look("127.0.0.1", entry.port) == answering.ANSWERS


def test_a_reset_connection_means_that_nobody_listens() -> None:
    with listening(reset) as port:
        assert answering.look("127.0.0.1", port) == answering.NOBODY


def test_a_closed_connection_means_that_nobody_listens() -> None:
    with listening(lambda connection: None) as port:
        assert answering.look("127.0.0.1", port) == answering.NOBODY


def test_a_refused_connection_means_a_stopped_node() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        assert answering.look("127.0.0.1", unused.getsockname()[1]) == answering.CLOSED


def test_silence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert answering.look("127.0.0.1", silent.getsockname()[1], timeout=0.05) == answering.SILENT


def test_waiting_ends_with_the_first_answer_or_with_the_last_look() -> None:
    with running() as entry:
        assert answering.wait("127.0.0.1", entry.port, 5) == answering.ANSWERS
    assert answering.wait("127.0.0.1", entry.port, 0.05) == answering.CLOSED
