"""CSIDriver: what a storage driver can do. Stored only."""

from loopkube.kinds.spec import Spec
from loopkube.kinds.storage import GROUP

SPEC = Spec(GROUP.kind("CSIDriver", "csidrivers", namespaced=False))
