"""manifests/app/client.py as its Pod runs it."""

import json
import signal
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from stand_in import StandIn, running

PROGRAM = Path(__file__).parents[1] / "manifests" / "app" / "client.py"


@pytest.fixture(scope="module")
def server() -> Iterator[StandIn]:
    with running() as stand_in:
        yield stand_in


def run(*words: str) -> list[dict]:
    done = subprocess.run([sys.executable, PROGRAM, *words], capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def to(server: StandIn) -> tuple[str, str]:
    return "--to", f"127.0.0.1:{server.port}"


def test_each_request_opens_a_connection(server: StandIn) -> None:
    server.peers.clear()
    said = run("http://order.example.com/a%2Fb?q=1", *to(server), "--times", "3", "--header", "Cookie: visitor=7")
    assert [a["status"] for a in said] == [200] * 3
    assert [a["layers"]["connection"] for a in said] == ["new"] * 3
    assert len(set(server.peers)) == 3
    assert server.lines[-1] == "GET /a%2Fb?q=1 HTTP/1.1"
    assert json.loads(said[0]["text"])["service"] == "order-svc"


def test_a_connection_is_kept(server: StandIn) -> None:
    server.peers.clear()
    said = run("http://order.example.com/", *to(server), "--times", "4", "--keep")
    assert [a["layers"]["connection"] for a in said] == ["new", "kept", "kept", "kept"]
    assert len(set(server.peers)) == 1


def test_several_urls_in_turn(server: StandIn) -> None:
    urls = ("http://a.example.com/1", "http://b.example.com/2")
    said = run(*urls, *to(server), "--times", "2")
    assert [a["url"] for a in said] == [*urls, *urls]


def test_cookies_are_kept_in_a_jar(server: StandIn, tmp_path: Path) -> None:
    def brought(*words: str) -> list[str]:
        said = run(*words, *to(server))
        return [json.loads(answer["text"])["headers"].get("Cookie", "") for answer in said]

    jar = "--jar", str(tmp_path / "jar")
    assert brought("http://order.example.com/", "--times", "2", *jar) == ["", "jar=full"]
    assert brought("http://order.example.com/", "http://a.example.com/", *jar) == ["jar=full", ""]
    assert brought("http://order.example.com/", "--times", "2") == ["", ""]


def test_other_methods_and_bodies(server: StandIn) -> None:
    (said,) = run("http://order.example.com/", *to(server), "--method", "POST", "--body", "three")
    words = json.loads(said["text"])
    assert (words["method"], words["headers"]["Content-Length"]) == ("POST", "5")


def test_one_word_of_each_answer_can_be_shown(server: StandIn) -> None:
    def shown(word: str, *words: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, PROGRAM, *words, "--show", word], capture_output=True, text=True, timeout=20
        )
        return done.stdout.splitlines()

    assert shown("service", "http://order.example.com/", *to(server), "--times", "2") == ["order-svc", "order-svc"]
    assert shown("colour", "http://order.example.com/", *to(server)) == ["200"]
    assert shown("pod", "http://127.0.0.1:1/") == ["connection refused"]


def test_a_datagram_and_the_one_that_comes_back() -> None:
    class Shout(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, sock = self.request
            sock.sendto(data.upper(), self.client_address)

    with socketserver.UDPServer(("127.0.0.1", 0), Shout) as shout:
        threading.Thread(target=shout.handle_request, daemon=True).start()
        place = f"127.0.0.1:{shout.server_address[1]}"
        assert run("--udp", "--text", "hello", "--to", place) == [{"text": "HELLO", "error": ""}]
    assert run("--udp", "--text", "hello", "--to", "127.0.0.1:1") == [{"text": "", "error": "connection refused"}]


def test_failures_have_words(server: StandIn) -> None:
    said = run("http://a.example.com/hang-up", *to(server))
    assert said == [
        {"url": "http://a.example.com/hang-up", "status": 0, "error": "connection closed without an answer"}
    ]
    assert run("http://127.0.0.1:1/")[0]["error"] == "connection refused"
    assert run("--text", "hello", "--to", "127.0.0.1:1") == [{"text": "", "error": "connection refused"}]


def test_a_line_of_text() -> None:
    class Upper(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(self.rfile.readline().upper())

    with socketserver.TCPServer(("127.0.0.1", 0), Upper) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert run("--text", "hello", "--to", f"127.0.0.1:{server.server_address[1]}") == [
            {"text": "HELLO", "error": ""}
        ]
        server.shutdown()


def test_without_arguments_it_waits_for_its_end() -> None:
    process = subprocess.Popen([sys.executable, PROGRAM])
    deadline = time.monotonic() + 5
    while not waiting(process.pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=5) == 0


def waiting(pid: int) -> bool:
    """Its handler for SIGTERM is there (Linux tells in SigCgt)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("SigCgt:"):
            return bool(int(line.split()[1], 16) & (1 << (signal.SIGTERM - 1)))
    return False
