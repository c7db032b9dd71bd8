"""SelfSubjectAccessReview: may I? Answered, never stored."""

from loopkube.kinds.authorization import GROUP
from loopkube.kinds.spec import Spec

SPEC = Spec(GROUP.kind("SelfSubjectAccessReview", "selfsubjectaccessreviews", namespaced=False, verbs=("create",)))
