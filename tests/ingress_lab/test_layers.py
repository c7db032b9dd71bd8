"""Captures: through the recording proxy everywhere, live where it is permitted; both say the same."""

import contextlib
import socket
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from ingress_lab.lessons import layers
from ingress_lab.lessons.layers import osi, packets
from ingress_lab.lessons.layers.exchange import Capture
from ingress_lab.lessons.layers.recorder import Piece, Recording
from ingress_lab.lessons.layers.tap import Frame, Tap
from labcore.errors import BadArgument
from stand_in import running

LIVE = pytest.param(True, marks=pytest.mark.skipif(not layers.permitted(), reason="needs CAP_NET_RAW"))
URL = "http://abc.sample.com/apl2"
SAID = [
    (7, "Application", "HTTP: GET /apl2, Host: abc.sample.com"),
    (6, "Presentation", "text, not encrypted"),
    (5, "Session", "no part of its own: TCP keeps the connection, HTTP the rest"),
    (4, "Transport", "TCP segment: PSH ACK, with data"),
    (3, "Network", "IPv4 packet, for TCP"),
    (2, "Data link", "Ethernet frame, for IPv4; loopback has no hardware addresses"),
    (1, "Physical", "no signal: this packet does not leave the machine"),
]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INGRESS_LAB_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


def captured(live: bool, url: str = URL) -> Capture:
    with running() as server:
        return layers.capture(url, entry=server.entry, live=live)


@pytest.mark.parametrize("live", [False, LIVE])
def test_a_request_by_osi_layer_reads_the_same_on_every_run(live: bool, home: Path) -> None:
    found = captured(live)
    assert [tuple(row[:3]) for row in found.table().to_numpy()] == SAID
    acts = found.table()["which Kubernetes thing acts here"].tolist()
    assert acts[0].startswith("Ingress") and acts[3].startswith("Service") and "CNI" in acts[5]
    assert found.answer.status == 200 and found.how == ("live" if live else "recorded")
    assert found.file == home / "captures" / "exchange.pcap"
    assert stat.S_IMODE(found.file.stat().st_mode) == 0o600
    assert not (Path.home() / ".cache" / "scapy").exists()


@pytest.mark.parametrize("live", [False, LIVE])
def test_the_packets_in_order(live: bool) -> None:
    found = captured(live).list()
    assert found["from"].tolist() == ["client", "entry", "client", "entry", "client"]
    assert found["TCP flags"].tolist() == ["SYN", "SYN ACK", "PSH ACK", "PSH ACK", "FIN ACK"]
    assert found["carries"].tolist()[2:] == ["HTTP: GET /apl2, Host: abc.sample.com", "HTTP: 200 OK", "ends its side"]


@pytest.mark.skipif(not layers.permitted(), reason="needs CAP_NET_RAW")
@pytest.mark.parametrize("loopback", ["127.0.0.1", "::1"])
def test_busy_traffic_beside_it_takes_nothing_from_a_capture(loopback: str) -> None:
    """More than a socket's buffer holds passes by while nobody reads."""
    family = socket.AF_INET6 if ":" in loopback else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as busy, socket.create_server((loopback, 0), family=family) as server:
        busy.connect((loopback, 9))
        tap = Tap(server.getsockname()[1])
        for _ in range(100):
            with contextlib.suppress(ConnectionRefusedError):
                busy.send(bytes(60_000))
        with socket.create_connection(server.getsockname()[:2]) as client, tap:
            own = client.getsockname()[:2]
            assert tap.wait(lambda frames: len(frames) >= 3, 5)
        assert {own, server.getsockname()[:2]} == {
            end for f in tap.frames if f.tcp for end in (f.tcp.source, f.tcp.target)
        }
        assert len(tap.frames) < 10


@pytest.mark.parametrize("live", [False, LIVE])
def test_the_answer_and_no_addresses(live: bool) -> None:
    found = captured(live)
    answer = osi.rows(next(facts for facts in found.facts if "status" in facts.http))
    assert [str(row["here"]) for row in answer[:2]] == ["HTTP: 200 OK", "application/json, not encrypted"]
    assert "127.0.0.1" not in repr(found.table())
    assert str(osi.rows(found.facts[0])[0]["here"]) == "nothing yet: this packet carries no data"


def test_both_ways_say_the_same() -> None:
    if not layers.permitted():
        pytest.skip("needs CAP_NET_RAW")
    live, recorded = captured(True), captured(False)
    assert repr(live.list()) == repr(recorded.list()) and repr(live.table()) == repr(recorded.table())


def test_a_recording_counts_bytes_as_tcp_does() -> None:
    found = captured(False)
    first, second = (p["TCP"] for p in found.packets[:2])
    assert (first.seq, second.ack) == (0, 1)
    request = next(f for f in found.facts if f.http.get("method"))
    after = [p["TCP"] for p in found.packets if str(p["TCP"].flags) == "A"][1]
    assert after.ack == 1 + len(request.data)


def test_capture_files_are_read_again(tmp_path: Path) -> None:
    with running() as server:
        made = layers.capture(URL, entry=server.entry, live=False, file=tmp_path / "mine.pcap")
    assert repr(replace(made, packets=packets.read(tmp_path / "mine.pcap")).list()) == repr(made.list())
    (tmp_path / "no.pcap").write_text("no capture")
    with pytest.raises(BadArgument, match="is not a capture file"):
        packets.read(tmp_path / "no.pcap")
    with pytest.raises(BadArgument, match="there is no capture file"):
        packets.read(tmp_path / "none.pcap")


def test_a_capture_without_a_request() -> None:
    found = captured(False)
    with pytest.raises(BadArgument, match="this capture holds no request"):
        replace(found, packets=found.packets[:3]).table()


def test_nobody_there_is_a_sentence() -> None:
    with running() as server:
        entry = server.entry
    with pytest.raises(BadArgument, match="nothing was captured"):
        layers.capture(URL, entry=entry, live=False)


def test_live_without_permission_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingress_lab.lessons.layers.exchange.permitted", lambda: False)
    with running() as server, pytest.raises(BadArgument, match="CAP_NET_RAW"):
        layers.capture(URL, entry=server.entry, live=True)
    assert captured(None).how == "recorded"


@pytest.mark.parametrize("data", [b"", b"\x00" * 14, b"\x00" * 12 + b"\x08\x00" + b"\x45" + b"\x00" * 8])
def test_other_frames_are_no_tcp(data: bytes) -> None:
    assert Frame(0.0, data).tcp is None


@pytest.mark.parametrize("port", [80, 443, 8080, 8443, 9080])
def test_a_request_reads_the_same_on_any_port(port: int, tmp_path: Path) -> None:
    request = b"GET /hello HTTP/1.1\r\nHost: a.com\r\n\r\n"
    packets.tls()
    made = packets.of_recording(Recording(("127.0.0.1", 50_000), ("127.0.0.1", port), [Piece(1.0, True, request)]))
    packets.write(made, tmp_path / "a.pcap")
    for found in (made[3], packets.read(tmp_path / "a.pcap")[3]):
        assert [layer.__name__ for layer in found.layers()] == ["Ether", "IP", "TCP", "Raw"]
        assert found.load == request


@pytest.mark.parametrize(("cookie", "more"), [("", ""), ("visit=7", ", with a cookie")])
def test_a_cookie_is_a_header_of_layer_7(cookie: str, more: str) -> None:
    """And affinity by ClientIP goes by an address: nothing of either stands at layer 5."""
    http = {"method": "GET", "target": "/", "host": "a.example.com", "cookie": cookie}
    rows = osi.rows(replace(captured(False).facts[3], http=http))
    assert str(rows[0]["here"]) == f"HTTP: GET /, Host: a.example.com{more}"
    acts = {row["layer"]: str(row["kubernetes"]) for row in rows}
    assert "cookie" in acts[7] and "ClientIP" in acts[4] and acts[5] == "nothing of Kubernetes"
