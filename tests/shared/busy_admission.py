"""Admission as a busy administrator sets it up: webhooks, policies, a quota and a limit range, for one namespace."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import webhook_program as program
from webhook_program import Answer, Webhook, configuration, webhook

GROUP = "admissionregistration.k8s.io/v1"
MARKED = "marked-by"
"""A label that the mutating webhook gives, and an annotation that the mutating policy gives."""


@contextmanager
def running(answer: Answer) -> Iterator[Webhook]:
    """A webhook in a thread of its own, for tests that have no event loop."""
    loop, ready, ends = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    made: list[Webhook] = []

    async def serve() -> None:
        async with program.running(answer) as hook:
            made.append(hook)
            ready.set()
            await ends.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(20)
    try:
        yield made[0]
    finally:
        loop.call_soon_threadsafe(ends.set)
        thread.join(20)
        loop.close()


def marking(request: dict) -> dict:
    """Allows everything; a new ConfigMap gets the label."""
    obj = request.get("object") or {}
    labels = (obj.get("metadata") or {}).get("labels")
    if request["operation"] != "CREATE" or obj.get("kind") != "ConfigMap" or MARKED in (labels or {}):
        return program.allow(request)
    if labels:
        return program.patched({"op": "add", "path": f"/metadata/labels/{MARKED}", "value": "webhook"})
    return program.patched({"op": "add", "path": "/metadata/labels", "value": {MARKED: "webhook"}})


def configurations(hook: Webhook, namespace: str, *resources: str, **more: object) -> list[dict]:
    """Both kinds of webhooks; `more` are fields of each."""
    only = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}} | more
    return [
        configuration(f"busy-{mode.lower()}", webhook(hook.client(f"/{mode.lower()}"), *resources, **only), mode=mode)
        for mode in ("Mutating", "Validating")
    ]


def policies(namespace: str, *resources: str) -> list[dict]:
    """Both kinds of policies with their bindings."""
    rule = {"apiGroups": ["*"], "apiVersions": ["*"], "operations": ["CREATE", "UPDATE"], "resources": list(resources)}
    selector = {"matchLabels": {"kubernetes.io/metadata.name": namespace}}
    matched = {"matchConstraints": {"resourceRules": [rule], "namespaceSelector": selector}}
    marks = f'Object{{metadata: Object.metadata{{annotations: {{"{MARKED}": "policy"}}}}}}'
    mutation = {"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": marks}}
    short = {
        "expression": "size(object.metadata.name) < 200",
        "messageExpression": "'too long: ' + object.metadata.name",
    }
    changing = {"mutations": [mutation], "reinvocationPolicy": "Never"}
    bound = {"policyName": "busy"}
    return [
        _named("ValidatingAdmissionPolicy", "busy", matched | {"validations": [short]}),
        _named("ValidatingAdmissionPolicyBinding", "busy", bound | {"validationActions": ["Deny"]}),
        _named("MutatingAdmissionPolicy", "busy", matched | changing),
        _named("MutatingAdmissionPolicyBinding", "busy", bound),
    ]


def bounds() -> list[dict]:
    """A ResourceQuota and a LimitRange that nobody reaches."""
    hard = {"count/configmaps": "100000", "pods": "200", "requests.cpu": "200"}
    limit = {"type": "Container", "defaultRequest": {"cpu": "10m"}, "max": {"cpu": "100"}, "default": {"cpu": "100"}}
    return [
        {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "busy"}, "spec": {"hard": hard}},
        {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "busy"}, "spec": {"limits": [limit]}},
    ]


def path_of(obj: dict, namespace: str) -> str:
    """Where an object of this module is created."""
    plural = obj["kind"].lower().removesuffix("y") + ("ies" if obj["kind"].endswith("y") else "s")
    if obj["apiVersion"] == "v1":
        return f"/api/v1/namespaces/{namespace}/{plural}"
    return f"/apis/{obj['apiVersion']}/{plural}"


def _named(kind: str, name: str, spec: dict) -> dict:
    return {"apiVersion": GROUP, "kind": kind, "metadata": {"name": name}, "spec": spec}
