"""The admission webhooks that are configured, kept current by the store itself."""

from collections.abc import Iterator
from typing import NamedTuple

from loopkube.api.store.store import Store
from loopkube.api.store.table import Event

MUTATING = "mutatingwebhookconfigurations.admissionregistration.k8s.io"
VALIDATING = "validatingwebhookconfigurations.admissionregistration.k8s.io"

DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"
WHERE_CONFIGURED = (MUTATING, VALIDATING, DEFINITIONS)


class Hook(NamedTuple):
    """One webhook of one configuration; `spec` is its entry there."""

    configuration: str
    number: int
    """Its index in the configuration."""
    spec: dict

    @property
    def name(self) -> str:
        return self.spec["name"]

    @property
    def uid(self) -> str:
        """Tells it from others, also from one of the same name in its configuration (upstream's accessor UID)."""
        return f"{self.configuration}/{self.name}/{self.number}"

    @property
    def fails_open(self) -> bool:
        """Whether a request goes on when the webhook cannot be asked."""
        return self.spec.get("failurePolicy") == "Ignore"


class Configurations:
    """All webhooks of one kind of configuration, in order of the configurations' names."""

    def __init__(self, store: Store, resource: str) -> None:
        self._store, self._resource = store, resource
        self.hooks: tuple[Hook, ...] = ()
        self._read()
        store.subscribe(resource, self._on_event)

    def _on_event(self, event: Event) -> None:
        self._read()

    def _read(self) -> None:
        self.hooks = tuple(
            Hook(stored.obj["metadata"]["name"], index, spec)
            for stored in self._store.list(self._resource)
            for index, spec in enumerate(stored.obj.get("webhooks") or ())
        )


def client_configs(store: Store) -> Iterator[dict]:
    """Of all webhooks, those that convert included."""
    for resource in (MUTATING, VALIDATING):
        for stored in store.list(resource):
            yield from (spec.get("clientConfig") or {} for spec in stored.obj.get("webhooks") or ())
    for stored in store.list(DEFINITIONS):
        yield ((stored.obj["spec"].get("conversion") or {}).get("webhook") or {}).get("clientConfig") or {}
