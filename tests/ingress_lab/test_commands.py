"""`!command` in a notebook: one pipe, its exit code, an interrupt, a program that is missing."""

import os
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest
from ingress_lab.kube import commands


def test_both_streams_come_in_order_without_a_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    assert commands.run("printf 'a\\r\\n'; echo b >&2; test -t 1 || test -t 0 || printf c; exit 3") == 3
    assert commands.run("echo d") == 0
    assert capfd.readouterr() == ("a\nb\nc\nd\n", "")


def test_what_it_prints_is_seen_while_it_runs() -> None:
    code = "from ingress_lab.kube import commands; commands.run('echo now; sleep 20')"
    process = subprocess.Popen([sys.executable, "-u", "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "now\n"
    process.send_signal(signal.SIGINT)
    assert process.wait(10) != 0


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_ends_the_command_and_what_it_started() -> None:
    threading.Timer(0.3, os.kill, [os.getpid(), signal.SIGINT]).start()
    before, begin = set(psutil.Process().children(recursive=True)), time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        commands.run("trap '' INT; sleep 30 & sleep 31")
    assert time.monotonic() - begin < 10
    assert set(psutil.Process().children(recursive=True)) <= before


@pytest.mark.parametrize("program", ["curl", "openssl"])
def test_a_missing_program_is_named_with_its_installation(
    program: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert commands.run(f"{program} --version") == commands.NOT_FOUND
    assert f"This machine has no {program}. To install it: sudo apt install {program}" in capfd.readouterr().out
    assert commands.run("nothing-like-curl-or-openssl") == commands.NOT_FOUND
    assert "This machine" not in capfd.readouterr().out
