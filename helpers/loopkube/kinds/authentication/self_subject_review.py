"""SelfSubjectReview: who am I? Answered, never stored."""

from loopkube.kinds.authentication import GROUP
from loopkube.kinds.spec import Spec

SPEC = Spec(GROUP.kind("SelfSubjectReview", "selfsubjectreviews", namespaced=False, verbs=("create",)))
