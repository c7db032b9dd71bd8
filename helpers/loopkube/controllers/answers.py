"""Small common knowledge about what the API answers controllers."""

from loopkube.shared.status import ApiError


def namespace_ends(error: ApiError) -> bool:
    """Whether a creation was refused because its namespace is being deleted: then there is nothing left to do."""
    causes = (error.details or {}).get("causes") or ()
    return any(cause.get("reason") == "NamespaceTerminating" for cause in causes)
