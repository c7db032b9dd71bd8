"""The same with admission that users configure: webhooks in every mood, policies, rules, quotas, and their objects.

Of 5xx only those are right that a kube-apiserver gives where a webhook fails.
"""

import json
from collections.abc import Iterator
from random import Random

import admitting
import busy_admission
import pytest
import webhook_program
from expressions import expression
from loopkube.kinds.registry import Kinds
from loopkube.kinds.shared.policy_warnings import warnings
from moods import Moody
from operations import Asked, Operation, operations
from operations import request as request_from
from running import Running
from test_fuzz import is_kubernetes_own

OF_A_WEBHOOK = (
    "Internal error occurred: failed calling webhook ",
    "Internal error occurred: conversion webhook for ",
    "Internal error occurred: admission webhook ",
    "admission webhook ",
)
"""How a 5xx begins that a kube-apiserver gives, too: a webhook cannot be asked or makes no sense (500), or says so
itself (whatever code it names)."""
OF_A_PATCH = (
    "operation does not apply: ",
    "error in remove for path: ",
    "unexpected kind: ",
    "json: cannot unmarshal ",
)
"""What a 500 has where a mutating webhook's patch cannot be applied, or makes something that is no object."""
BETWEEN = 150
"""Requests after which what the fuzz has configured is taken away, so that not everything is refused."""


@pytest.fixture
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    seed, made = request.config.getoption("--fuzz-seed"), Running(tmp_path_factory.mktemp("fuzz"))
    moods = [Moody(seed, changes=True), Moody(seed + 1000, changes=False)]
    with busy_admission.running(moods[0].answer) as changing, busy_admission.running(moods[1].answer) as judging:
        moods[0].hook, moods[1].hook = changing, judging
        closed = {"url": f"https://127.0.0.1:{webhook_program.free_port()}/", "caBundle": webhook_program.bundle()}
        made.standing = admitting.standing(changing, judging, closed)
        yield made
        made.stop()


def stand(running: Running) -> None:
    """As it was in the beginning."""
    kinds = [f"{mode}{what}" for mode in admitting.MODES for what in ("webhookconfigurations", "admissionpolicies")]
    paths = [f"{admitting.GROUP}/{kind}" for kind in kinds]
    for path in [*paths, *(f"{admitting.GROUP}/{mode}admissionpolicybindings" for mode in admitting.MODES)]:
        names = [item["metadata"]["name"] for item in running.get(path)["items"]]
        for name in names:
            if not admitting.is_standing(name):
                assert running.ask(Asked("DELETE", f"{path}/{name}", {}, None)) == 200
    for obj in running.standing:
        body = json.dumps(obj).encode()
        for _ in range(20):  # the webhooks have their moods about these as well
            asked = Asked("POST", admitting.path_of(obj), {"Content-Type": "application/json"}, body)
            if running.ask(asked) in (201, 409):
                break
        else:
            raise AssertionError(f"{obj['kind']}: {running.body!r}")


def known(running: Running) -> list[Operation]:
    found = running.get("/openapi/v3")["paths"]
    return operations([running.get(entry["serverRelativeURL"]) for entry in found.values()])


def test_no_request_gets_a_5xx_but_for_failing_webhooks(request: pytest.FixtureRequest, running: Running) -> None:
    count, dice = request.config.getoption("--fuzz"), Random(request.config.getoption("--fuzz-seed"))
    stand(running)
    paths, bad, failing = known(running), {}, 0
    for number in range(count):
        if number % BETWEEN == BETWEEN - 1:
            stand(running)
        asked = admitting.request(dice) if dice.random() < 0.4 else request_from(paths, dice)
        status = running.ask(asked)
        if 200 <= status < 500 or is_kubernetes_own(asked.method, status, running.body):
            continue
        if is_of_a_webhook(asked.method, status, running.body):
            failing += 1
        else:
            bad[f"{status} {running.body[:400]!r}"] = str(asked)
    print(f"\n{running.answers.total()} requests: {dict(sorted(running.answers.items(), key=str))}")
    print(f"{failing} failed with a webhook; slowest {running.slowest[0]:.2f} s: {running.slowest[1][:120]}")
    assert not bad, "\n".join(f"{answer}\n  for {asked}" for answer, asked in bad.items())
    assert running.answers[200] + running.answers[201] > count / 50
    assert failing


def is_of_a_webhook(method: str, status: int, body: bytes) -> bool:
    if method == "HEAD":
        return status == 500
    if body[:1] != b"{":
        return False
    message = json.loads(body)["message"]
    if (
        status == 500
        and message.startswith("Internal error occurred: ")
        and any(part in message for part in OF_A_PATCH)
    ):
        return True
    return status >= 500 and message.startswith(OF_A_WEBHOOK)


def test_every_policy_gets_its_warnings(request: pytest.FixtureRequest) -> None:
    dice, kinds = Random(request.config.getoption("--fuzz-seed")), Kinds()
    for _ in range(request.config.getoption("--fuzz") // 100):
        rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["*"], "resources": ["configmaps"]}
        said = {"expression": expression(dice), "messageExpression": expression(dice)}
        spec = {"matchConstraints": {"resourceRules": [rule]}, "validations": [said]}
        spec["variables"] = [{"name": "a", "expression": expression(dice)}]
        assert all(one["fieldRef"].startswith("spec.validations[0].") for one in warnings({"spec": spec}, kinds))
