"""Programs are run to their end, or ended: what they print is kept, and nothing of them stays."""

import os
import signal
import sys
import threading
from pathlib import Path

import psutil
import pytest
from labcore.machine.programs import MissingProgram, Runner


def python(code: str) -> list[str]:
    return [sys.executable, "-S", "-c", code]


def test_what_is_printed_is_returned_told_and_logged(tmp_path: Path) -> None:
    log, seen = tmp_path / "deep" / "log", []
    done = Runner(log).run(
        python("import sys; print('one'); print('zwei ✓', file=sys.stderr); sys.exit(3)"), on_line=seen.append
    )
    assert (done.code, done.out, done.err, done.ok) == (3, "one\n", "zwei ✓\n", False)
    assert sorted(seen) == ["one", "zwei ✓"]
    assert "   one\n" in log.read_text() and "-> 3" in log.read_text()


def test_the_environment_is_the_labs_with_additions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEPT", "yes")
    done = Runner(environment={"ADDED": "too"}).run(python("import os; print(os.environ['KEPT'], os.environ['ADDED'])"))
    assert done.out == "yes too\n"


def test_a_missing_program_is_named() -> None:
    with pytest.raises(MissingProgram) as missing:
        Runner().run(["no-such-program", "x"])
    assert missing.value.name == "no-such-program"


def test_a_program_over_its_limit_is_ended_with_its_children(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    child = f"import subprocess, time; p = subprocess.Popen(['sleep', '60']); open({str(pid)!r}, 'w').write(str(p.pid))"
    done = Runner().run(python(f"{child}; p.wait()"), limit=0.6)
    assert done.late and done.code != 0
    found = int(pid.read_text())
    assert not psutil.pid_exists(found) or psutil.Process(found).status() == psutil.STATUS_ZOMBIE


def test_patience_depends_on_the_last_line() -> None:
    code = "import time; print('pulling', flush=True); time.sleep(0.5); print('stuck', flush=True); time.sleep(60)"
    done = Runner().run(python(code), patience=lambda line: 0 if "pulling" in line else 0.2)
    assert done.late and done.out == "pulling\nstuck\n"


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_reaches_the_lab_which_ends_the_program(tmp_path: Path) -> None:
    """The program has a process group of its own, so it ends because the lab ends it."""
    pid = tmp_path / "pid"
    code = (
        f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); print('ready', flush=True); time.sleep(60)"
    )

    def press(line: str) -> None:
        if line == "ready":  # and not for what the program says when it is interrupted
            threading.Thread(target=os.kill, args=(os.getpid(), signal.SIGINT)).start()

    with pytest.raises(KeyboardInterrupt):
        Runner().run(python(code), on_line=press)
    assert not psutil.pid_exists(int(pid.read_text()))
