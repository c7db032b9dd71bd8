"""The status of ValidatingAdmissionPolicies: their expressions against the types that they are for
(pkg/controller/validatingadmissionpolicystatus)."""

import asyncio

from loopkube.client.client import Client
from loopkube.client.informer import Informers
from loopkube.controllers.loop import Controller
from loopkube.kinds.registry import Kinds
from loopkube.kinds.shared.policy_warnings import warnings
from loopkube.shared.clock import Clock

RESOURCE = "validatingadmissionpolicies.admissionregistration.k8s.io"


class PolicyStatusController(Controller):
    """Says once for each generation of a policy what its types are wrong about."""

    component = "validatingadmissionpolicy-status"

    def __init__(self, client: Client, informers: Informers, clock: Clock, kinds: Kinds) -> None:
        super().__init__(client, informers, clock)
        self._kinds = kinds
        self._policies = self.follow(RESOURCE, self._changed)

    def _changed(self, type: str, obj: dict, old: dict | None) -> None:
        self.queue.add(obj["metadata"]["name"])

    async def reconcile(self, key: str) -> None:
        """Checks the policy's types once for each generation, and writes the warnings."""
        policy = self._policies.get("", key)
        if policy is None:
            return
        generation, status = policy["metadata"].get("generation", 1), policy.get("status") or {}
        if status.get("observedGeneration") == generation and "typeChecking" in status:
            return
        expression_warnings = await asyncio.to_thread(warnings, policy, self._kinds)
        checked = {"expressionWarnings": expression_warnings} if expression_warnings else {}
        desired = status | {"observedGeneration": generation, "typeChecking": checked}
        await self.client.update(RESOURCE, policy | {"status": desired}, subresource="status")
