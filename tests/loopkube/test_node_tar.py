"""The `tar` of images that have none: what it extracts with and without the filters of newer Pythons."""

import io
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from loopkube.node import inside_python

WITHOUT = "import tarfile; vars(tarfile).pop('data_filter', None); "
RUN = (
    "import sys; sys.path.insert(0, {above!r}); from inside_python import tar; "
    "sys.exit(tar.main('xf', '-', '-C', {at!r}))"
)


def archive() -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        for name, text in (("in/a file", b"inside"), ("../out", b"outside")):
            member = tarfile.TarInfo(name)
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text))
        link = tarfile.TarInfo("in/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc"
        tar.addfile(link)
    return made.getvalue()


@pytest.mark.parametrize("before", ["", WITHOUT], ids=["as it is", "without filters"])
def test_nothing_is_extracted_beside_the_folder(tmp_path: Path, before: str) -> None:
    at = tmp_path / "into"
    at.mkdir()
    above = str(Path(inside_python.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", before + RUN.format(above=above, at=str(at))],
        input=archive(),
        capture_output=True,
        env={"HOME": str(tmp_path), "PATH": ""},
        timeout=30,
    )
    assert done.returncode == 2 and (b"Cannot extract" in done.stderr or b"outside" in done.stderr), done.stderr
    assert (at / "in" / "a file").read_bytes() == b"inside"
    assert not (tmp_path / "out").exists() and not (at / "in" / "link").is_symlink()


def test_a_mount_of_the_machines_root_is_read_and_not_written(tmp_path: Path) -> None:
    """`/host` comes translated to `/`, so that a path below it begins with two slashes."""
    volume = tmp_path / "volume"
    volume.mkdir()
    (volume / "file").touch()
    begin = (
        f"import sys; sys.path.insert(0, {str(Path(inside_python.__file__).parent.parent)!r}); "
        "from inside_python import tar; sys.exit(tar.main(*sys.argv[1:]))"
    )
    env = {"HOME": str(tmp_path / "root"), "PATH": "", "LOOPKUBE_PATHS": f"/host\t/\n/data\t{volume}"}

    def run(*words: str, given: bytes = b"") -> subprocess.CompletedProcess:
        command = [sys.executable, "-c", begin, *words]
        return subprocess.run(command, input=given, capture_output=True, env=env, timeout=30, check=False)

    made = run("cf", "-", "//etc/passwd", "/etc/passwd", f"{volume}/file")
    with tarfile.open(fileobj=io.BytesIO(made.stdout)) as read:
        assert read.getnames() == ["host/etc/passwd", "etc/passwd", "data/file"]
    refused = run("xf", "-", "-C", "/usr/lib", given=archive())
    assert refused.returncode == 2 and b"not a folder of this container" in refused.stderr
