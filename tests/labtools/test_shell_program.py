"""`lab shell`: which program is started, whatever SHELL says."""

from pathlib import Path

import pytest
from labcore.errors import LabError
from labtools.commands import shell


@pytest.mark.parametrize("named", ["", "/nowhere/fish", "no-such-shell", "/tmp"])
def test_where_there_is_no_such_shell_it_is_sh(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", named)
    assert shell._shell() == "/bin/sh"


def test_a_shell_of_another_machine_is_named(tmp_path: Path) -> None:
    program = tmp_path / "한글 쉘"
    program.write_bytes(b"\x7fELFbroken")
    program.chmod(0o755)
    with pytest.raises(LabError, match=r"한글 쉘 cannot be run \(Exec format error\).*SHELL=/bin/sh lab shell"):
        shell._run([str(program)], {})
