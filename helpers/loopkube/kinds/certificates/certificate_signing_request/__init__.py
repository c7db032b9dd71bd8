"""CertificateSigningRequest: a request for a certificate, approved by somebody and signed by its signer.

Signers of Kubernetes sign by the cluster's authority (controllers/certificates.py), others are programs elsewhere.
Read in this order: rules, conditions.
"""

from datetime import datetime

from loopkube.kinds.certificates import GROUP
from loopkube.kinds.certificates.certificate_signing_request import conditions, rules
from loopkube.kinds.shared.columns import NONE, Columns, age, define, human, name
from loopkube.kinds.shared.fields import fields
from loopkube.kinds.shared.status import empty_status, keep
from loopkube.kinds.spec import Rules, Spec, Strategy


def _state(obj: dict) -> str:
    status = obj.get("status") or {}
    types = {c["type"] for c in status.get("conditions") or ()}
    word = next((word for word in (conditions.DENIED, conditions.APPROVED) if word in types), "Pending")
    failed = f",{conditions.FAILED}" if conditions.FAILED in types else ""
    return word + failed + (",Issued" if status.get("certificate") else "")


def _cells(obj: dict, now: datetime) -> list:
    spec = obj.get("spec", {})
    seconds = spec.get("expirationSeconds")
    lasts = human(seconds) if seconds is not None else NONE
    return [name(obj), age(obj, now), spec.get("signerName", ""), spec.get("username", ""), lasts, _state(obj)]


def _asked_by(obj: dict, user: dict) -> None:
    """Who asks is not theirs to say."""
    spec = obj.setdefault("spec", {})
    for field in ("username", "uid", "groups", "extra"):
        spec.pop(field, None)
        if user.get(field):
            spec[field] = user[field]


def _update(obj: dict, old: dict) -> None:
    keep(obj, old, "spec")


SPEC = Spec(
    GROUP.kind(
        "CertificateSigningRequest",
        "certificatesigningrequests",
        namespaced=False,
        short_names=("csr",),
        subresources=("approval", "status"),
    ),
    strategy=Strategy(
        status=True,
        create=empty_status,
        written_by=_asked_by,
        update=_update,
        parts={"approval": conditions.approve, "status": conditions.sign},
    ),
    rules=Rules(body=rules.body, name=lambda text: [], parts={"approval": rules.approval, "status": rules.status}),
    selectable=fields("spec.signerName"),
    columns=Columns(define("Name", "Age", "SignerName", "Requestor", "RequestedDuration", "Condition"), _cells),
)
