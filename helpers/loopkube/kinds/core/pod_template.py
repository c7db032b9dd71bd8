"""PodTemplate: a Pod template as an object of its own. Stored only."""

from loopkube.kinds.core import GROUP
from loopkube.kinds.spec import Spec

SPEC = Spec(GROUP.kind("PodTemplate", "podtemplates"))
