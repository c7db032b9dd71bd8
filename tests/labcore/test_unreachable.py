"""An API that cannot be reached is said in a few words, without the library's own."""

import socket
import ssl
from pathlib import Path

import pytest
from labcore.errors import NoCluster
from labcore.kube import unreachable
from labcore.kube.api import Api
from labtools import cli
from labtools.clusters.context import cluster, settings
from urllib3 import exceptions

KUBECONFIG = """
apiVersion: v1
kind: Config
clusters: [{name: one, cluster: {server: "https://127.0.0.1:%d", insecure-skip-tls-verify: true}}]
users: [{name: one, user: {token: t}}]
contexts: [{name: one, context: {cluster: one, user: one}}]
current-context: one
"""


@pytest.fixture
def nobody(tmp_path: Path) -> Path:
    """A kubeconfig for a port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (tmp_path / "kubeconfig").write_text(KUBECONFIG % port)
    return tmp_path / "kubeconfig"


def test_a_refused_connection(nobody: Path) -> None:
    with pytest.raises(NoCluster) as failed:
        Api.connect(nobody, None).request("get", "/version")
    said = failed.value.message
    assert "the connection is refused" in said and "lab status" in said
    assert not any(word in said for word in ("urllib3", "HTTPSConnection", "object at", "Max retries", "Errno"))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (exceptions.MaxRetryError(None, "/", exceptions.ConnectTimeoutError("timed out")), "no answer in time"),  # type: ignore[arg-type]
        (exceptions.SSLError(ssl.SSLCertVerificationError("CERTIFICATE_VERIFY_FAILED")), "its certificate"),
        (exceptions.SSLError(ssl.SSLError("WRONG_VERSION_NUMBER")), "TLS"),
        (exceptions.ProtocolError("Connection aborted.", ConnectionResetError()), "the connection broke off"),
        (exceptions.HTTPError("?"), "the request failed"),
    ],
)
def test_reasons(error: Exception, words: str) -> None:
    assert words in unreachable.reason(error)


def test_explain_of_a_context_that_is_off(
    nobody: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(nobody))
    monkeypatch.setenv("INGRESS_LAB_HOME", str(tmp_path))
    settings.write("one", settings.Settings("127.0.0.1:80", "127.0.0.1:443", "lab-a-"))
    assert cli.main(["explain", "http://a.sample.com/", "--cluster", "context:one"]) == 1
    assert "the connection is refused" in capsys.readouterr().err


@pytest.mark.parametrize(("found", "how"), [(True, "as `lab up` found it"), (False, "as given")])
def test_an_entry_that_was_found_is_not_called_given(found: bool, how: str) -> None:
    known = settings.Settings("192.0.2.1:80", "192.0.2.1:443", found=found)
    entry = cluster._remembered(known)
    assert entry and entry.how == how and str(entry).endswith(f"({how})")
