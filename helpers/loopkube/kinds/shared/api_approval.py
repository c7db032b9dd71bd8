"""Whether the Kubernetes community has approved a definition in one of its own groups (`*.k8s.io`)."""

from urllib.parse import urlsplit

APPROVAL = "api-approved.kubernetes.io"
"""The annotation that says so."""
_APPROVAL_DOC = "see https://github.com/kubernetes/enhancements/pull/1111"


def approval(annotations: dict) -> tuple[str, str]:
    """(`Approved`, `Bypassed`, `Missing` or `Invalid`, why) of a group of the Kubernetes community."""
    value = annotations.get(APPROVAL, "")
    if not value:
        return "Missing", f'protected groups must have approval annotation "{APPROVAL}", {_APPROVAL_DOC}'
    if value.startswith("unapproved"):
        return "Bypassed", f'not approved: "{value}"'
    parts = urlsplit(value)
    if parts.scheme and parts.netloc:
        return "Approved", f"approved in {value}"
    how = 'with either a URL or a reason starting with "unapproved"'
    return "Invalid", f'protected groups must have approval annotation "{APPROVAL}" {how}, {_APPROVAL_DOC}'


def is_protected(group: str) -> bool:
    """Whether a group belongs to the Kubernetes community."""
    return any(group == domain or group.endswith(f".{domain}") for domain in ("k8s.io", "kubernetes.io"))
