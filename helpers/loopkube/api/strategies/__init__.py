"""What a request may change: the create and update strategies of the kinds (pkg/registry/*/strategy.go).

`prepare(kind, obj, old, subresource)` keeps status out of updates of the object and the object out of updates
of its status, counts `metadata.generation`, and restores what callers may not touch. Nothing is refused here.
"""

from loopkube.api.strategies.prepare import prepare

__all__ = ["prepare"]
