"""What a request may change: the general rule, and what each kind adds to it (pkg/registry/*/strategy.go).

`prepare` keeps status out of updates of the object and the object out of updates of its status, counts
`metadata.generation`, and restores what callers may not touch. Nothing is refused here.
"""

from loopkube.kinds import Kind
from loopkube.kinds.registry import spec_of
from loopkube.kinds.shared.status import keep
from loopkube.kinds.spec import Strategy
from loopkube.shared.clock import Clock


def prepare(kind: Kind, obj: dict, old: dict | None, subresource: str, clock: Clock) -> None:
    """Makes of the request's object what would be stored."""
    strategy = spec_of(kind).strategy
    own = strategy.parts.get(subresource)
    if own and old is not None:
        own(obj, old, clock)
        _count_generation(strategy, obj, old)
    elif subresource == "status" and old is not None:
        _prepare_status(strategy, obj, old)
    elif old is None:
        _prepare_create(strategy, obj)
    elif subresource == "finalize":
        keep(obj, old, "status")
    else:
        _prepare_update(strategy, obj, old)


def _prepare_create(strategy: Strategy, obj: dict) -> None:
    if strategy.generation:
        obj["metadata"]["generation"] = 1
    if strategy.create:
        strategy.create(obj)


def _prepare_update(strategy: Strategy, obj: dict, old: dict) -> None:
    if strategy.status:
        keep(obj, old, "status")
    if strategy.update:
        strategy.update(obj, old)
    if strategy.generation:
        _count_generation(strategy, obj, old)


def _prepare_status(strategy: Strategy, obj: dict, old: dict) -> None:
    keep(obj, old, "spec")
    if strategy.update_status:
        strategy.update_status(obj, old)
    _keep_generation(obj, old)


def _count_generation(strategy: Strategy, obj: dict, old: dict) -> None:
    if strategy.generation and strategy.changed(obj, old):
        obj["metadata"]["generation"] = old["metadata"].get("generation", 1) + 1
    elif strategy.generation:
        obj["metadata"]["generation"] = old["metadata"].get("generation", 1)
    else:
        _keep_generation(obj, old)


def _keep_generation(obj: dict, old: dict) -> None:
    if "generation" in old["metadata"]:
        obj["metadata"]["generation"] = old["metadata"]["generation"]
