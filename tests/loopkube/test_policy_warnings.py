"""Expressions of policies that compile and yet have the wrong types for the objects that they are for."""

import asyncio

from loopkube.api.in_process import InProcessClient
from loopkube.api.verbs import Api
from loopkube.client.informer import Informers
from loopkube.controllers.policy_status import RESOURCE, PolicyStatusController
from loopkube.kinds.registry import Kinds
from loopkube.kinds.shared.policy_warnings import warnings
from loopkube.shared.clock import Clock

RULE = {"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["deployments"]}


def policy(*expressions: str, **more: object) -> dict:
    validations = [{"expression": text} for text in expressions]
    return {"spec": {"matchConstraints": {"resourceRules": [RULE]}, "validations": validations} | more}


def test_right_expressions_are_not_warned_of() -> None:
    right = (
        "object.spec.replicas > 1 && object.metadata.creationTimestamp > timestamp(0)",
        "object.spec.template.spec.containers.all(c, c.image != '' && c.ports.all(p, p.containerPort > 1))",
        "object.metadata.labels['a'] == 'b' && object.spec.strategy.rollingUpdate.maxSurge == 1",
        "object.spec.template.spec.containers[0].resources.limits['cpu'] == '1' && variables.n > 1",
    )
    assert warnings(policy(*right, variables=[{"name": "n", "expression": "object.spec.replicas"}]), Kinds()) == []


def test_type_confusion_is_named_with_its_place() -> None:
    found = warnings(policy("object.spec.replicas > '1'", "object.spec.nope == 1"), Kinds())
    assert [entry["fieldRef"] for entry in found] == [
        "spec.validations[0].expression",
        "spec.validations[1].expression",
    ]
    assert found[0]["warning"].startswith("apps/v1, Kind=Deployment: ")
    assert "found no matching overload for '_>_' applied to '(int, string)'" in found[0]["warning"]
    assert "undefined field 'nope'" in found[1]["warning"]


async def test_the_status_of_a_policy_says_so(api: Api, client: InProcessClient) -> None:
    controller = PolicyStatusController(client, Informers(client, Clock()), Clock(), api.kinds)
    await controller.start()
    said = {"expression": "object.spec.replicas > '1'", "messageExpression": "'got ' + object.spec.replicas"}
    wanted = policy(validations=[said]) | {"metadata": {"name": "p"}}
    await client.create(RESOURCE, wanted)
    async with asyncio.timeout(20):
        while "typeChecking" not in ((await client.get(RESOURCE, "p")).get("status") or {}):
            await asyncio.sleep(0.01)
    await controller.stop()
    status = (await client.get(RESOURCE, "p"))["status"]
    assert status["observedGeneration"] == 1
    found = status["typeChecking"]["expressionWarnings"]
    assert [entry["fieldRef"].rpartition(".")[2] for entry in found] == ["expression", "messageExpression"]
    assert "found no matching overload for '_+_' applied to '(string, int)'" in found[1]["warning"]
