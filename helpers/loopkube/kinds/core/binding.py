"""Binding: which node a Pod goes to; what the scheduler posts. Never stored."""

from loopkube.kinds.core import GROUP
from loopkube.kinds.spec import Spec

SPEC = Spec(GROUP.kind("Binding", "bindings", verbs=("create",)))
