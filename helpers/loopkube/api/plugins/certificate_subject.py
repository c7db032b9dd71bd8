"""CertificateSubjectRestriction: nobody becomes a member of system:masters by a certificate."""

from loopkube.api.plugins.review import Review
from loopkube.kinds.shared import signing_request

REQUESTS, MASTERS = "certificatesigningrequests.certificates.k8s.io", "system:masters"


def admit(review: Review) -> None:
    """No client certificate for system:masters (upstream's CertificateSubjectRestriction)."""
    spec = review.obj.get("spec") or {}
    if review.kind.resource != REQUESTS or review.old is not None or spec.get("signerName") != signing_request.CLIENT:
        return
    try:
        _, groups = signing_request.subject(signing_request.read(spec.get("request", "")))
    except ValueError:
        return  # the rules of the kind say so
    if MASTERS in groups:
        why = f"use of {signing_request.CLIENT} signer with {MASTERS} group is not allowed"
        raise review.forbidden(why)
