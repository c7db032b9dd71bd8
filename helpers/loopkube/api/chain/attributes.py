"""One request as admission sees it (admission.Attributes of k8s.io/apiserver)."""

import copy
from dataclasses import dataclass, field

from loopkube.api.credentials import ADMIN, User
from loopkube.kinds import Kind
from loopkube.kinds.spec import Lookup
from loopkube.shared.cel.values import Ask

CREATE, UPDATE, DELETE, CONNECT = "CREATE", "UPDATE", "DELETE", "CONNECT"
_NAMESPACES = "namespaces"


class Called:
    """Which webhooks (or policies) of one stage are called a second time: those that asked for it (IfNeeded), and
    after which somebody has changed the object."""

    def __init__(self) -> None:
        self.again: set[str] = set()
        self._before: set[str] = set()
        self._left: dict | None = None

    def called(self, name: str) -> None:
        """It has been called, and wants another look if needed."""
        self._before.add(name)

    def changed(self) -> None:
        """The object is another one now: whoever was called before is to be called again."""
        self.again |= self._before
        self._before = set()

    def leave(self, obj: dict | None) -> None:
        """The stage is done; what it leaves is compared when it comes again."""
        self._left = copy.deepcopy(obj)

    def come_again(self, obj: dict | None) -> None:
        """Compares the object with the one that this stage left, for others may have changed it since."""
        if obj != self._left:
            self.changed()


class Reinvocation:
    """The second round of mutations, where one of the first has changed the object."""

    def __init__(self) -> None:
        self.round = 0
        self.needed = False
        self._stages: dict[str, Called] = {}

    def of(self, stage: str) -> Called:
        """Whom a stage has called, kept over both rounds."""
        return self._stages.setdefault(stage, Called())


@dataclass
class Attributes:
    """`obj` is changed in place by mutations; it is None for DELETE, `old` is None for CREATE and CONNECT."""

    operation: str
    kind: Kind
    """The resource that the request is for."""
    obj: dict | None
    old: dict | None
    lookup: Lookup
    namespace: str = ""
    name: str = ""
    subresource: str = ""
    body_kind: Kind | None = None
    """The kind of `obj` where that is not `kind`: Scale, Binding, Eviction, PodExecOptions."""
    user: User = ADMIN
    dry_run: bool = False
    options: dict | None = None
    """CreateOptions, UpdateOptions or DeleteOptions as JSON."""
    unmade: tuple[str, ...] = ()
    """Fields of the new object's metadata that mutations do not see yet: uid, time, a generated name."""
    warnings: list[str] = field(default_factory=list)
    audit_annotations: dict[str, str] = field(default_factory=dict)
    """What plugins note; there is no audit log here that would keep it."""
    reinvocation: Reinvocation = field(default_factory=Reinvocation)
    ask: Ask | None = None
    """What `authorizer` asks in expressions; the chain sets it."""

    def at(self, namespace: str, name: str) -> None:
        """Where the object is; a namespace counts as being in itself."""
        self.namespace, self.name = namespace or (name if self.is_namespace else ""), name

    def of_write(self, user: User, dry_run: bool, options: dict, warnings: list[str]) -> None:
        self.user, self.dry_run, self.options, self.warnings = user, dry_run, options, warnings

    @property
    def object_kind(self) -> Kind:
        """The kind of the body, which for a subresource may be another one than the kind of the path."""
        return self.body_kind or self.kind

    @property
    def is_namespace(self) -> bool:
        return self.kind.resource == _NAMESPACES
