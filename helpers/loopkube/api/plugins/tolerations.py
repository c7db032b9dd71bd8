"""DefaultTolerationSeconds: a Pod stays five minutes on a node that is not ready or unreachable."""

from loopkube.api.plugins.review import Review

_UNREACHABLE = "node.kubernetes.io/unreachable"
_TAINTS = ("node.kubernetes.io/not-ready", _UNREACHABLE)


def admit(review: Review) -> None:
    """Lets a Pod stay 300 s on a node that fails (plugin/pkg/admission/defaulttolerationseconds)."""
    if review.kind.resource != "pods" or review.subresource:
        return
    spec = review.obj["spec"]
    missing = [taint for taint in _TAINTS if not any(_tolerates(t, taint) for t in spec.get("tolerations", ()))]
    for taint in missing:
        seconds = review.toleration_seconds[taint == _UNREACHABLE]
        toleration = {"key": taint, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": seconds}
        spec.setdefault("tolerations", []).append(toleration)


def _tolerates(toleration: dict, taint: str) -> bool:
    return toleration.get("key", "") in ("", taint) and toleration.get("effect", "") in ("", "NoExecute")
