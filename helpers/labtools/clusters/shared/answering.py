"""Is anybody at the entry? What a TCP connection and one HTTP request tell, as kind's port mapping shows it."""

import http.client
import time
from collections.abc import Callable

from labcore.language.messages import phrase

ANSWERS, NOBODY, CLOSED, SILENT = "answers", phrase("nobody listens"), "refused", phrase("no answer in time")
_PAUSE = 0.02  # nothing to wait on: the listener is another process's


def look(address: str, port: int, timeout: float = 2.0, host: str = "ready.invalid") -> str:
    """One HTTP request: any status is an answer (404 says that a controller listens and has no route yet).

    A mapped port of a kind node resets the connection when the node is up and nothing listens on its hostPort, and
    refuses it when the node is stopped.
    """
    connection = http.client.HTTPConnection(address, port, timeout=timeout)
    try:
        connection.request("GET", "/", headers={"Host": host})
        connection.getresponse().read()
        return ANSWERS
    except ConnectionRefusedError:
        return CLOSED
    except (ConnectionError, http.client.HTTPException):
        return NOBODY
    except OSError:
        return SILENT
    finally:
        connection.close()


def wait(
    address: str, port: int, timeout: float, *, pause: float = _PAUSE, say: Callable[[str], None] | None = None
) -> str:
    """Look until somebody answers or the time is over; returns what the last look saw."""
    deadline = time.monotonic() + timeout
    while True:
        outcome = look(address, port, max(0.05, min(2.0, deadline - time.monotonic())))
        if outcome == ANSWERS or time.monotonic() > deadline:
            return outcome
        if say:
            say(outcome)
        time.sleep(pause)
