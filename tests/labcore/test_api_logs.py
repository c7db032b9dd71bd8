"""Logs are text, whatever their lines look like."""

from types import SimpleNamespace

import pytest
from labcore.kube.api import Api


@pytest.mark.parametrize("written", ['{"level": "info"}\n', "12\n", "null", "hello\n", "안녕 {}\n", ""])
def test_a_log_that_could_be_read_as_json_stays_text(written: str) -> None:
    asked = {}

    def request(*_: object, **options: object) -> SimpleNamespace:
        asked.update(options)
        return SimpleNamespace(data=written.encode())

    read = Api(SimpleNamespace(request=request)).request("get", "/api/v1/namespaces/n/pods/p/log")
    assert read == written and asked["serialize"] is False
