"""Requests leave as written, go to the entry, and come back as Answers."""

import datetime
import ssl
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from ingress_lab.http.probe import Client, probe
from ingress_lab.kube.aliases import Aliases
from labcore.clusters import Entry
from labcore.errors import BadArgument
from stand_in import StandIn, running


@pytest.fixture
def server() -> Iterator[StandIn]:
    with running() as stand_in:
        yield stand_in


def ask(server: StandIn, urls: str | list[str], **more: object):
    return probe(urls, entry=server.entry, aliases=Aliases(), **more)


def test_a_name_leads_to_the_entry_with_its_own_host(server: StandIn) -> None:
    answer = ask(server, "http://abc.sample.com/apl2")[0]
    assert (answer.status, answer.service, answer.path, answer.host) == (200, "abc-svc", "/apl2", "abc.sample.com")
    assert (answer.pod, answer.node, answer.visits, answer.client) == ("web-1", "lab-worker", 1, "127.0.0.1")


@pytest.mark.parametrize(
    "target", ["/", "//", "/a//b", "/a/../b", "/./a", "/a%2fb", "/a%2Fb", "/a?b=c&d", "/?", "/a;b='c'", "/%zz", "/a/.."]
)
def test_paths_are_sent_exactly_as_written(server: StandIn, target: str) -> None:
    answer = ask(server, f"http://abc.sample.com{target}")[0]
    assert server.lines == [f"GET {target} HTTP/1.1"]
    assert answer.path == target


@pytest.mark.parametrize(
    ("url", "target"), [("http://a.com", "/"), ("http://a.com?x=1", "/?x=1"), ("http://a.com/#f", "/")]
)
def test_a_url_without_path_asks_for_the_root(server: StandIn, url: str, target: str) -> None:
    ask(server, url)
    assert server.lines == [f"GET {target} HTTP/1.1"]


def test_each_request_opens_a_connection_unless_it_is_kept(server: StandIn) -> None:
    fresh = ask(server, "http://a.com/", times=3)
    assert [a.connection for a in fresh] == ["new"] * 3
    kept = ask(server, "http://a.com/", times=3, keep_connection=True)
    assert [a.connection for a in kept] == ["new", "kept", "kept"]
    assert len(set(server.peers[:3])) == 3 and len(set(server.peers[3:])) == 1


def test_a_kept_connection_serves_every_host(server: StandIn) -> None:
    kept = ask(server, ["http://a.com/", "http://b.com/"], keep_connection=True)
    assert [a.service for a in kept] == ["a-svc", "b-svc"]
    assert [a.connection for a in kept] == ["new", "kept"]


def test_cookies_are_dropped_or_kept(server: StandIn) -> None:
    without = ask(server, "http://a.com/deep/er", times=2)
    assert "Cookie" not in without[1].seen
    jar = ask(server, "http://a.com/deep/er", times=2, cookies=True)
    assert "Cookie" not in jar[0].seen and jar[1].seen["Cookie"] == "jar=full"


def test_another_source_address(server: StandIn) -> None:
    assert ask(server, "http://a.com/", source="127.0.0.2")[0].client == "127.0.0.2"


def test_an_address_is_dialled_as_it_is(server: StandIn) -> None:
    answer = probe(f"http://127.0.0.1:{server.port}/", entry=Entry("127.0.0.1", 1, 1), aliases=Aliases())[0]
    assert answer.host == f"127.0.0.1:{server.port}"


def test_a_named_port_is_the_port_of_the_entry(server: StandIn) -> None:
    answer = probe(f"http://a.com:{server.port}/", entry=Entry("127.0.0.1", 1, 1), aliases=Aliases())[0]
    assert answer.host == f"a.com:{server.port}"


def test_an_answer_that_no_application_gave(server: StandIn) -> None:
    answer = ask(server, "http://a.com/nobody")[0]
    assert (answer.status, answer.service, answer.outcome) == (404, "-", "404")


def test_redirects_are_shown_or_followed(server: StandIn) -> None:
    assert (moved := ask(server, "http://a.com/moved")[0]).status == 301 and moved.location == "/there"
    assert ask(server, "http://a.com/moved", follow=True)[0].path == "/there"


def test_nothing_in_the_environment_bends_a_request(server: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert ask(server, "http://a.com/")[0].status == 200


def test_failures_are_answers_and_nothing_is_tried_twice(server: StandIn) -> None:
    refused = probe("http://a.com/", entry=Entry("127.0.0.1", 1, 1), aliases=Aliases())[0]
    assert (refused.status, refused.service, refused.outcome) == (0, "-", "connection refused")
    assert ask(server, "http://a.com/hang-up")[0].error == "connection closed without an answer"
    assert len(server.lines) == 1


@pytest.mark.parametrize(
    "url", ["abc.sample.com/apl2", "ftp://a.com/", "http:///x", "http://a.com/a b", "http://a.com:99999/"]
)
def test_what_is_no_url_is_said_before_anything_is_sent(server: StandIn, url: str) -> None:
    with pytest.raises(BadArgument):
        ask(server, ["http://a.com/", url])
    assert server.lines == []


def test_a_client_keeps_its_jar_between_probes(server: StandIn) -> None:
    with Client(server.entry, cookies=True, aliases=Aliases()) as red:
        red.probe("http://a.com/")
        assert red.probe("http://a.com/")[0].seen["Cookie"] == "jar=full"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for abc.sample.com with its key, as one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "abc.sample.com")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("abc.sample.com")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(key.private_bytes(*form) + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_nobody_is_warned_of_certificates_beside_other_threads(certificate: Path) -> None:
    """A filter that one request sets and takes back is the whole process's: the warning would reach a cell's stderr."""
    context, filters = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), []
    context.load_cert_chain(certificate)
    with warnings.catch_warnings(), running(context) as server:
        warnings.simplefilter("error")
        before = list(warnings.filters)
        context.sni_callback = lambda *_: filters.append(list(warnings.filters))  # this moment is within the request
        assert ask(server, "https://abc.sample.com/")[0].status == 200
    assert filters == [before]


def test_https_sends_the_name_and_verifies_when_told_whom_to_trust(certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with running(context) as server:
        looked = ask(server, "https://abc.sample.com/")[0]
        assert (looked.status, looked.layers["tls"]) == (200, "TLSv1.3")
        assert x509.load_der_x509_certificate(looked.layers["certificate"]).serial_number == 1
        trusted = ask(server, ["https://abc.sample.com/", "https://xyz.sample.com/"], ca=str(certificate))
        assert trusted[0].status == 200
        assert trusted[1].status == 0 and trusted[1].error.startswith("certificate: Hostname mismatch")
    assert server.names == ["abc.sample.com", "abc.sample.com", "xyz.sample.com"]
