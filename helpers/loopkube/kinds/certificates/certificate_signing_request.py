"""CertificateSigningRequest: a request for a certificate. Stored only."""

from datetime import datetime

from loopkube.kinds.certificates import GROUP
from loopkube.kinds.shared.columns import NONE, Columns, age, define, name
from loopkube.kinds.shared.status import empty_status
from loopkube.kinds.shared.stored_only import not_acted_upon
from loopkube.kinds.spec import Rules, Spec, Strategy


def _cells(obj: dict, now: datetime) -> list:
    spec, conditions = obj.get("spec", {}), obj.get("status", {}).get("conditions") or ()
    seconds = spec.get("expirationSeconds")
    state = ",".join(c["type"] for c in conditions) or "Pending"
    wide = f"{seconds}s" if seconds is not None else NONE
    return [name(obj), age(obj, now), spec.get("signerName", ""), spec.get("username", ""), wide, state]


SPEC = Spec(
    GROUP.kind(
        "CertificateSigningRequest",
        "certificatesigningrequests",
        namespaced=False,
        short_names=("csr",),
        subresources=("status",),
    ),
    strategy=Strategy(status=True, create=empty_status),
    rules=Rules(warn=not_acted_upon("nothing signs it")),
    columns=Columns(define("Name", "Age", "SignerName", "Requestor", "RequestedDuration", "Condition"), _cells),
)
