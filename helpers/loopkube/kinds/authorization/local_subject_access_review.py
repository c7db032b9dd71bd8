"""LocalSubjectAccessReview: may they, in this namespace? Answered, never stored."""

from loopkube.kinds.authorization import GROUP
from loopkube.kinds.spec import Spec

SPEC = Spec(GROUP.kind("LocalSubjectAccessReview", "localsubjectaccessreviews", verbs=("create",)))
