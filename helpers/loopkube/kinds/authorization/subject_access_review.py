"""SubjectAccessReview: may they? Answered, never stored."""

from loopkube.kinds.authorization import GROUP
from loopkube.kinds.spec import Spec

SPEC = Spec(GROUP.kind("SubjectAccessReview", "subjectaccessreviews", namespaced=False, verbs=("create",)))
