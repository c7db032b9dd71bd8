"""setup/pip_settings.py: what pip was told of indexes, proxies and certificates, uv is told, too."""

import importlib.util
from pathlib import Path

import pytest

FILE = Path(__file__).parent.parent / "setup" / "pip_settings.py"
spec = importlib.util.spec_from_file_location("pip_settings", FILE)
assert spec and spec.loader
pip_settings = importlib.util.module_from_spec(spec)
spec.loader.exec_module(pip_settings)


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ("global.index-url='https://a/simple'", {"UV_DEFAULT_INDEX": "https://a/simple"}),
        ("global.index-url='https://a'\n:env:.index-url='https://b'", {"UV_DEFAULT_INDEX": "https://b"}),
        ("install.index-url='https://b'\nglobal.index-url='https://a'", {"UV_DEFAULT_INDEX": "https://b"}),
        ("global.extra-index-url='https://a\\nhttps://b'", {"UV_INDEX": "https://a https://b"}),
        (":env:.no-index='1'\n:env:.find-links='wheelhouse'", {"UV_NO_INDEX": "1", "UV_FIND_LINKS": "wheelhouse"}),
        (":env:.no-index='0'", {}),
        (":env:.find-links='a b'", {"UV_FIND_LINKS": "a,b"}),
        ("global.trusted-host='a'", {"UV_INSECURE_HOST": "a"}),
        ("global.cert='/etc/own ca.pem'", {"SSL_CERT_FILE": "/etc/own ca.pem"}),
        ("global.proxy='http://proxy:3128'", {"ALL_PROXY": "http://proxy:3128"}),
        ("global.timeout='60'\ndownload.proxy='http://no'", {"UV_HTTP_TIMEOUT": "60"}),
    ],
)
def test_a_setting_of_pip_is_one_of_uv(listed: str, said: dict[str, str]) -> None:
    assert dict(pip_settings.settings(pip_settings.read(listed), {})) == pip_settings.ALWAYS | said


def test_what_uv_was_told_itself_goes_over_it() -> None:
    pip = {"index-url": "https://pip"}
    assert "UV_DEFAULT_INDEX" not in dict(pip_settings.settings(pip, {"UV_DEFAULT_INDEX": "https://uv"}))


def test_bundles_of_requests_and_images_without_bytecode_are_heard() -> None:
    said = dict(pip_settings.settings({}, {"REQUESTS_CA_BUNDLE": "/ca", "PYTHONDONTWRITEBYTECODE": "1"}))
    assert said == pip_settings.ALWAYS | {"SSL_CERT_FILE": "/ca", "UV_COMPILE_BYTECODE": "1"}


def test_a_shell_reads_what_is_printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("UV_FIND_LINKS", "PIP_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_FIND_LINKS", "it's_here")
    pip_settings.main()
    assert """export UV_FIND_LINKS='it'"'"'s_here'\n""" in capsys.readouterr().out
