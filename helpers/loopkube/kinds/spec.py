"""`Spec`: everything that is particular to one kind, as the API server uses it. All but the names may be left out.

Objects are plain dicts, decoded and with the fields that the API's types always have. Functions that complete an
object change it in place; functions that judge it put what they find into a `Report`, in the order and in the words
of Kubernetes; only `allocate` and `leave` raise. `old` is the object as it is stored, None when it is being created.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple, Protocol

from loopkube.kinds.kind import Kind
from loopkube.kinds.shared import text
from loopkube.kinds.shared.columns import Columns, define, name
from loopkube.kinds.shared.fields import Getter
from loopkube.kinds.shared.report import Report
from loopkube.shared.clock import Clock

Check = Callable[[Report, dict, dict | None], None]
Warn = Callable[[dict, dict | None], list[str]]


class Lookup(Protocol):
    """Reads other objects; `resource` as in `Kind.resource`."""

    def get(self, resource: str, namespace: str, name: str) -> dict | None: ...

    def list(self, resource: str, namespace: str = "") -> list[dict]: ...


def _spec_changed(obj: dict, old: dict) -> bool:
    return obj.get("spec") != old.get("spec")


class Strategy(NamedTuple):
    """What a request may change (pkg/registry/*/strategy.go); nothing is refused here."""

    generation: bool = False
    """Whether `metadata.generation` counts the changes."""
    status: bool = False
    """Whether `status` is written through the subresource only."""
    create: Callable[[dict], None] | None = None
    """Completes a new object beyond its defaults: the status it begins with."""
    update: Callable[[dict, dict], None] | None = None
    """(obj, old): puts back what an update may not touch, or may leave out."""
    update_status: Callable[[dict, dict], None] | None = None
    """The same for an update of the status."""
    parts: Mapping[str, Callable[[dict, dict, Clock], None]] = {}
    """{subresource: (obj, old, clock): makes of the object what an update through it would store}; without it, the
    status has `update_status`, and others change what they like."""
    written_by: Callable[[dict, dict], None] | None = None
    """(obj, user): notes who creates it; `user` has username, groups, uid and extra."""
    changed: Callable[[dict, dict], bool] = _spec_changed
    """(obj, old): whether the generation goes up."""
    create_on_update: bool = False
    """Whether PUT of an object that does not exist creates it (AllowCreateOnUpdate)."""
    unconditional_update: bool = True
    """Whether an update may leave out `metadata.resourceVersion` (AllowUnconditionalUpdate)."""
    allocate: Callable[[Lookup, Kind, dict, dict | None], None] | None = None
    """Chooses what the cluster gives out (addresses, ports), after validation. Raises ApiError (422)."""


class Rules(NamedTuple):
    """What is refused (422, with all errors at once), and what is said as a warning (pkg/apis/*/validation)."""

    body: Check | None = None
    """All but metadata and status."""
    status: Check | None = None
    """An update of the status."""
    parts: Mapping[str, Check] = {}
    """{subresource: an update through it}, where that is not the status, or needs more than the status alone."""
    name: Callable[[str], list[str]] = text.dns_subdomain
    """How objects may be called: complaints, or nothing."""
    any_finalizer: bool = False
    """Whether finalizers without a domain are taken: its metadata is judged by apimachinery's rules alone."""
    warn: Warn | None = None
    """Sentences for the caller about an object that is stored anyway."""


class Leave(NamedTuple):
    """What a request to delete asks of one object."""

    grace: int | None
    """Seconds; None leaves it to the object."""
    finalizers: list[str]
    """Those that the object keeps, with those that the request asks of the garbage collector."""
    clock: Clock


class Deletion(NamedTuple):
    """How objects go, where that differs from other kinds (rest.BeforeDelete, pkg/registry/*)."""

    protected: Mapping[str, str] = {}
    """{name: why no object of this name may be deleted}."""
    orphans: bool = False
    """Whether what an object owns stays, unless the request says otherwise (older kinds; kubectl says Background)."""
    collected: bool = True
    """Whether the garbage collector has to do with it."""
    answers_with_object: bool = False
    """Whether the answer to DELETE is the object instead of a Status."""
    leave: Callable[[dict, Leave], dict | None] | None = None
    """The object on its way out (a new dict), or None where it can be removed at once. Raises ApiError."""
    holds: Callable[[dict], bool] = lambda obj: False
    """Whether more than finalizers holds an object that is being deleted."""


class SecondForm(NamedTuple):
    """Another form of objects stored under `kind`; both ways make a new object, and leave its names to the API."""

    kind: Kind
    outward: Callable[[dict], dict]
    inward: Callable[[dict], dict]


def _name_and_time(obj: dict, now: datetime) -> list:
    return [name(obj), obj["metadata"].get("creationTimestamp", "")]


class Spec(NamedTuple):
    """One kind."""

    kind: Kind
    defaults: Callable[[dict], None] | None = None
    """Fills in what the caller has left to Kubernetes (pkg/apis/*/v1/defaults.go); on a complete object it changes
    nothing."""
    strategy: Strategy = Strategy()
    rules: Rules = Rules()
    deletion: Deletion = Deletion()
    columns: Columns = Columns(define("Name", "Created At:date"), _name_and_time)
    """What `kubectl get` shows (pkg/printers/internalversion/printers.go)."""
    selectable: Mapping[str, Getter] = {}
    """What it can be selected by beside name and namespace: {`status.phase`: the value as text}."""
    plain_selector: bool = False
    """Whether `spec.selector` is a map of labels, as before there were LabelSelectors."""
    second_form_of: SecondForm | None = None
    stored_as: str = ""
    """GROUP/VERSION/KIND in which Kubernetes stores it, where that is not how it is served (storageVersionHash)."""

    @property
    def is_stored(self) -> bool:
        """Whether objects are kept under this kind's name."""
        return "get" in self.kind.verbs and self.second_form_of is None
