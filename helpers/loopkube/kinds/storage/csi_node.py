"""CSINode: which storage drivers a node has. Stored only."""

from loopkube.kinds.spec import Spec
from loopkube.kinds.storage import GROUP

SPEC = Spec(GROUP.kind("CSINode", "csinodes", namespaced=False))
