"""Certificates of the lab: what they say, that TLS itself agrees with the checks, and who may read the keys."""

import base64
import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ingress_lab.http.answers import Answer
from ingress_lab.lessons import certificates
from ingress_lab.lessons.certificates import Authority, Certificate
from labcore.errors import BadArgument

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INGRESS_LAB_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture(scope="module")
def ca() -> Authority:
    return certificates.authority()


def shake_hands(served: Certificate, trusted: str, host: str, folder: Path) -> str:
    """What a TLS client says of a server with this certificate: "" or its complaint."""
    file = served.save(folder, "server")
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(file, file.with_suffix(".key"))
    client_side = ssl.create_default_context(cafile=trusted)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = server_side.wrap_bio(to_server, to_client, server_side=True)
    client = client_side.wrap_bio(to_client, to_server, server_hostname=host)
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLCertVerificationError as error:
                return error.verify_message
    return ""


@pytest.mark.parametrize(
    ("names", "days", "age", "host", "trusts", "complaint", "problem"),
    [
        (["a.com"], 90, 0, "a.com", True, "", ""),
        (["*.a.com", "a.com"], 90, 0, "x.a.com", True, "", ""),
        (["127.0.0.1"], 90, 0, "127.0.0.1", True, "", ""),
        (["*.a.com"], 90, 0, "y.x.a.com", True, "Hostname mismatch", "not for y.x.a.com, but for *.a.com"),
        (["a.com"], 90, 0, "b.com", True, "Hostname mismatch", "not for b.com, but for a.com"),
        (["a.com"], 30, 31, "a.com", True, "certificate has expired", "expired 1 day ago"),
        (["a.com"], 90, -2, "a.com", True, "certificate is not yet valid", "not valid yet"),
        (["a.com"], 90, 0, "a.com", False, "unable to get local issuer", "this client trusts Other CA"),
    ],
)
def test_the_checks_agree_with_tls_itself(
    ca: Authority,
    tmp_path: Path,
    names: list[str],
    days: int,
    age: int,
    host: str,
    trusts: bool,
    complaint: str,
    problem: str,
) -> None:
    trusted = ca if trusts else certificates.authority("Other CA")
    leaf = ca.issue(*names, days=days, age=age)
    assert complaint in shake_hands(leaf, trusted.file, host, tmp_path)
    found = certificates.problems(leaf, host, trusted)
    assert found == [] if not problem else len(found) == 1 and problem in found[0]


def test_an_intermediate_is_shown_along(ca: Authority, tmp_path: Path) -> None:
    between = ca.intermediate("Team CA")
    leaf = between.issue("a.com")
    assert leaf.pem.count(b"BEGIN CERTIFICATE") == 2
    assert shake_hands(leaf, ca.file, "a.com", tmp_path) == "" == "".join(certificates.problems(leaf, "a.com", ca))
    alone = Certificate(leaf.content, leaf.key)
    assert "unable to get local issuer" in shake_hands(alone, ca.file, "a.com", tmp_path)
    assert certificates.problems(alone, "a.com", ca) == ["signed by Team CA; this client trusts Ingress Lab CA"]
    wrong = Certificate(leaf.content, leaf.key, (ca.certificate.content,))
    assert certificates.problems(wrong, "a.com", ca) == ["a.com is not signed by Ingress Lab CA"]
    assert "does not know" in certificates.problems(leaf, "a.com")[0]


def test_a_secret_and_back(ca: Authority) -> None:
    leaf = ca.issue("a.com", "b.com")
    secret = leaf.secret("a-tls", "n")
    assert (secret["type"], secret["metadata"]) == ("kubernetes.io/tls", {"name": "a-tls", "namespace": "n"})
    assert base64.b64decode(secret["data"]["tls.key"]).startswith(b"-----BEGIN PRIVATE KEY")
    read = certificates.of_secret(secret)
    assert (read.names, read.issuer, read.key) == (["a.com", "b.com"], "Ingress Lab CA", None)
    with pytest.raises(BadArgument, match=r"key of the certificate for a\.com is not here"):
        read.secret("again")
    with pytest.raises(BadArgument, match=r"holds no tls\.crt; its type is Opaque"):
        certificates.of_secret({"metadata": {"name": "s"}, "data": {}})


def test_keys_are_written_for_their_owner_only_and_inside_the_labs_folder(ca: Authority, home: Path) -> None:
    file = ca.issue("*.a.com").save()
    assert file == home / "certificates" / "wildcard.a.com.crt"
    assert stat.S_IMODE(file.with_suffix(".key").stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    ca.certificate.save()
    assert stat.S_IMODE((home / "certificates" / "ingress-lab-ca.key").stat().st_mode) == 0o600
    assert Path(certificates.authority("Fresh CA").file).parent == home / "certificates"
    assert not (home / "certificates" / "fresh-ca.key").exists()


def test_another_time_than_the_clocks() -> None:
    leaf = certificates.authority(now=NOW).issue("a.com", days=10)
    assert leaf.days_left(NOW) == 9 and leaf.days_left(NOW + timedelta(days=11)) < 0


def test_what_cannot_be_meant(ca: Authority) -> None:
    with pytest.raises(BadArgument, match="for which names"):
        ca.issue()
    with pytest.raises(BadArgument, match="without a certificate"):
        certificates.of_answer(Answer("http://a.com/", 200))
