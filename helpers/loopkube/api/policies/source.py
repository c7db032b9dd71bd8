"""The policies that have bindings, kept current by the store itself."""

from typing import TYPE_CHECKING, NamedTuple

from loopkube.api.store.store import Store
from loopkube.api.store.table import Event

if TYPE_CHECKING:
    from loopkube.api.policies.compiled import Compiled

_GROUP = "admissionregistration.k8s.io"
VALIDATING, MUTATING = "validatingadmissionpolicies", "mutatingadmissionpolicies"


class Hook(NamedTuple):
    """One policy with its bindings, in order of their names."""

    policy: dict
    bindings: list[dict]

    @property
    def name(self) -> str:
        return self.policy["metadata"]["name"]

    @property
    def spec(self) -> dict:
        return self.policy["spec"]

    @property
    def fails_open(self) -> bool:
        """Whether a fault of the policy lets the request through."""
        return self.spec.get("failurePolicy") == "Ignore"


class Policies:
    """All policies of one kind; without bindings a policy does nothing, and is not even compiled."""

    def __init__(self, store: Store, plural: str) -> None:
        self._store, self._policies = store, f"{plural}.{_GROUP}"
        self._bindings = f"{plural.removesuffix('ies')}ybindings.{_GROUP}"
        self._compiled: dict[str, tuple[dict, Compiled]] = {}
        self.hooks: tuple[Hook, ...] = ()
        self._read()
        for resource in (self._policies, self._bindings):
            store.subscribe(resource, self._on_event)

    def _on_event(self, event: Event) -> None:
        self._read()

    def _read(self) -> None:
        by_policy: dict[str, list[dict]] = {}
        for stored in self._store.list(self._bindings):
            by_policy.setdefault(stored.obj["spec"].get("policyName", ""), []).append(stored.obj)
        policies = [stored.obj for stored in self._store.list(self._policies)]
        bound = [(policy, by_policy.get(policy["metadata"]["name"], [])) for policy in policies]
        self.hooks = tuple(Hook(policy, bindings) for policy, bindings in bound if bindings)
        names = {hook.name for hook in self.hooks}
        self._compiled = {name: kept for name, kept in self._compiled.items() if name in names}

    def compiled(self, hook: Hook) -> "Compiled":
        """Its expressions, compiled when they are first needed and again when its spec has changed."""
        from loopkube.api.policies.compiled import Compiled  # where no policy is in force, nobody needs it

        kept = self._compiled.get(hook.name)
        if kept is None or kept[0] != hook.spec:
            kept = self._compiled[hook.name] = (hook.spec, Compiled(hook.policy))
        return kept[1]
