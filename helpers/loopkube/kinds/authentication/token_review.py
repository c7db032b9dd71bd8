"""TokenReview: whose token is this? Answered, never stored."""

from loopkube.kinds.authentication import GROUP
from loopkube.kinds.spec import Spec

SPEC = Spec(GROUP.kind("TokenReview", "tokenreviews", namespaced=False, verbs=("create",)))
