"""Signing requests that somebody has approved: their certificates, by the cluster's authority.

https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#kubernetes-signers. Requests for
other signers are left to those.
"""

from collections.abc import Callable, Sequence

from loopkube.client.client import Client
from loopkube.client.informer import Informers
from loopkube.controllers.loop import Controller
from loopkube.kinds.shared import signing_request
from loopkube.shared.clock import Clock

REQUESTS = "certificatesigningrequests.certificates.k8s.io"
SIGNERS = (signing_request.CLIENT, signing_request.KUBELET_CLIENT, signing_request.KUBELET_SERVING)
Sign = Callable[[str, Sequence[str], int | None], str]
"""(spec.request, spec.usages, spec.expirationSeconds) → status.certificate. Raises ValueError."""


def is_to_be_signed(request: dict) -> bool:
    """Approved, not denied, by a signer that is this cluster's, and not signed yet."""
    status = request.get("status") or {}
    types = {c["type"] for c in status.get("conditions") or () if c["status"] == "True"}
    mine = request["spec"].get("signerName") in SIGNERS and not status.get("certificate")
    return mine and "Approved" in types and not types & {"Denied", "Failed"}


class CertificateSigningController(Controller):
    component = "csrsigning"

    def __init__(self, client: Client, informers: Informers, clock: Clock, sign: Sign | None = None) -> None:
        super().__init__(client, informers, clock)
        self._sign = sign
        self._requests = self.follow(REQUESTS, self._request_changed)

    def _request_changed(self, type: str, obj: dict, old: dict | None) -> None:
        if self._sign and type != "DELETED" and is_to_be_signed(obj):
            self.queue.add(obj["metadata"]["name"])

    async def reconcile(self, key: str) -> None:
        """Signs an approved request, or writes why it cannot be signed."""
        request = self._requests.get("", key)
        if request is None or self._sign is None or not is_to_be_signed(request):
            return
        await self.client.update(
            REQUESTS, request | {"status": self._judged(request, self._sign)}, subresource="status"
        )

    def _judged(self, request: dict, sign: Sign) -> dict:
        """The status with a certificate, or with why there is none."""
        spec, status = request["spec"], request.get("status") or {}
        usages = spec.get("usages") or []
        try:
            why = signing_request.complaint(signing_request.read(spec["request"]), spec["signerName"], usages)
            if not why:
                return status | {"certificate": sign(spec["request"], usages, spec.get("expirationSeconds"))}
        except ValueError as error:
            why = str(error)
        failed = {"type": "Failed", "status": "True", "reason": "SignerValidationFailure", "message": why}
        return status | {"conditions": [*status.get("conditions", ()), failed]}
