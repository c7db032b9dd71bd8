"""What a signing request may say (pkg/apis/certificates/validation)."""

import json

from loopkube.kinds.certificates.certificate_signing_request.conditions import APPROVED, DENIED, FAILED, of
from loopkube.kinds.shared import signing_request, text
from loopkube.kinds.shared.report import Report

_USAGES = (
    "any",
    "cert sign",
    "client auth",
    "code signing",
    "content commitment",
    "crl sign",
    "data encipherment",
    "decipher only",
    "digital signature",
    "email protection",
    "encipher only",
    "ipsec end system",
    "ipsec tunnel",
    "ipsec user",
    "key agreement",
    "key encipherment",
    "microsoft sgc",
    "netscape sgc",
    "ocsp signing",
    "s/mime",
    "server auth",
    "signing",
    "timestamping",
)
_LEGACY = "kubernetes.io/legacy-unknown"
_FORM = "must be a fully qualified domain and path of the form 'example.com/signer-name'"
_SHORTEST = 600
_EXCLUSIVE = "Approved and Denied conditions are mutually exclusive"


def body(report: Report, obj: dict, old: dict | None) -> None:
    """For a write of the request itself: conditions and the certificate stay."""
    _whole(report, obj, old)
    if old is not None:
        _kept(report, obj, old, approves=False, signs=False)


def approval(report: Report, obj: dict, old: dict | None) -> None:
    """For `/approval`: it may add Approved and Denied, and no certificate."""
    _whole(report, obj, old)
    _kept(report, obj, old or {}, approves=True, signs=False)


def status(report: Report, obj: dict, old: dict | None) -> None:
    """For `/status`: it may set the certificate, and neither approve nor deny."""
    _whole(report, obj, old)
    _kept(report, obj, old or {}, approves=False, signs=True)


def _whole(report: Report, obj: dict, old: dict | None) -> None:
    spec = obj.get("spec") or {}
    if old is None:
        _spec(report, spec)
    _conditions(report, obj, old or {})
    certificate = (obj.get("status") or {}).get("certificate", "")
    if certificate and certificate != ((old or {}).get("status") or {}).get("certificate", ""):
        wrong = signing_request.is_certificates(signing_request.content(certificate))
        if wrong:
            report.invalid("status.certificate", "<certificate data>", wrong)


def _spec(report: Report, spec: dict) -> None:
    """It never changes: what was stored has been judged."""
    try:
        signing_request.read(spec.get("request", ""))
    except ValueError as error:
        report.invalid("spec.request", spec.get("request", ""), str(error))
    usages = spec.get("usages") or []
    if not usages:
        report.required("spec.usages")
    for index, usage in enumerate(usages):
        report.one_of(f"spec.usages[{index}]", usage, _USAGES)
    for index, usage in enumerate(usages):
        if usage in usages[:index]:
            report.duplicate(f"spec.usages[{index}]", usage)
    _signer(report, spec.get("signerName", ""))
    if spec.get("expirationSeconds", _SHORTEST) < _SHORTEST:
        detail = "may not specify a duration less than 600 seconds (10 minutes)"
        report.invalid("spec.expirationSeconds", spec["expirationSeconds"], detail)


def _signer(report: Report, signer: str) -> None:
    path, segments = "spec.signerName", signer.split("/")
    if not signer:
        return report.required(path)
    if signer == _LEGACY:
        return report.invalid(path, signer, "the legacy signerName is not allowed via this API version")
    if len(segments) != 2:
        return report.invalid(path, signer, _FORM)
    _labels(report, path, segments[0], text.dns_label)
    if "." not in segments[0]:
        report.invalid(path, segments[0], "should be a domain with at least two segments separated by dots")
    _labels(report, path, segments[1], text.dns_subdomain)


def _labels(report: Report, path: str, segment: str, check) -> None:
    """The complaints about the first label that has any."""
    for label in segment.split("."):
        complaints = check(label)
        if complaints:
            report.all(path, segment, [f"validating label {json.dumps(label)}: {why}" for why in complaints])
            return


def _conditions(report: Report, obj: dict, old: dict) -> None:
    is_both = bool(of(old, APPROVED)) and bool(of(old, DENIED))
    seen: set[str] = set()
    for index, condition in enumerate(of(obj)):
        path, type = f"status.conditions[{index}]", condition.get("type", "")
        if not type:
            report.required(f"{path}.type")
        allowed = ("True",) if type in (APPROVED, DENIED, FAILED) else ("False", "True", "Unknown")
        if not condition.get("status"):
            report.required(f"{path}.status")
        else:
            report.one_of(f"{path}.status", condition["status"], allowed)
        other = {APPROVED: DENIED, DENIED: APPROVED}.get(type)
        if other in seen and not is_both:
            report.invalid(f"{path}.type", type, _EXCLUSIVE)
        if type in seen:
            report.duplicate(f"{path}.type", type)
        seen.add(type)


def _kept(report: Report, obj: dict, old: dict, *, approves: bool, signs: bool) -> None:
    """Conditions that were given stay, and each subresource writes its own part only."""
    path = "status.conditions"
    for type in (APPROVED, DENIED, FAILED):
        if len(of(obj, type)) < len(of(old, type)):
            report.forbidden(path, f'updates may not remove a condition of type "{type}"')
    for type in () if approves else (APPROVED, DENIED):
        here, before = of(obj, type), of(old, type)
        if len(here) > len(before):
            report.forbidden(path, f'updates may not add a condition of type "{type}"')
        elif len(here) == len(before) and here != before:
            report.forbidden(path, f'updates may not modify a condition of type "{type}"')
    given = ((obj.get("status") or {}).get("certificate", ""), (old.get("status") or {}).get("certificate", ""))
    if given[0] != given[1] and not signs:
        report.forbidden("status.certificate", "updates may not set certificate content")
    elif given[0] != given[1] and given[1]:
        report.forbidden("status.certificate", "updates may not modify existing certificate content")
