"""The operator against a real API: `pytest` in this folder, with kopf and kubernetes installed."""

from pathlib import Path

import pytest

pytest.importorskip("kopf")
from kopf.testing import KopfRunner

HERE = Path(__file__).parent


def test_a_greeting_gets_its_words_and_new_ones(kube, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(kube.kubeconfig))
    kube.apply(HERE / "greetings.yaml")
    with KopfRunner(["run", "-n", kube.namespace, str(HERE / "greeter.py")], timeout=30) as operator:
        kube.create(_greeting("world"))
        kube.wait("configmap", "first", lambda c: c["data"]["words"] == "Hello, world.")
        kube.patch("greetings", "first", {"spec": {"who": "again"}})
        kube.wait("configmap", "first", lambda c: c["data"]["words"] == "Hello, again.")
        kube.delete("greetings", "first")
        kube.wait_gone("configmap", "first")
    assert operator.exit_code == 0 and operator.exception is None, operator.output


def _greeting(who: str) -> dict:
    return {"apiVersion": "example.com/v1", "kind": "Greeting", "metadata": {"name": "first"}, "spec": {"who": who}}
