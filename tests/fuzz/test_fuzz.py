"""Whatever is sent to the API, it answers in time, and never with a 5xx: random requests from our own OpenAPI.

`pytest --fuzz 6000 tests/fuzz` (or `make fuzz`) is the long form; `--fuzz-seed` begins elsewhere.
"""

import json
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from operations import Operation, operations
from operations import request as request_from
from running import Running

TOGETHER = 10
"""Requests that hypothesis makes from one draw."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    made = Running(tmp_path_factory.mktemp("fuzz"))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def known(running: Running) -> list[Operation]:
    """Every path that the server's own documents name."""
    found = running.get("/openapi/v3")["paths"]
    documents = [running.get(entry["serverRelativeURL"]) for entry in found.values()]
    return operations(documents)


def test_no_request_gets_a_5xx(request: pytest.FixtureRequest, running: Running, known: list[Operation]) -> None:
    count = request.config.getoption("--fuzz")
    assert len(known) > 40
    whole = settings(
        max_examples=count // TOGETHER,
        deadline=None,
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    bad: dict[str, str] = {}

    def ask_some(draw: int) -> None:
        dice = Random(draw)
        for _ in range(TOGETHER):
            asked = request_from(known, dice)
            status = running.ask(asked)
            if not 200 <= status < 500 and not is_kubernetes_own(asked.method, status, running.body):
                bad[f"{status} {running.body[:400]!r}"] = str(asked)

    seed(request.config.getoption("--fuzz-seed"))(whole(given(st.integers(0, 2**64))(ask_some)))()
    print(f"\n{running.answers.total()} requests: {dict(sorted(running.answers.items()))}")
    print(f"slowest {running.slowest[0]:.2f} s: {running.slowest[1][:120]}")
    assert not bad, "\n".join(f"{answer}\n  for {asked}" for answer, asked in bad.items())
    assert running.answers.total() >= count
    assert running.answers[200] + running.answers[201] > count / 50
    assert running.get("/version")["major"] == "1"


def is_kubernetes_own(method: str, status: int, body: bytes) -> bool:
    """Answers of 500 and more that kube-apiserver itself gives: a version from the future, a Binding to nothing
    (recordings/api/pods.json), and what docs/fidelity.md lists as missing."""
    if method == "HEAD":
        return status in (501, 504)  # the answer to a HEAD has no words
    if body[:1] != b"{":
        return False
    told = json.loads(body)
    return (
        (status == 501 and told["reason"] == "NotImplemented")
        or (status == 504 and "Too large resource version" in told["message"])
        or (status == 500 and told["message"].startswith("target."))
    )
