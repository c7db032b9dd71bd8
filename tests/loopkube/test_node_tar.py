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
