"""`lab load`: how much of it is allowed, where it may go, what it counts, and that a late answer is seen."""

import asyncio
import csv
import json
import os
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from aiohttp import web
from labcore import clusters
from labcore.clusters import Access, Entry
from labcore.errors import BadArgument
from labtools import cli
from labtools.load import files
from labtools.load.beside import Beside
from labtools.load.measured import Measured, Sent, percentiles
from labtools.load.plan import Plan, planned
from labtools.load.sending import Load
from labtools.load.target import Target, target_of

URL = "http://web.rollouts.example.com/"


connections: set[object] = set()
"""Where the requests of a test came from."""


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """An application; after /stall it answers nobody for 0.3 s."""
    goes_on = asyncio.Event()
    goes_on.set()
    connections.clear()

    async def answer(request: web.Request) -> web.Response:
        await goes_on.wait()
        connections.add(request.transport.get_extra_info("peername") if request.transport else None)
        if request.path == "/stall":
            goes_on.clear()
            asyncio.get_running_loop().call_later(0.3, goes_on.set)
        return web.Response(status=503 if request.path == "/busy" else 200, text=request.host)

    app = web.Application()
    app.add_routes([web.get("/{path:.*}", answer)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def sent(port: int, plan: Plan, path: str = "", beside: object = None) -> Measured:
    load = Load([(plan, Target(URL + path, "127.0.0.1", port))])
    await load.run(beside)
    return load.measured[0]


async def test_an_open_load_keeps_its_rate(port: int) -> None:
    found = await sent(port, Plan(rate=100, seconds=0.3))
    assert found.statuses == {200: 30} and not found.lost
    assert sorted(one.intended for one in found.requests)[:3] == pytest.approx([0, 0.01, 0.02])


async def test_an_error_and_no_answer_are_lost(port: int) -> None:
    busy = await sent(port, Plan(rate=50, seconds=0.1), "busy")
    assert busy.statuses == {503: 5}
    assert busy.latency() == {"median": 0.0, "p90": 0.0, "p99": 0.0, "max": 0.0}
    nobody = await sent(9, Plan(rate=50, seconds=0.1))
    assert nobody.statuses == {0: 5}


async def test_a_closed_load_sends_when_it_has_its_answer(port: int) -> None:
    found = await sent(port, Plan(connections=2, seconds=0.2))
    assert len(found.requests) >= 4 and not found.lost
    assert all(one.intended == one.sent for one in found.requests)


async def test_a_stall_is_seen_by_what_was_due_meanwhile(port: int) -> None:
    """One connection waits for the late answer, and sends late what was due then: coordinated omission."""

    async def stall(load: Load) -> None:
        await asyncio.sleep(0.1)
        await sent(port, Plan(rate=1, seconds=0.01), "stall")

    found = await sent(port, Plan(rate=100, connections=1, seconds=0.6), beside=stall)
    assert found.latency()["p90"] > 100 > found.latency(corrected=False)["p90"]
    assert found.latency(corrected=False)["max"] > 100


async def test_kept_and_new_connections(port: int) -> None:
    kept = await sent(port, Plan(rate=50, connections=1, seconds=0.2))
    assert len(connections) == 1 < len(kept.requests)
    fresh = await sent(port, Plan(rate=50, connections=1, seconds=0.2, fresh=True))
    assert len(connections) == 1 + len(fresh.requests)


async def test_commands_run_meanwhile_and_their_moment_is_noted(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labtools.load.beside.BEFORE", 0.05)
    monkeypatch.setattr("labtools.load.beside.AFTER", 0.05)
    beside = Beside(["exit 3", "true"])
    found = await sent(port, Plan(rate=100, seconds=0.1), beside=beside)
    assert [(one.command, one.code) for one in beside.ran] == [("exit 3", 3), ("true", 0)]
    assert 0.05 <= beside.ran[0].begin <= beside.ran[0].end <= beside.ran[1].begin
    assert max(one.intended for one in found.requests) >= beside.ran[1].end


async def test_the_first_lost_request_ends_a_load_that_asks_no_more(port: int) -> None:
    """What else is under way is not waited for."""
    url = Target(URL + "busy", "127.0.0.1", port)
    load = Load([(Plan(rate=20, seconds=5), url)], until_lost=True)
    await load.run()
    assert load.now < 2 and [one.lost for one in load.measured[0].requests] == [True]
    load = Load([(Plan(rate=50, seconds=0.1), Target(URL, "127.0.0.1", port))], until_lost=True)
    await load.run()
    assert not load.measured[0].lost and load.now >= 0.1


async def test_the_command_that_runs_ends_with_the_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the program that its shell has started, which would hold the load's output open."""
    monkeypatch.setattr("labtools.load.beside.BEFORE", 0.0)
    beside, file = Beside([f"sleep 30 & echo $! >{tmp_path}/pid; wait"]), tmp_path / "pid"
    running = asyncio.ensure_future(beside(Load([])))
    while not (file.exists() and file.read_text().strip()):
        await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert beside.ran == []
    async with asyncio.timeout(5):
        while (
            program := Path("/proc", file.read_text().strip(), "stat")
        ).exists() and " Z " not in program.read_text():
            await asyncio.sleep(0.01)


def test_percentiles() -> None:
    assert percentiles([*range(1, 101)]) == {"median": 50.5, "p90": 90.1, "p99": 99.01, "max": 100}
    assert percentiles([7.0]) == {"median": 7.0, "p90": 7.0, "p99": 7.0, "max": 7.0}


@pytest.mark.parametrize(
    "asked",
    [
        {}, {"rates": [2001.0]}, {"rates": [0.0]}, {"rates": [-1.0]}, {"connections": 257}, {"connections": 0},
        {"rates": [1500.0], "targets": 2}, {"rates": [1.0], "seconds": 601.0}, {"rates": [1.0], "seconds": 0.0},
        {"rates": [1.0, 2.0], "targets": 3}, {"rates": [float("nan")]},
    ],
)  # fmt: skip
def test_more_than_a_lab_bears_is_refused(asked: dict) -> None:
    with pytest.raises(BadArgument):
        planned(**{"rates": [], "connections": None, "seconds": 1.0, "fresh": False, "timeout": 1.0, **asked})


def test_each_url_has_its_rate() -> None:
    rest = {"connections": None, "seconds": 1.0, "fresh": False, "timeout": 1.0, "targets": 2}
    assert [plan.rate for plan in planned(rates=[5.0], **rest)] == [5, 5]
    assert [plan.rate for plan in planned(rates=[5.0, 7.0], **rest)] == [5, 7]


def test_a_name_leads_to_the_entry_and_an_address_of_this_machine_to_itself() -> None:
    entry = Entry(http_port=18080)
    assert target_of(URL, entry) == Target(URL, "127.0.0.1", 18080)
    assert target_of("http://127.96.1.2:8081/a%2Fb", entry).dialled == "http://127.96.1.2:8081/a%2Fb"
    assert target_of(URL, Entry("192.0.2.7", 80)).address == "192.0.2.7"
    assert target_of("http://[::1]:80/", entry).dialled == "http://[::1]:80/"


@pytest.mark.parametrize("url", ["http://192.0.2.1/", "http://[2001:db8::1]/", "http://10.244.1.2:8080/"])
def test_somebody_elses_machine_is_not_loaded(url: str) -> None:
    with pytest.raises(BadArgument, match="neither this machine nor the entry"):
        target_of(url, Entry())


class Handler(BaseHTTPRequestHandler):
    """At /interrupted it presses Ctrl-C, the second time."""

    asked = 0

    def do_GET(self) -> None:
        Handler.asked += self.path == "/interrupted"
        if (self.path, Handler.asked) == ("/interrupted", 2):
            os.kill(os.getpid(), signal.SIGINT)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """`lab load` on a cluster whose entry is a small server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    access = Access("local", None, None, Entry(http_port=server.server_port))
    monkeypatch.setattr(clusters, "access", lambda name: access)
    yield
    server.shutdown()
    server.server_close()


def test_the_command_counts_and_writes(command: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for file in ("a.json", "a.csv"):
        assert cli.main(["load", URL, "--rate", "50", "--seconds", "0.2", "--out", str(tmp_path / file)]) == 0
    shown = capsys.readouterr().out
    assert "lost 0" in shown and "since it was due" in shown
    (load,) = json.loads((tmp_path / "a.json").read_text())["loads"]
    assert load["sent"] == len(load["requests"]) == load["statuses"]["200"] and load["rate"] == 50
    rows = list(csv.DictReader((tmp_path / "a.csv").open()))
    assert {row["status"] for row in rows} == {"200"} and {row["url"] for row in rows} == {URL}


def test_ctrl_c_ends_it_and_shows_what_was_measured(command: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["load", URL, f"{URL}interrupted", "--rate", "50", "--rate", "2", "--seconds", "60"]) == 130
    shown = capsys.readouterr()
    assert "lost 0" in shown.out and "Interrupted" in shown.err


def test_what_it_cannot_do_is_said_in_a_sentence(command: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["load", URL]) == 1
    assert cli.main(["load", "http://192.0.2.1/", "--rate", "1"]) == 1
    assert cli.main(["load", URL, "--rate", "1", "--out", "none/a.json"]) == 1
    assert capsys.readouterr().err.count("\n") == 3


def test_a_file_has_every_request() -> None:
    load = Load([(Plan(rate=1), Target(URL, "127.0.0.1", 80))])
    load.measured[0].requests.append(Sent(0.0, 0.5, 0.75, 502))
    (found,) = json.loads(files.as_json(load, []))["loads"]
    assert found["requests"] == [[0.0, 0.5, 0.75, 502]] and (found["sent"], found["lost"]) == (1, 1)
