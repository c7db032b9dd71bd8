"""CSIStorageCapacity: how much storage is left where. Stored only."""

from loopkube.kinds.spec import Spec
from loopkube.kinds.storage import GROUP

SPEC = Spec(GROUP.kind("CSIStorageCapacity", "csistoragecapacities"))
