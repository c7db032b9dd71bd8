"""What the tests of webhooks share: objects to write, and a webhook that judges them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import webhook_program as program
from served import Reply, Served
from webhook_program import PATHS, Webhook, configuration, webhook

MAPS = "/api/v1/namespaces/default/configmaps"
PODS = "/api/v1/namespaces/default/pods"
MERGE = {"Content-Type": "application/merge-patch+json"}


def config_map(name: str = "a", **more: object) -> dict:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name} | more}


def pod(name: str = "p", **more: object) -> dict:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name} | more,
        "spec": {"containers": [{"name": "c", "image": "python:3.13"}]},
    }


async def configure(serving: Served, *webhooks: dict, mode: str = "Validating", name: str = "hooks") -> None:
    made = await serving.call("POST", PATHS[mode], configuration(name, *webhooks, mode=mode))
    assert made.status == 201, made.text


@asynccontextmanager
async def judging(
    serving: Served, answer: program.Answer, *resources: str, mode: str = "Validating", **more: object
) -> AsyncIterator[Webhook]:
    async with program.running(answer) as hook:
        await configure(serving, webhook(hook.client(), *resources, **more), mode=mode)
        yield hook


def said(answer: Reply) -> str:
    return answer.body["message"]
