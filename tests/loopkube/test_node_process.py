"""One process: how it starts, what it gets, how it ends."""

import asyncio
import os
import select
import signal
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest
from loopkube.node import strays
from loopkube.node.launch import Launch, Standard, StartError
from loopkube.node.process import Process

ENV = {"PATH": "/usr/local/bin:/usr/bin:/bin"}


async def run(argv: list[str], tmp_path: Path, **launch: object) -> tuple[int, str]:
    """(exit code, output) of a program that ends by itself."""
    out = tmp_path / "out"
    with out.open("wb") as file:
        process = Process.start(
            Launch(argv, ENV | launch.pop("env", {}), str(tmp_path), **launch),
            Standard(stdout=file.fileno(), stderr=file.fileno()),
        )
        code = await asyncio.wait_for(process.wait(), 10)
    return code, out.read_text()


async def test_a_program_gets_its_own_environment_folder_and_session(tmp_path: Path) -> None:
    code, output = await run(["sh", "-c", "env; pwd; ps -o sid= -p $$; echo $$; umask"], tmp_path, env={"A": "b"})
    lines = output.split()
    assert code == 0
    assert "A=b" in lines and str(tmp_path) in lines
    assert "PYTHONPATH" not in output and "HOME=" not in output
    assert lines[-3] == lines[-2]
    assert lines[-1] == "0022"


@pytest.mark.parametrize(("script", "code"), [("exit 5", 5), ("kill -TERM $$", 143), ("kill -SEGV $$", 139)])
async def test_exit_codes(tmp_path: Path, script: str, code: int) -> None:
    assert (await run(["sh", "-c", script], tmp_path))[0] == code


async def test_a_broken_pipe_ends_a_program_as_it_should(tmp_path: Path) -> None:
    code, _ = await run(["sh", "-c", "kill -PIPE $$; exit 0"], tmp_path)
    assert code == 128 + signal.SIGPIPE


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["no-such-program"], 'exec: "no-such-program": executable file not found in $PATH'),
        (["/no/such"], 'exec: "/no/such": stat /no/such: no such file or directory'),
        (["/etc"], 'exec: "/etc": permission denied'),
        ([], "no command specified"),
    ],
)
async def test_what_cannot_start_is_said_in_runcs_words(tmp_path: Path, argv: list[str], words: str) -> None:
    with pytest.raises(StartError) as error:
        Process.start(Launch(argv, ENV, str(tmp_path)), Standard())
    assert str(error.value) == words


async def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="no such file or directory"):
        Process.start(Launch(["true"], ENV, str(tmp_path / "none")), Standard())


async def test_sockets_are_handed_over_as_systemd_does(tmp_path: Path) -> None:
    script = """
        import os, socket
        assert os.environ["LISTEN_PID"] == str(os.getpid())
        names = os.environ["LISTEN_FDNAMES"].split(":")
        given = [socket.socket(fileno=number) for number in range(3, 3 + len(names))]
        for name, sock in zip(names, given):
            print(name, sock.getsockname()[1])
        print(sorted(int(n) for n in os.listdir("/proc/self/fd"))[3:-1])
    """
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    named = [("web", sockets[0]), ("websecure", sockets[1])]
    code, output = await run([sys.executable, "-c", textwrap.dedent(script)], tmp_path, listeners=named)
    assert (code, output.splitlines()) == (
        0,
        [f"{name} {sock.getsockname()[1]}" for name, sock in named] + ["[3, 4]"],
    )
    for sock in sockets:
        sock.close()


async def test_the_whole_group_ends_with_its_first_process(tmp_path: Path) -> None:
    code, output = await run(["sh", "-c", "sleep 300 & echo $!"], tmp_path)
    assert code == 0
    assert _ends(int(output))


async def test_a_deaf_program_is_killed_after_its_grace(tmp_path: Path) -> None:
    launch = Launch(["sh", "-c", "trap '' TERM; echo; while true; do sleep 300; done"], ENV, str(tmp_path))
    read, write = os.pipe()
    process = Process.start(launch, Standard(stdout=write))
    os.close(write)
    os.read(read, 1)
    os.close(read)
    assert await process.terminate(0.1) == 137
    process.kill()  # harmless


async def test_a_program_dies_with_the_process_that_started_it(tmp_path: Path) -> None:
    starter = f"""
        import asyncio, os
        from loopkube.node.launch import Launch, Standard
        from loopkube.node.process import Process
        async def main():
            process = Process.start(Launch(["sleep", "300"], {ENV!r}, "/"), Standard())
            print(process.pid, flush=True)
            os.kill(os.getpid(), 9)
        asyncio.run(main())
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(starter)], capture_output=True, text=True, timeout=10)
    pid = int(done.stdout)
    assert _ends(pid)


async def test_strays_are_ended_and_strangers_are_not(tmp_path: Path) -> None:
    stray = subprocess.Popen(["sleep", "300"], start_new_session=True, env=ENV)
    stranger = subprocess.Popen(["sleep", "300"], start_new_session=True, env=ENV)
    strays.record(tmp_path, stray.pid)
    strays.record(tmp_path, stranger.pid)
    file = tmp_path / "processes" / str(stranger.pid)
    file.write_text("1")  # the number was another process's when it was recorded
    assert strays.end_strays(tmp_path) == [stray.pid]
    assert stray.wait(5) == -9
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()
    assert list((tmp_path / "processes").iterdir()) == []
    assert strays.end_strays(tmp_path) == []


async def test_what_has_left_its_session_is_known_by_the_clusters_mark(tmp_path: Path) -> None:
    ours, others = ({strays.MARK: strays.mark(place)} for place in (tmp_path, tmp_path / "other"))
    daemon = subprocess.Popen(["sleep", "300"], start_new_session=True, env=ENV | ours)
    stranger = subprocess.Popen(["sleep", "300"], start_new_session=True, env=ENV | others)
    while not all(psutil.Process(process.pid).environ() for process in (daemon, stranger)):
        await asyncio.sleep(0.01)  # a program that has just been started has none for a moment
    assert strays.end_strays(tmp_path) == [daemon.pid]
    assert daemon.wait(5) == -9
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def _ends(pid: int) -> bool:
    """Whether a process ends within five seconds, if it has not already."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], 5)[0])
    finally:
        os.close(descriptor)
