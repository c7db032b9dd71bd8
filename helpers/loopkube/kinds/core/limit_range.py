"""LimitRange: how much a container may ask for. Stored only."""

from loopkube.kinds.core import GROUP
from loopkube.kinds.shared.stored_only import not_acted_upon
from loopkube.kinds.spec import Rules, Spec

SPEC = Spec(
    GROUP.kind("LimitRange", "limitranges", short_names=("limits",)),
    rules=Rules(warn=not_acted_upon("it limits nothing")),
)
