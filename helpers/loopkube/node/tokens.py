"""Tokens of service accounts for Pods: asked from the API, renewed before they end."""

from datetime import datetime

from loopkube.client.client import Client
from loopkube.shared.clock import Clock, parse

RENEW_AT = 0.8
"""The share of a token's life after which a new one is asked for, as the kubelet does."""
POD_TOKEN = {"expirationSeconds": 3607}
"""What admission mounts into every Pod. kube-apiserver makes it valid for a year: a kubeconfig is read only once."""


class Tokens:
    """Tokens of ServiceAccounts for mounted volumes, renewed after 80 % of their time (pkg/kubelet/token)."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client, self._clock = client, clock
        self._known: dict[tuple[str, str, int], tuple[str, datetime, float]] = {}

    async def get(self, pod: dict, source: dict | None = None) -> str:
        """The token of a Pod for a serviceAccountToken source (`audience`, `expirationSeconds`)."""
        source = source or {}
        audience, seconds = source.get("audience", ""), source.get("expirationSeconds") or 3600
        key = (pod["metadata"]["uid"], audience, seconds)
        known = self._known.get(key)
        if known and (self._clock.now() - known[1]).total_seconds() < known[2] * RENEW_AT:
            return known[0]
        answer = await self._ask(pod, audience, seconds)
        token, now = answer["status"]["token"], self._clock.now()
        self._known[key] = (token, now, (parse(answer["status"]["expirationTimestamp"]) - now).total_seconds())
        return token

    def forget(self, uid: str) -> None:
        """The Pod is gone: its tokens are asked for no more."""
        for key in [k for k in self._known if k[0] == uid]:
            del self._known[key]

    async def _ask(self, pod: dict, audience: str, seconds: int) -> dict:
        metadata = pod["metadata"]
        request = {
            "apiVersion": "authentication.k8s.io/v1",
            "kind": "TokenRequest",
            "spec": {
                "audiences": [audience] if audience else [],
                "expirationSeconds": seconds,
                "boundObjectRef": {"apiVersion": "v1", "kind": "Pod", "name": metadata["name"], "uid": metadata["uid"]},
            },
        }
        account = pod["spec"].get("serviceAccountName") or "default"
        return await self._client.create(
            "serviceaccounts", request, metadata["namespace"], name=account, subresource="token"
        )
