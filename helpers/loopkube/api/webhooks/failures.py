"""What a caller is told: a webhook that refuses, and one that cannot be asked (webhook/errors, util/webhook)."""

import logging

from loopkube.shared.status import ApiError, bad_request, quoted

log = logging.getLogger(__name__)


class CallFailed(Exception):
    """The webhook could not be asked, or its answer makes no sense; failurePolicy says what follows."""

    def __init__(self, webhook: str, why: str) -> None:
        super().__init__(f"failed calling webhook {quoted(webhook)}: {why}")


def no_dry_run(webhook: str) -> ApiError:
    """400, for a webhook that says it has side effects."""
    return bad_request(f"admission webhook {quoted(webhook)} does not support dry run")


def denied(webhook: str, result: dict | None) -> ApiError:
    """The webhook's own Status, with its name before the message, and never a code that means success."""
    result = result or {}
    said = f"admission webhook {quoted(webhook)} denied the request"
    why = result.get("message") or result.get("reason")
    code = result.get("code")
    error = ApiError(
        code if isinstance(code, int) and code >= 400 else 400,
        result.get("reason") or "",
        f"{said}: {why}" if why else f"{said} without explanation",
        result.get("details"),
    )
    error.metadata = result.get("metadata") or {}
    return error


def log_open(webhook: str, error: CallFailed) -> None:
    log.info("Failed calling webhook, failing open %s: %s", webhook, error)
