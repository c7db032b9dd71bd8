"""Who may approve signing requests, and who may sign them: verbs on the signer, beside those on the request.

`approve` and `sign` on `signers` named DOMAIN/NAME or DOMAIN/* (plugin/pkg/admission/certificates).
"""

from loopkube.api.authorization import Asked, Authorizer
from loopkube.api.credentials import User
from loopkube.kinds import Kind
from loopkube.shared.status import forbidden

GROUP = "certificates.k8s.io"
REQUESTS = f"certificatesigningrequests.{GROUP}"


def check(authorizer: Authorizer, user: User, kind: Kind, subresource: str, obj: dict, old: dict) -> None:
    """Raises 403 for a write that needs a verb on the signer."""
    signer = (old.get("spec") or {}).get("signerName", "")
    verb = {"approval": "approve", "status": "sign"}.get(subresource, "")
    if not verb or (verb == "sign" and _result(obj) == _result(old)):
        return
    if not any(_may(authorizer, user, verb, name) for name in (signer, f"{signer.partition('/')[0]}/*")):
        why = f'user not permitted to {verb} requests with signerName "{signer}"'
        raise forbidden(kind, old["metadata"]["name"], why)


def _may(authorizer: Authorizer, user: User, verb: str, name: str) -> bool:
    return authorizer.allows(user, Asked(verb, GROUP, "signers", name=name))


def _result(obj: dict) -> tuple[object, object]:
    status = obj.get("status") or {}
    return status.get("certificate"), status.get("conditions")
