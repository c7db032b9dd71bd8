"""SelfSubjectRulesReview: what may I? Answered, never stored."""

from loopkube.kinds.authorization import GROUP
from loopkube.kinds.spec import Spec

SPEC = Spec(GROUP.kind("SelfSubjectRulesReview", "selfsubjectrulesreviews", namespaced=False, verbs=("create",)))
