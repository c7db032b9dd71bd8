"""Each file of `credentials/` with each damage: the next start has whole ones, and keeps what was good."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from loopkube.api import certificates, credential_files
from loopkube.api.credential_files import NAMES
from loopkube.api.credentials import Credentials
from loopkube.shared import addresses
from loopkube.shared.clock import Clock

SERVED = ("127.0.0.1", *addresses.KUBERNETES_SERVICES)
DAMAGES: dict[str, Callable[[Path], object]] = {
    "missing": lambda file: file.unlink(),
    "empty": lambda file: file.write_bytes(b""),
    "garbled": lambda file: file.write_bytes(b"\x00\xff\xfe" * 40),
    "half": lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
}
FOLLOWS = {"ca.crt": {"ca.key", "server.crt", "server.key"}, "ca.key": {"ca.crt", "server.crt", "server.key"},
           "server.crt": {"server.key"}, "server.key": {"server.crt"}}  # fmt: skip
YEARS = timedelta(days=366 * 11)


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in NAMES}


def shakes_hands(credentials: Credentials) -> bool:
    """Whether a client that trusts the authority accepts the server, without a network."""
    client = ssl.create_default_context(cadata=credentials.ca)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    asking = client.wrap_bio(back, there, server_hostname="127.0.0.1")
    answering = credentials.tls().wrap_bio(there, back, server_side=True)
    for _ in range(3):
        for side in (asking, answering):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return asking.version() is not None


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_file_is_made_anew_and_the_others_are_kept(tmp_path: Path, name: str, damage: str) -> None:
    Credentials.load_or_make(tmp_path)
    before = contents(tmp_path)
    DAMAGES[damage](tmp_path / name)
    found = Credentials.load_or_make(tmp_path)
    after = contents(tmp_path)
    assert {n for n in NAMES if after[n] != before[n]} == {name} | FOLLOWS.get(name, set())
    assert len(found.notices) == 1 and f"{tmp_path / name} is " in found.notices[0]
    assert {(tmp_path / n).stat().st_mode & 0o777 for n in NAMES} == {0o600}
    assert shakes_hands(found) and len(found.admin_token) == 43
    assert found.tokens.issue({"metadata": {"name": "a", "namespace": "b", "uid": "c"}})
    assert Credentials.load_or_make(tmp_path).notices == [] and contents(tmp_path) == after


def test_a_folder_that_is_whole_or_new_says_nothing(tmp_path: Path) -> None:
    assert Credentials.load_or_make(tmp_path / "new").notices == []
    before = contents(tmp_path / "new")
    assert Credentials.load_or_make(tmp_path / "new").notices == []
    assert contents(tmp_path / "new") == before and list((tmp_path / "new").glob("*.new")) == []


class WrongClock(Clock):
    def __init__(self, off: timedelta) -> None:
        self._off = off

    def now(self) -> datetime:
        return datetime.now(UTC) + self._off


@pytest.mark.parametrize(
    "off", [-YEARS, YEARS, timedelta(days=20) - timedelta(days=3650)], ids=["past", "future", "near"]
)
def test_a_cluster_that_was_made_with_a_wrong_clock(tmp_path: Path, off: timedelta) -> None:
    Credentials.load_or_make(tmp_path, WrongClock(off))
    before = contents(tmp_path)
    found = Credentials.load_or_make(tmp_path)
    assert all(" only; it was made anew." in notice for notice in found.notices) and found.notices
    assert shakes_hands(found)
    after = contents(tmp_path)
    assert [name for name in NAMES if after[name] == before[name]] == ["sa.key", "admin.token"]


def test_a_certificate_without_the_addresses_of_today_is_renewed_by_the_same_authority(tmp_path: Path) -> None:
    Credentials.load_or_make(tmp_path)
    ca = {name: (tmp_path / name).read_text() for name in ("ca.key", "ca.crt")}
    for name, text in certificates.server(ca, ("127.0.0.1",), datetime.now(UTC)).items():
        (tmp_path / name).write_text(text)
    found = Credentials.load_or_make(tmp_path)
    assert ["does not name all addresses of the API" in n for n in found.notices] == [True]
    assert found.ca == ca["ca.crt"] and shakes_hands(found)


def test_files_of_two_clusters_do_not_go_together(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    Credentials.load_or_make(one), Credentials.load_or_make(other)
    for name in ("server.crt", "server.key"):
        (one / name).write_bytes((other / name).read_bytes())
    files = {name: (one / name).read_text() for name in NAMES}
    assert credential_files.faults(files, SERVED, datetime.now(UTC)) == {"server.crt": "was not signed by ca.crt"}
    assert shakes_hands(Credentials.load_or_make(one))
