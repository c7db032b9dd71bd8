"""manifests/app/asker.py: what counts as lost is a door that does not open, or no answer behind it; not a late one."""

import http.server
import importlib.util
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

PROGRAM = Path(__file__).parent.parent / "manifests" / "app" / "asker.py"
URL = "http://shop.example.com/"


class Late(http.server.BaseHTTPRequestHandler):
    """Answers after longer than a connection may take to open."""

    def do_GET(self) -> None:
        time.sleep(0.15)
        text = json.dumps({"pod": self.headers["Host"]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Nothing to say."""


@pytest.fixture
def asker(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("asker", PROGRAM)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "TO_OPEN", 0.05)
    return module


@pytest.fixture
def late() -> Iterator[str]:
    server = http.server.HTTPServer(("127.0.0.1", 0), Late)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_late_answer_is_no_loss(asker: ModuleType, late: str) -> None:
    assert asker.ask(URL, late) == (200, "shop.example.com")


def test_a_door_that_does_not_open_is_given_up_soon(asker: ModuleType) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:  # Linux drops what its queue cannot hold
        address = full.getsockname()
        with socket.create_connection(address):
            begin = time.monotonic()
            assert asker.ask(URL, "{}:{}".format(*address)) == (0, "")
    assert time.monotonic() - begin < 1


def test_a_door_that_is_shut_is_a_loss(asker: ModuleType) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        address = gone.getsockname()
    assert asker.ask(URL, "{}:{}".format(*address)) == (0, "")
